"""Files on their way in: guessed, previewed, committed, written chunk by chunk."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from core.models import ExternalId, Source
from integrations.models import ImportFile, ImportRow, ImportState
from integrations.services import imports, writing
from integrations.tasks import continue_imports
from partners.models import AttributeDefinition, Partner, Person
from tests.factories.core import SourceFactory

pytestmark = pytest.mark.django_db

PARTNERS = """Account ID;Account Name;Website;Billing Country;Employees;Created Date;Key Account
A1;Larch Systems;https://www.larch.example/home;Deutschland;1.200;31.01.2024;ja
A2;Spruce IT;spruce.example;U.S.A.;12;2024-02-01;no
A3;Willow;;Ruritania;many;01.02.2024;
A4;Hazel;hazel.example;FR;5;02.03.2024;no;surplus
"""


@pytest.fixture
def crm(db: None) -> Source:
    """The system files come from."""
    return SourceFactory(key="salesforce", label="Salesforce")


@pytest.fixture
def bring(victor: User, crm: Source, now: datetime) -> Any:
    """Return a function that uploads a file."""

    def upload(text: str | bytes, resource: str = "partners", **mapping: str) -> ImportFile:
        content = text if isinstance(text, bytes) else text.encode()
        file = imports.upload(resource=resource, source=crm, file_name="rows.csv", content=content, by=victor, at=now)
        if mapping:
            imports.map_columns(file=file, mapping=file.mapping | mapping, options=file.options, by=victor, at=now)
        return file

    return upload


def run(file: ImportFile, by: User, at: datetime) -> ImportFile:
    """Preview, commit and write a file."""
    imports.preview(file=file, by=by, at=at)
    imports.commit(file=file, previewed=imports.digest(file), by=by, at=at)
    continue_imports()
    file.refresh_from_db()
    return file


def faults(file: ImportFile) -> list[tuple[int, int, str]]:
    """Return line, column and code of everything wrong."""
    rows = file.rows.exclude(faults=[]).order_by("line")
    return [(row.line, fault["number"], fault["code"]) for row in rows for fault in row.faults]


def counts(file: ImportFile) -> dict[str, int]:
    """Return what became of the rows."""
    return {name: getattr(file, f"rows_{name}") for name in ("created", "updated", "unchanged", "failed")}


def test_columns_are_recognised_by_what_people_call_them(bring: Any) -> None:
    file = bring(PARTNERS)

    assert file.delimiter == ";"
    assert file.mapping == {
        "Account ID": "external_id",
        "Account Name": "name",
        "Website": "website",
        "Billing Country": "country",
        "Employees": "employees",
        "Created Date": "joined_on",
    }


def test_a_preview_tells_everything_and_writes_nothing(bring: Any, victor: User, now: datetime) -> None:
    file = bring(PARTNERS)

    imports.preview(file=file, by=victor, at=now)

    assert {key: file.preview[key] for key in ("created", "updated", "unchanged", "failed", "checked")} == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "failed": 2,
        "checked": 4,
    }
    assert faults(file) == [(4, 4, "unknown_country"), (4, 5, "not_a_number"), (5, 8, "wrong_length")]
    assert Partner.objects.count() == 0
    assert ExternalId.objects.count() == 0


def test_a_commit_writes_the_good_rows_and_keeps_the_failed_ones(bring: Any, victor: User, now: datetime) -> None:
    file = run(bring(PARTNERS), victor, now)

    larch = Partner.objects.get(name="Larch Systems")
    assert file.state == ImportState.COMPLETED
    assert counts(file) == {"created": 2, "updated": 0, "unchanged": 0, "failed": 2}
    assert (larch.domain, larch.country, larch.employees, str(larch.joined_on)) == (
        "larch.example",
        "DE",
        1200,
        "2024-01-31",
    )
    assert ImportRow.objects.filter(file=file).count() == 4
    assert bytes(file.content or b"") == b""


def test_the_same_file_again_changes_nothing(bring: Any, victor: User, now: datetime) -> None:
    run(bring(PARTNERS), victor, now)
    versions = list(Partner.objects.order_by("pk").values_list("version", flat=True))

    again = run(bring(PARTNERS), victor, now)

    assert counts(again) == {"created": 0, "updated": 0, "unchanged": 2, "failed": 2}
    assert list(Partner.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_the_mapping_of_a_source_is_remembered(bring: Any, victor: User, now: datetime) -> None:
    AttributeDefinition.objects.create(key="key_account", label="Importance", kind="yes_no")
    first = bring(PARTNERS, **{"Key Account": "attributes.key_account"})
    run(first, victor, now)

    second = bring(PARTNERS)

    assert second.mapping["Key Account"] == "attributes.key_account"
    assert Partner.objects.get(name="Larch Systems").attributes == {"key_account": True}


def test_a_mapping_without_what_rows_need_is_refused(bring: Any, victor: User, now: datetime) -> None:
    file = bring(PARTNERS)

    with pytest.raises(ValidationError) as refusal:
        imports.map_columns(file=file, mapping={"Employees": "employees"}, options={}, by=victor, at=now)

    assert len(refusal.value.messages) == 2


def test_a_commit_is_bound_to_what_was_previewed(bring: Any, victor: User, now: datetime) -> None:
    file = bring(PARTNERS)
    imports.preview(file=file, by=victor, at=now)
    seen = imports.digest(file)
    changed = {column: key for column, key in file.mapping.items() if key != "employees"}
    imports.map_columns(file=file, mapping=changed, options=file.options, by=victor, at=now)
    imports.preview(file=file, by=victor, at=now)

    with pytest.raises(imports.ImportChangedError):
        imports.commit(file=file, previewed=seen, by=victor, at=now)


def test_committing_twice_writes_once(bring: Any, victor: User, now: datetime) -> None:
    file = run(bring(PARTNERS), victor, now)

    imports.commit(file=file, previewed=file.preview["digest"], by=victor, at=now)
    continue_imports()

    assert Partner.objects.count() == 2


def test_a_run_that_breaks_off_is_taken_up_where_it_was(
    bring: Any, victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK_ROWS", 2)
    rows = "".join(f"A{number},Partner {number}\n" for number in range(7))
    file = bring("Account ID,Account Name\n" + rows)
    imports.preview(file=file, by=victor, at=now)
    imports.commit(file=file, previewed=imports.digest(file), by=victor, at=now)
    imports.Run(file.pk).step(at=now)
    writes, real = [], writing.write

    def breaks_once(converter: Any, raw: Any, **extra: Any) -> Any:
        reports = real(converter, raw, **extra)
        writes.append(len(raw))
        if len(writes) == 1:
            raise KeyboardInterrupt  # after the rows were written, before their number was
        return reports

    monkeypatch.setattr(imports, "write", breaks_once)
    with pytest.raises(KeyboardInterrupt):
        imports.Run(file.pk).step(at=now)
    file.refresh_from_db()
    assert (file.rows_done, Partner.objects.count()) == (2, 2)
    continue_imports()

    file.refresh_from_db()
    assert counts(file) == {"created": 7, "updated": 0, "unchanged": 0, "failed": 0}
    assert list(file.rows.order_by("line").values_list("line", flat=True)) == list(range(2, 9))


def test_a_stopped_import_writes_no_more(
    bring: Any, victor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK_ROWS", 1)
    file = bring(PARTNERS)
    imports.preview(file=file, by=victor, at=now)
    imports.commit(file=file, previewed=imports.digest(file), by=victor, at=now)
    imports.Run(file.pk).step(at=now)

    imports.stop(file=file, by=victor, at=now)
    continue_imports()

    assert file.state == ImportState.ABORTED
    assert Partner.objects.count() == 1


def test_people_find_their_partner_by_id_domain_or_name(bring: Any, victor: User, now: datetime) -> None:
    run(bring(PARTNERS), victor, now)
    Partner.objects.bulk_create(
        [Partner(name="Twin", domain="one.example"), Partner(name="Twin", domain="two.example")]
    )
    people = """Contact ID,First Name,Last Name,Email,Account ID,Account Name,Department
