"""The example files that come with the portal: every bad row is named by line and column, every good one is written."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import User
from core.models import CurrencyRate, Source
from deals.models import Deal, DealStage
from enablement.models import HeldCertification
from integrations.models import ImportFile, ImportResource, ImportState
from integrations.services import imports
from integrations.tasks import continue_imports
from partners.models import Partner, Person
from tests.factories.core import SourceFactory

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.django_db

Fault = tuple[int, int, str]
Counts = tuple[int, int, int, int]


@pytest.fixture
def rates(db: None) -> None:
    """The program's currency table: dollars and francs, no reals."""
    for currency, rate in (("USD", "0.92"), ("CHF", "1.05")):
        CurrencyRate.objects.create(currency=currency, starts_on=date(2000, 1, 1), rate=Decimal(rate))


def bring_in(example: str, *, source: Source, by: User, at: datetime) -> dict[str, ImportFile]:
    """Import the four files of an example, as mapped by the names of their columns."""
    files = {}
    for resource in ("partners", "people", "deals", "certifications"):
        content = (EXAMPLES / example / f"{resource}.csv").read_bytes()
        file = imports.upload(
            resource=ImportResource(resource),
            source=source,
            file_name=f"{resource}.csv",
            content=content,
            by=by,
            at=at,
        )
        imports.preview(file=file, by=by, at=at)
        imports.commit(file=file, previewed=imports.digest(file), by=by, at=at)
        continue_imports()
        file.refresh_from_db()
        files[resource] = file
    return files


def faults(file: ImportFile) -> list[Fault]:
    """Return line, column and code of everything wrong with a file."""
    rows = file.rows.exclude(faults=[]).order_by("line")
    return [(row.line, fault["number"], fault["code"]) for row in rows for fault in row.faults]


def counts(file: ImportFile) -> Counts:
    """Return how many rows were created, updated, unchanged, failed."""
    return file.rows_created, file.rows_updated, file.rows_unchanged, file.rows_failed


def told(example: str) -> dict[str, tuple[Counts, list[Fault]]]:
    """Return what the README says of an example's files: the counts, and what is wrong where."""
    text = (EXAMPLES / "README.md").read_text()
    sections = re.split(rf"^### {example}/(\w+)\.csv$", text, flags=re.MULTILINE)[1:]
    found = {}
    for name, section in zip(sections[::2], sections[1::2], strict=True):
        own = re.split(r"^##", section, flags=re.MULTILINE)[0]
        numbers = re.search(r"(\d+) created, (\d+) updated, (\d+) unchanged, (\d+) failed", own)
        rows = re.findall(r"^\| (\d+) \| (\d+) .*? \| `(\w+)` \|", own, flags=re.MULTILINE)
        assert numbers, name
        created, updated, unchanged, failed = map(int, numbers.groups())
        found[name] = (
            (created, updated, unchanged, failed),
            [(int(line), int(number), code) for line, number, code in rows],
        )
    return found


@pytest.mark.parametrize("example", ["it-vendor", "manufacturer"])
def test_an_example_is_imported_as_its_readme_says(example: str, rates: None, victor: User, now: datetime) -> None:
    source = SourceFactory(key="salesforce" if example == "it-vendor" else "erp")

    first = bring_in(example, source=source, by=victor, at=now)
    again = bring_in(example, source=source, by=victor, at=now)

    assert {name: (counts(file), faults(file)) for name, file in first.items()} == told(example)
    assert all(file.state == ImportState.COMPLETED for file in first.values())
    assert {name: counts(file)[:2] for name, file in again.items()} == dict.fromkeys(first, (0, 0))
    assert Partner.objects.count() == first["partners"].rows_created
    assert Person.objects.count() == first["people"].rows_created
    assert Deal.objects.count() == first["deals"].rows_created
    assert HeldCertification.objects.count() == first["certifications"].rows_created


def test_the_dirt_of_an_example_is_understood(rates: None, victor: User, now: datetime) -> None:
    source = SourceFactory(key="salesforce")

    bring_in("it-vendor", source=source, by=victor, at=now)

    assert Partner.objects.filter(name="+1 Networks").exists()
    assert Partner.objects.filter(parent__isnull=False).count() == 3
    assert Partner.objects.filter(domain="").count() == 12
    assert not Deal.objects.filter(stage=DealStage.OPEN, closed_on__isnull=False).exists()
    assert set(Deal.objects.values_list("currency", flat=True)) == {"EUR", "USD"}
