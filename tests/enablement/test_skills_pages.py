"""The pages of skills and ways of working, at the vendor and at partners."""

from datetime import date

import pytest
from django.urls import reverse

from enablement.models import Adoption, HeldSkill, Process, Skill, SkillEvidence
from tests.counting import queries
from tests.factories.enablement import AdoptionFactory, ProcessFactory
from tests.factories.learning import (
    CertificationFactory,
    CertificationRequirementFactory,
    HeldCertificationFactory,
    HeldSkillFactory,
    SkillEvidenceFactory,
    SkillFactory,
)
from tests.factories.partners import PersonFactory

pytestmark = pytest.mark.django_db


def test_a_skill_is_defined_proven_and_published(victor, client_of):
    client, certification = client_of(victor), CertificationFactory(name="Backup Pro")
    client.post(reverse("vendor:skill-create"), {"name": "Backup design", "proficient": "Designs three sites."})
    skill = Skill.objects.get()
    prove = reverse("vendor:skill-prove", args=[skill.public_id])
    assert client.post(prove, {"level": 3}).status_code == 422
    client.post(prove, {"level": 3, "certification": certification.pk})
    client.post(reverse("vendor:skill-publish", args=[skill.public_id]))

    page = client.get(reverse("vendor:skill-detail", args=[skill.public_id])).text
    assert "Backup Pro" in page
    assert Skill.objects.get().is_offered
    evidence = SkillEvidence.objects.get()
    client.post(reverse("vendor:skill-disprove", args=[skill.public_id, evidence.public_id]))
    client.post(reverse("vendor:skill-retire", args=[skill.public_id]))
    assert not SkillEvidence.objects.exists()
    assert Skill.objects.get().retired_at


def test_what_is_wrong_in_a_skill_is_said_and_nothing_is_lost(victor, client_of):
    SkillFactory(name="Backup design")

    response = client_of(victor).post(reverse("vendor:skill-create"), {"name": "backup design", "area": "Storage"})

    assert response.status_code == 422
    assert "of this name" in response.text
    assert 'value="Storage"' in response.text


def test_a_person_tells_their_own_skill_and_takes_it_back(pete, olga, client_of, now):
    skill = SkillFactory(name="Backup design", expert="Teaches others.")
    tell = reverse("partner:skill-tell", args=[skill.public_id])
    client_of(pete).post(tell, {"level": 4, "note": "Ten years."})
    client_of(pete).post(tell, {"level": 4, "note": "Ten years.", "person": olga.person.public_id})

    held = HeldSkill.objects.get()
    assert (held.person, held.level, held.source, held.said_by) == (pete.person, 4, "told", pete)
    assert "told, since" in " ".join(client_of(pete).get(reverse("partner:skill-list")).text.split())
    client_of(pete).post(reverse("partner:skill-take-back", args=[skill.public_id]))
    assert HeldSkill.objects.get().ended_at == now


def test_a_partner_admin_tells_for_colleagues_and_for_nobody_else(paula, pete, olga, client_of):
    tell = reverse("partner:skill-tell", args=[SkillFactory().public_id])
    client = client_of(paula)
    client.post(tell, {"level": 2, "person": pete.person.public_id})
    assert HeldSkill.objects.get().person == pete.person

    assert client.get(tell, {"person": olga.person.public_id}).status_code == 404
    assert client.get(tell, {"person": "nobody"}).status_code == 404


def test_only_a_way_that_leads_somewhere_is_a_link(pete, client_of):
    earned = CertificationRequirementFactory().certification
    for certification in (earned, CertificationFactory(name="Recorded only")):
        SkillEvidenceFactory(certification=certification)

    page = client_of(pete).get(reverse("partner:skill-list")).text

    assert reverse("partner:certification-detail", args=[earned.public_id]) in page
    recorded = SkillEvidence.objects.get(certification__name="Recorded only").certification
    assert "Recorded only" in page
    assert reverse("partner:certification-detail", args=[recorded.public_id]) not in page


