"""What seems wrong is kept while it is so, and set aside by somebody who says why."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from insight.models import Finding, FindingKind
from insight.queries.detecting import Found
from insight.services import findings
from tests.factories.insight import FindingFactory
from tests.factories.partners import CategoryFactory

pytestmark = pytest.mark.django_db


def test_a_finding_begins_is_brought_up_to_date_and_ends(now: datetime) -> None:
    category = CategoryFactory()
    later = now + timedelta(days=1)

    assert findings.keep([Found(FindingKind.OVERDUE, category.pk, numbers={"overdue": 2})], at=now) == 1
    assert findings.keep([Found(FindingKind.OVERDUE, category.pk, numbers={"overdue": 3})], at=later) == 0
    finding = Finding.objects.get()
    assert (finding.found_at, finding.numbers, finding.gone_at) == (now, {"overdue": 3}, None)

    assert findings.keep([], at=later) == 1
    finding.refresh_from_db()
    assert finding.gone_at == later


def test_the_same_again_changes_nothing(now: datetime) -> None:
    found = [Found(FindingKind.TOO_MANY, numbers={"categories": 13, "most": 12})]
    findings.keep(found, at=now)
    before = Finding.objects.get()

    assert findings.keep(found, at=now + timedelta(days=1)) == 0

    after = Finding.objects.get()
    assert (after.version, after.found_at) == (before.version, before.found_at)


def test_what_comes_back_is_found_anew(now: datetime) -> None:
    found = [Found(FindingKind.NO_MEMBERS, CategoryFactory().pk)]
    for some, days in ((found, 0), ([], 1), (found, 2)):
        findings.keep(some, at=now + timedelta(days=days))

    assert list(Finding.objects.order_by("found_at").values_list("gone_at", flat=True)) == [
        now + timedelta(days=1),
        None,
    ]


def test_one_thing_is_found_once_at_a_time(now: datetime) -> None:
    finding = FindingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        FindingFactory(category=finding.category)


def test_setting_aside_needs_a_reason_and_a_day_to_come(victor: User, now: datetime) -> None:
    finding = FindingFactory()

    with pytest.raises(ValidationError) as refused:
        findings.set_aside(finding=finding, until=date(2030, 3, 18), reason=" ", by=victor, at=now)
    with pytest.raises(ValidationError) as too_long:
        findings.set_aside(finding=finding, until=date(2032, 3, 19), reason="New", by=victor, at=now)

    assert set(refused.value.message_dict) == {"until", "reason"}
    assert set(too_long.value.message_dict) == {"until"}


def test_set_aside_and_taken_up_again(victor: User, now: datetime) -> None:
    finding, until = FindingFactory(), date(2030, 9, 1)

    assert findings.set_aside(finding=finding, until=until, reason="It is new", by=victor, at=now)
    assert not findings.set_aside(finding=finding, until=until, reason="It is new", by=victor, at=now)
    finding.refresh_from_db()
    assert (finding.remind_on, finding.aside_reason, finding.aside_by) == (until, "It is new", victor)

    assert findings.take_up(finding=finding, by=victor, at=now)
    assert not findings.take_up(finding=finding, by=victor, at=now)


def test_what_is_gone_cannot_be_set_aside(victor: User, now: datetime) -> None:
    finding = FindingFactory(gone_at=now)

    with pytest.raises(findings.Gone):
        findings.set_aside(finding=finding, until=date(2030, 9, 1), reason="It is new", by=victor, at=now)


def test_a_finding_set_aside_has_a_reason_in_the_database(now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingFactory(remind_on=date(2030, 9, 1))