C1,Ada,Alder,ada@larch.example,A1,,Sales
C2,Ben,Birch,ben@spruce.example,,Spruce IT,Technik
C3,Cem,Cedar,cem@nowhere.example,A9,,Sales
C4,Dia,Dogwood,dia@twin.example,,Twin,Marketing
C5,Eva,Elm,not an address,A1,,Gardening
"""
    file = run(bring(people, "people"), victor, now)

    assert sorted(Person.objects.values_list("name", "partner__name", "job_function")) == [
        ("Ada Alder", "Larch Systems", "sales"),
        ("Ben Birch", "Spruce IT", "technical"),
    ]
    assert faults(file) == [
        (4, 5, "unresolved_reference"),
        (5, 6, "ambiguous_reference"),
        (6, 7, "unknown_choice"),
    ]


def test_repeated_names_are_two_partners_and_repeated_ids_one(bring: Any, victor: User, now: datetime) -> None:
    text = "Id,Name,Domain,City\n1,Oak,oak.example,Ulm\n2,Oak,oak-tree.example,Bonn\n1,Oak,oak.example,Graz\n"

    file = run(bring(text), victor, now)

    assert counts(file) == {"created": 2, "updated": 1, "unchanged": 0, "failed": 0}
    assert sorted(Partner.objects.values_list("domain", "city")) == [
        ("oak-tree.example", "Bonn"),
        ("oak.example", "Graz"),
    ]


def test_an_organisation_may_stand_before_the_one_above_it(bring: Any, victor: User, now: datetime) -> None:
    below, above = "0015g0000000IKCAA2,Branch,0015g0000000ID2", "0015g0000000ID2AAM,Head,"
    text = f"Account ID,Account Name,Parent Account ID\n{below}\n{above}\n"

    file = run(bring(text), victor, now)

    assert counts(file)["failed"] == 0, faults(file)
    assert Partner.objects.get(name="Branch").parent == Partner.objects.get(name="Head")