def test_a_manager_confirms_with_how_they_know(vera, pete, olga, pinewood, oakhurst, client_of):
    skill = SkillFactory()
    confirm = reverse("vendor:partner-skill-confirm", args=[pinewood.public_id])
    said = {"person": pete.person.pk, "skill": skill.pk, "level": 2, "note": "Saw it."}
    assert client_of(vera).post(confirm, said | {"note": ""}).status_code == 422
    assert client_of(vera).post(confirm, said | {"person": olga.person.pk}).status_code == 422
    assert client_of(vera).post(confirm, said).status_code == 302

    assert HeldSkill.objects.get().source == "confirmed"
    other = reverse("vendor:partner-skill-confirm", args=[oakhurst.public_id])
    assert client_of(vera).get(other).status_code == 404
    assert (
        "confirmed by Vera Vance"
        in client_of(vera).get(reverse("vendor:partner-skills", args=[pinewood.public_id])).text
    )


def test_gaps_are_shown_beside_those_vouched_for_and_those_who_only_say_so(victor, pete, oakhurst, client_of):
    evidence = SkillEvidenceFactory()
    HeldCertificationFactory(person=pete.person, certification=evidence.certification, earned_on=date(2026, 1, 1))
    HeldSkillFactory(person=PersonFactory(partner=pete.person.partner), skill=evidence.skill)

    page = " ".join(client_of(victor).get(reverse("vendor:skill-coverage")).text.split())

    assert '1 <span class="text-muted">(1)</span>' in page
    assert page.count(">nobody<") == 1


def test_a_way_of_working_is_defined_told_and_confirmed(victor, vera, paula, pete, pinewood, client_of):
    client_of(victor).post(reverse("vendor:process-create"), {"name": "Joint planning"})
    process = Process.objects.get()
    client_of(victor).post(reverse("vendor:process-publish", args=[process.public_id]))
    tell = reverse("partner:process-tell", args=[process.public_id])
    assert client_of(pete).post(tell, {"state": "adopted"}).status_code == 403
    client_of(paula).post(tell, {"state": "adopted", "note": "Each quarter."})
    confirm = reverse("vendor:partner-process-confirm", args=[pinewood.public_id])
    client_of(vera).post(confirm, {"process": process.pk, "state": "partly"})

    assert Adoption.objects.count() == 2
    page = " ".join(client_of(pete).get(reverse("partner:process-list")).text.split())
    assert "confirmed, since" in page
    assert "told: Adopted" in page
    client_of(victor).post(reverse("vendor:process-retire", args=[process.public_id]))
    assert "asks for none yet" in client_of(pete).get(reverse("partner:process-list")).text


@pytest.mark.parametrize("count", [1, 6])
def test_pages_ask_few_questions_however_much_there_is(victor, paula, pinewood, client_of, count):
    for _number in range(count):
        evidence, person = SkillEvidenceFactory(), PersonFactory(partner=pinewood)
        HeldSkillFactory(person=person, skill=evidence.skill)
        HeldCertificationFactory(person=person, certification=evidence.certification, earned_on=date(2026, 1, 1))
        process = ProcessFactory()
        AdoptionFactory(partner=pinewood, process=process)
    pages = [
        (victor, reverse("vendor:skill-list")),
        (victor, reverse("vendor:skill-detail", args=[evidence.skill.public_id])),
        (victor, reverse("vendor:skill-coverage")),
        (victor, reverse("vendor:partner-skills", args=[pinewood.public_id])),
        (victor, reverse("vendor:partner-skills-panel", args=[pinewood.public_id])),
        (victor, reverse("vendor:process-list")),
        (victor, reverse("vendor:process-detail", args=[process.public_id])),
        (paula, reverse("partner:skill-list")),
        (paula, reverse("partner:skill-tell", args=[evidence.skill.public_id])),
        (paula, reverse("partner:process-list")),
    ]

    for user, page in pages:
        assert queries(client_of(user), page) <= 12, page
