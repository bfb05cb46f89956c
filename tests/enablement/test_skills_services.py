"""Skills: the catalogue, what is said of people, what proves them; and ways of working."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox
from criteria.tree import parse
from enablement.models import Adoption, HeldSkill, SkillEvidence, SkillSource
from enablement.queries import holdings as reads
from enablement.services import holdings, processes, skills
from partners.models import Person
from segmentation import engine
from tests.factories.enablement import AdoptionFactory, ProcessFactory
from tests.factories.learning import (
    CertificationFactory,
    CourseFactory,
    CourseProgressFactory,
    HeldCertificationFactory,
    HeldSkillFactory,
    SkillEvidenceFactory,
    SkillFactory,
)
from tests.factories.partners import PersonFactory

pytestmark = pytest.mark.django_db
NEW_YEAR = date(2030, 1, 1)
NEXT_DAY = date(2030, 3, 19)
TOLD, CONFIRMED = SkillSource.TOLD, SkillSource.CONFIRMED


def deliver(at: datetime) -> None:
    """Send what is due."""
    while outbox.deliver_due(at=at):
        pass


# --- the catalogue


def test_a_skill_is_defined_published_and_retired(victor, now):
    skill = skills.create(by=victor, at=now, name="Backup design", working="Designs a backup for one site.")
    assert (skill.key, skill.owner, skill.is_offered) == ("backup-design", victor, False)

    assert skills.publish(skill=skill, by=victor, at=now)
    assert not skills.publish(skill=skill, by=victor, at=now)
    assert skills.update(skill=skill, by=victor, at=now, changes={"area": "Backup"}) == ["area"]
    assert skills.update(skill=skill, by=victor, at=now, changes={"area": "Backup"}) == []
    assert skills.retire(skill=skill, by=victor, at=now)
    assert not skills.retire(skill=skill, by=victor, at=now)


def test_a_skill_without_any_level_explained_is_not_published(victor, now):
    skill = skills.create(by=victor, at=now, name="Backup design")

    with pytest.raises(Refusal, match="at least one level"):
        skills.publish(skill=skill, by=victor, at=now)


def test_two_skills_do_not_share_a_name(victor, now):
    skills.create(by=victor, at=now, name="Backup design")

    with pytest.raises(Refusal, match="of this name"):
        skills.create(by=victor, at=now, name="backup DESIGN")


def test_what_proves_a_skill_is_one_thing_said_once(victor, now):
    skill, course = SkillFactory(), CourseFactory()
    first = skills.prove(skill=skill, level=2, by=victor, at=now, course=course)
    again = skills.prove(skill=skill, level=3, by=victor, at=now, course=course)

    assert (first.pk, again.level) == (again.pk, 3)
    with pytest.raises(Refusal, match="one of the two"):
        skills.prove(skill=skill, level=2, by=victor, at=now)
    assert skills.disprove(evidence=again, by=victor, at=now)
    assert not skills.disprove(evidence=again, by=victor, at=now)


# --- what is said


def test_what_is_told_and_what_is_confirmed_stand_side_by_side_and_history_stays(pete, vera, now):
    skill, person = SkillFactory(valid_months=12), pete.person
    told = holdings.say(person=person, skill=skill, source=TOLD, level=4, by=pete, at=now)
    again = holdings.say(person=person, skill=skill, source=TOLD, level=4, by=pete, at=now)
    assert (again.pk, told.since_on, told.expires_on) == (told.pk, date(2030, 3, 18), date(2031, 3, 18))

    holdings.say(person=person, skill=skill, source=CONFIRMED, level=2, by=vera, at=now, note="Saw a design.")
    later = now + timedelta(days=3)
    holdings.say(person=person, skill=skill, source=TOLD, level=3, by=pete, at=later)

    rows = HeldSkill.objects.order_by("pk").values_list("source", "level", "ended_at")
    assert list(rows) == [("told", 4, later), ("confirmed", 2, None), ("told", 3, None)]


def test_a_confirmation_is_told_once_to_the_person_and_the_partner_admins(pete, paula, olga, vera, now):
    skill = SkillFactory(name="Backup design")
    for _again in range(2):
        holdings.say(person=pete.person, skill=skill, source=CONFIRMED, level=3, by=vera, at=now, note="In a workshop.")
        deliver(now)

    told = Notification.objects.order_by("user__name")
    assert [one.user.name for one in told] == ["Paula Park", "Pete Pratt"]
    assert told[0].text == "Vera Vance confirmed a skill of Pete Pratt: Backup design, Proficient."
    assert told[0].detail == "In a workshop."


def test_what_was_said_is_taken_back_and_then_said_anew(pete, now):
    skill = SkillFactory()
    holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now)

    assert holdings.take_back(person=pete.person, skill=skill, source=TOLD, by=pete, at=now)
    assert not holdings.take_back(person=pete.person, skill=skill, source=TOLD, by=pete, at=now)
    holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now)
    assert HeldSkill.objects.count() == 2


def test_what_has_run_out_is_said_anew_from_today(pete, now):
    skill = SkillFactory(valid_months=1)
    HeldSkillFactory(person=pete.person, skill=skill, level=2, since_on=date(2030, 2, 18), expires_on=date(2030, 3, 18))

    held = holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now)

    assert (held.since_on, held.expires_on) == (date(2030, 3, 18), date(2030, 4, 18))


@pytest.mark.parametrize("field", ["published_at", "retired_at"])
def test_a_skill_that_is_not_offered_is_not_said(pete, now, field):
    skill = SkillFactory(**{field: None if field == "published_at" else now})

    with pytest.raises(Refusal, match="not asked for"):
        holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now)


def test_odd_levels_days_to_come_and_people_who_left_are_refused(pete, now):
    skill = SkillFactory()
    with pytest.raises(Refusal, match="four levels"):
        holdings.say(person=pete.person, skill=skill, source=TOLD, level=9, by=pete, at=now)
    with pytest.raises(Refusal, match="still to come"):
        holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now, since_on=date(2030, 3, 19))
    Person.objects.update(left_at=now)
    pete.person.refresh_from_db()
    with pytest.raises(Refusal, match="does not work there"):
        holdings.say(person=pete.person, skill=skill, source=TOLD, level=2, by=pete, at=now)


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", NEXT_DAY), ("America/New_York", date(2030, 3, 18))])
def test_today_is_the_programs_day(pete, zone, day):
    Program.objects.update_or_create(pk=Program.current().pk, defaults={"timezone": zone})
    Program.forget()
    at = datetime(2030, 3, 18, 23, 30, tzinfo=UTC)

    held = holdings.say(person=pete.person, skill=SkillFactory(), source=TOLD, level=1, by=pete, at=at)

    assert held.since_on == day


def test_a_stranger_sees_nobodys_skills(pete, olga):
    held = HeldSkillFactory(person=pete.person)

    assert not HeldSkill.objects.visible_to(olga).exists()
    assert list(HeldSkill.objects.visible_to(pete)) == [held]


# --- what proves it


def test_a_certificate_proves_a_skill_until_the_day_it_lapses_or_is_revoked(pete, now):
    evidence = SkillEvidenceFactory(level=3)
    held = HeldCertificationFactory(
        person=pete.person,
        certification=evidence.certification,
        earned_on=date(2030, 1, 1),
        expires_on=date(2030, 4, 1),
    )

    def proven(day: date) -> int | None:
        one = reads.of_people([pete.person.pk], day=day).get((pete.person.pk, evidence.skill_id))
        return one.proven.level if one and one.proven else None

    assert [proven(day) for day in (date(2029, 12, 31), date(2030, 3, 31), date(2030, 4, 1))] == [None, 3, None]
    held.revoked_at, held.revoked_reason = now, "A mistake."
    held.save()
    assert proven(date(2030, 3, 31)) is None


def test_a_completed_course_proves_a_skill_for_as_long_as_the_skill_says(pete, now):
    course, skill = CourseFactory(), SkillFactory(valid_months=6)
    SkillEvidenceFactory(skill=skill, level=2, course=course, certification=None)
    CourseProgressFactory(
        person=pete.person, course=course, started_at=datetime(2030, 1, 1, tzinfo=UTC),
        completed_at=datetime(2030, 1, 15, 12, tzinfo=UTC),
    )  # fmt: skip

    levels = []
    for day in (date(2030, 1, 15), date(2030, 7, 14), date(2030, 7, 15)):
        one = reads.of_people([pete.person.pk], day=day).get((pete.person.pk, skill.pk))
        levels.append(one.proven.level if one and one.proven else None)

    assert levels == [2, 2, None]


def test_criteria_ask_for_skills_and_ways_of_working(pete, pinewood, oakhurst, now):
    skill, process = SkillFactory(key="backup-design"), ProcessFactory(key="joint-planning")
    SkillEvidenceFactory(skill=skill, level=3, certification=CertificationFactory())
    HeldCertificationFactory(
        person=pete.person, certification=skill.evidence.get().certification, earned_on=date(2030, 1, 1)
    )
    HeldSkillFactory(person=PersonFactory(partner=oakhurst), skill=skill, level=4)
    AdoptionFactory(partner=pinewood, process=process, state="adopted")

    def count(records: str, field: str, operator: str, value: object) -> dict[str, object]:
        where = {"combinator": "and", "not": False, "rules": [{"field": field, "operator": operator, "value": value}]}
        return {"collection": records, "aggregate": "count", "operator": ">=", "value": 1, "where": where}

    def fulfil(clause: dict[str, object]) -> list[str]:
        tree = parse({"combinator": "and", "not": False, "rules": [clause]})
        return [one.name for one in (pinewood, oakhurst) if engine.explain(tree, partner_id=one.pk, at=now).met]

    assert fulfil(count("skills", "level", ">=", 3)) == ["Pinewood", "Oakhurst"]
    assert fulfil(count("skills", "source", "in", ["proven"])) == ["Pinewood"]
    assert fulfil(count("processes", "state", "in", ["adopted"])) == ["Pinewood"]


# --- ways of working


def test_a_way_of_working_is_told_and_confirmed_side_by_side(pinewood, paula, vera, victor, now):
    process = processes.create(by=victor, at=now, name="Joint planning")
    with pytest.raises(Refusal, match="not asked for"):
        processes.say(partner=pinewood, process=process, source=TOLD, state="partly", by=paula, at=now)
    assert processes.publish(process=process, by=victor, at=now)
    assert not processes.publish(process=process, by=victor, at=now)

    told = processes.say(partner=pinewood, process=process, source=TOLD, state="adopted", by=paula, at=now)
    again = processes.say(partner=pinewood, process=process, source=TOLD, state="adopted", by=paula, at=now)
    processes.say(
        partner=pinewood, process=process, source=CONFIRMED, state="partly", by=vera, at=now, note="No plan yet."
    )
    deliver(now)

    assert again.pk == told.pk
    assert list(Adoption.objects.order_by("pk").values_list("source", "state")) == [
        ("told", "adopted"),
        ("confirmed", "partly"),
    ]
    assert Notification.objects.get().text == "Vera Vance says how far you are with Joint planning: partly."
    assert processes.retire(process=process, by=victor, at=now)
    assert not processes.retire(process=process, by=victor, at=now)


def test_what_figures_show_nobody_tells(pinewood, paula, gold, now):
    process = ProcessFactory(rule=gold)

    with pytest.raises(Refusal, match="figures"):
        processes.say(partner=pinewood, process=process, source=TOLD, state="adopted", by=paula, at=now)


def test_figures_need_published_criteria(victor, gold, now):
    with pytest.raises(Refusal, match="Publish this segment"):
        processes.create(by=victor, at=now, name="Joint planning", rule=gold)


# --- the database refuses too


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (SkillFactory, {"name": ""}),
        (SkillFactory, {"valid_months": 0}),
        (SkillEvidenceFactory, {"level": 5}),
        (SkillEvidenceFactory, {"certification": None}),
        (HeldSkillFactory, {"level": 0}),
        (HeldSkillFactory, {"source": "proven"}),
        (HeldSkillFactory, {"expires_on": date(2026, 1, 5)}),
        (HeldSkillFactory, {"ended_at": datetime(2000, 1, 1, tzinfo=UTC)}),
        (ProcessFactory, {"name": ""}),
        (AdoptionFactory, {"source": "proven"}),
        (AdoptionFactory, {"ended_at": datetime(2000, 1, 1, tzinfo=UTC)}),
    ],
)
def test_the_database_refuses_what_makes_no_sense(make, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**wrong)


def test_the_database_keeps_one_of_each():
    held, adoption, evidence = HeldSkillFactory(), AdoptionFactory(), SkillEvidenceFactory()
    for make in (
        lambda: HeldSkillFactory(person=held.person, skill=held.skill),
        lambda: AdoptionFactory(partner=adoption.partner, process=adoption.process),
        lambda: SkillEvidence.objects.create(skill=evidence.skill, certification=evidence.certification, level=1),
        lambda: SkillFactory(key=held.skill.key),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
