"""Agreements: who has to accept, who may, until which day, and what is closed meanwhile."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from core.models import Program
from core.refusals import Refusal
from core.services import outbox, versions
from partners.models import Acceptance, AgreementVersion, Gate, JobFunction, Signers, Way
from partners.queries import agreements as reads
from partners.services import agreements
from segmentation.models import Classification, Segment
from segmentation.services import segments
from tests.factories.accounts import UserFactory
from tests.factories.partners import (
    AgreementVersionFactory,
    CategoryMembershipFactory,
    PartnerFactory,
    PersonFactory,
    RegionFactory,
    TierFactory,
    TierHoldingFactory,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 countersigned"


@pytest.fixture(autouse=True)
def _media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def publish(victor, now):
    """Return a function that makes an agreement, or its next text, and publishes it."""

    def make(agreement=None, **texts):
        texts = {"text": "Be fair."} | texts
        if agreement is None:
            agreement = agreements.create(key="partner-agreement", name="Partner agreement", by=victor, at=now, **texts)
        else:
            agreements.edit(agreement=agreement, by=victor, at=now, changes=texts)
        version = versions.existing_draft_of(agreement)
        agreements.publish(version=version, by=victor, at=now)
        agreement.refresh_from_db()
        return version

    return make


def accept(version, user, at, **more):
    more = {"text_hash": agreements.hash_of(version)} | more
    return agreements.accept(version=version, person=user.person, at=at, **more)


def standing(partner, day):
    return [one.standing for one in reads.places_of(partner, day)]


def test_a_partner_admin_accepts_once(publish, pinewood, paula, now):
    version = publish(valid_months=12, notice_days=[30])
    first = accept(version, paula, now, from_address="192.0.2.1")

    assert accept(version, paula, now) == first
    assert (first.ends_on, first.signed_name, first.from_address) == (date(2031, 3, 18), "Paula Park", "192.0.2.1")
    assert standing(pinewood, date(2030, 3, 18)) == [reads.Standing.VALID]


def test_others_may_not_accept(publish, pete, paula, now, victor):
    version = publish(signers=Signers.EXECUTIVES)
    for user in (pete, paula):
        with pytest.raises(agreements.NotEntitled):
            accept(version, user, now)
    pete.person.job_function = JobFunction.EXECUTIVE
    pete.person.save()

    assert accept(version, pete, now).person == pete.person


def test_a_named_signatory_signs_with_their_name(publish, pete, victor, now):
    version = publish(signers=Signers.SIGNATORIES, way=Way.SIGNATURE)
    assert agreements.name_signatory(person=pete.person, by=victor, at=now, is_one=True)
    assert not agreements.name_signatory(person=pete.person, by=victor, at=now, is_one=True)
    with pytest.raises(Exception, match="Pete Pratt"):
        accept(version, pete, now, signed_name="P. Pratt")

    assert accept(version, pete, now, signed_name=" pete  pratt ").way == Way.SIGNATURE


def test_what_was_not_read_is_not_accepted(publish, paula, now):
    version = publish()

    with pytest.raises(Refusal, match="changed since"):
        accept(version, paula, now, text_hash="0" * 64)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_an_acceptance_ends_at_midnight_of_the_programs_zone(zone, publish, pinewood, paula, now):
    Program.objects.update_or_create(pk=1, defaults={"timezone": zone})
    Program.forget()
    version = publish(valid_until_on=date(2030, 4, 1), gates=[Gate.CONTENT])
    accept(version, paula, now)
    midnight = datetime(2030, 4, 1, tzinfo=Program.current().zone)

    def closed():
        return reads.closing([pinewood.pk], Gate.CONTENT, reads.program_day()).exists()

    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert not closed()
        assert standing(pinewood, reads.program_day()) == [reads.Standing.VALID]
    with time_machine.travel(midnight, tick=False):
        assert closed()
        assert standing(pinewood, reads.program_day()) == [reads.Standing.EXPIRED]


def test_a_gate_is_closed_until_it_is_accepted(publish, pinewood, oakhurst, paula, now):
    version = publish(gates=[Gate.DEALS])
    day = reads.program_day()
    assert reads.closing([pinewood.pk], Gate.DEALS, day).exists()
    accept(version, paula, now)

    assert not reads.closing([pinewood.pk], Gate.DEALS, day).exists()
    assert not reads.closing([pinewood.pk], Gate.CONTENT, day).exists()
    assert reads.closing([oakhurst.pk], Gate.DEALS, day).exists()


def test_it_is_asked_of_those_it_names(publish, pinewood, oakhurst, now):
    region = RegionFactory(name="EMEA")
    pinewood.region = RegionFactory(name="Germany", parent=region)
    pinewood.save()
    membership = CategoryMembershipFactory(partner=pinewood)
    silver = TierFactory()
    gold = TierFactory(track=silver.track)
    TierHoldingFactory(partner=pinewood, tier=gold)
    version = publish(category_ids=[membership.category_id], tier_ids=[silver.pk], region_ids=[region.pk])

    for partner, asked in ((pinewood, True), (oakhurst, False)):
        assert reads.asked_of([partner.pk]).exists() is asked
        assert reads.audience_of(version).filter(pk=partner.pk).exists() is asked


def test_it_is_asked_of_whoever_is_in_a_segment(publish, pinewood, oakhurst, victor, now):
    segment = Segment.objects.create(key="big", name="Big partners")
    Classification.objects.update_or_create(partner=pinewood, defaults={"segment_ids": [segment.pk]})
    version = publish(audience_id=segment.pk, gates=[Gate.DEALS])

    for partner, asked in ((pinewood, True), (oakhurst, False)):
        assert reads.asked_of([partner.pk]).exists() is asked
        assert reads.audience_of(version).filter(pk=partner.pk).exists() is asked
        assert reads.closing([partner.pk], Gate.DEALS, reads.program_day()).exists() is asked
    with pytest.raises(ValidationError, match="Partner agreement"):
        segments.retire(segment=segment, by=victor, at=now)
    agreements.retire(agreement=version.definition, by=victor, at=now)
    assert segments.retire(segment=segment, by=victor, at=now)


def test_a_lower_tier_is_not_asked(publish, pinewood, now):
    silver = TierFactory()
    gold = TierFactory(track=silver.track)
    TierHoldingFactory(partner=pinewood, tier=silver)
    version = publish(tier_ids=[gold.pk])

    assert not reads.asked_of([pinewood.pk]).exists()
    assert not reads.audience_of(version).exists()


def test_a_new_text_asks_everybody_anew_or_only_new_ones(publish, pinewood, paula, now):
    first = publish()
    accept(first, paula, now)
    publish(first.definition, text="Be very fair.")
    assert standing(pinewood, date(2030, 3, 18)) == [reads.Standing.VALID]

    publish(first.definition, text="Be fair always.", asks_everybody_again=True)
    assert standing(pinewood, date(2030, 3, 18)) == [reads.Standing.OUTDATED]


def test_people_hear_what_is_due_runs_out_and_has_run_out(publish, pinewood, paula, now):
    version = publish(valid_days=10, notice_days=[3])
    outbox.deliver_due(at=now + timedelta(minutes=1))
    agreements.review(at=now)
    accept(version, paula, now)
    for days in (6, 7, 8, 10, 11):
        agreements.review(at=now + timedelta(days=days))
        agreements.review(at=now + timedelta(days=days))

    assert list(paula.notifications.order_by("pk").values_list("text", flat=True)) == [
        "Please read and accept: Partner agreement",
        "Partner agreement runs out in 3 days.",
        "Partner agreement has run out.",
    ]


def test_a_reminder_goes_once_a_day(publish, pinewood, paula, victor, now):
    version = publish()
    for moment in (now, now, now + timedelta(days=1)):
        agreements.remind(version=version, partners=[pinewood], by=victor, at=moment)

    assert paula.notifications.count() == 2


def test_many_are_asked_in_as_many_statements_as_a_few(publish, pinewood, paula, oakhurst, olga, now):
    version = publish()
    few = len(_statements_of(lambda: agreements.remind(version=version, partners=[pinewood], by=None, at=now)))
    many = [oakhurst]
    for partner in PartnerFactory.create_batch(6):
        PersonFactory(partner=partner, user=UserFactory(language="de" if partner.pk % 2 else "en"))
        many.append(partner)

    later = now + timedelta(days=1)
    asked = _statements_of(lambda: agreements.remind(version=version, partners=many, by=None, at=later))

    assert len(asked) <= 2 * few  # once for each language
    told = Notification.objects.filter(dedupe_key=f"agreement-{version.pk}-reminder-{later.date()}")
    assert set(told.values_list("user__person__partner", flat=True)) == {one.pk for one in many}


def _statements_of(work):
    with CaptureQueriesContext(connection) as asked:
        work()
    return asked.captured_queries


def test_a_countersigned_pdf_is_put_beside(publish, paula, victor, now):
    made = accept(publish(), paula, now)
    with pytest.raises(Refusal):
        agreements.add_copy(acceptance=made, file=SimpleUploadedFile("a.txt", b"signed"), by=victor, at=now)
    agreements.add_copy(acceptance=made, file=SimpleUploadedFile("a.pdf", PDF), by=victor, at=now)

    made.refresh_from_db()
    assert (made.copy_name, made.copied_by) == ("a.pdf", victor)


def test_a_file_is_part_of_what_is_proved(victor, now):
    agreement = agreements.create(key="code", name="Code of conduct", by=victor, at=now)
    agreements.edit(agreement=agreement, by=victor, at=now, changes={}, file=SimpleUploadedFile("code.pdf", PDF))
    draft = versions.existing_draft_of(agreement)
    before = agreements.hash_of(draft)
    agreements.edit(agreement=agreement, by=victor, at=now, changes={}, file=SimpleUploadedFile("code.pdf", PDF + b"2"))

    assert agreements.hash_of(versions.existing_draft_of(agreement)) != before


def test_nothing_is_not_published(victor, now):
    agreement = agreements.create(key="code", name="Code of conduct", by=victor, at=now)

    with pytest.raises(Refusal):
        agreements.publish(version=versions.existing_draft_of(agreement), by=victor, at=now)


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_an_acceptance_is_for_good(publish, paula, now):
    rows = Acceptance.objects.filter(pk=accept(publish(), paula, now).pk)

    refused(rows.delete)
    refused(lambda: rows.update(signed_name="Somebody else"))
    refused(lambda: rows.update(text_hash="1" * 64))
    refused(lambda: rows.update(ends_on=date(2040, 1, 1)))


def test_versions_have_one_validity_and_say_something(now):
    refused(lambda: AgreementVersionFactory(valid_days=3, valid_months=3))
    refused(lambda: AgreementVersionFactory(published=True, text=""))
    assert not AgreementVersion.objects.exists()
    assert now.tzinfo is UTC
