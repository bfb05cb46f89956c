"""A program admin takes the program home and brings one in, in the browser and over the API."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import Integration, User
from integrations.models import ProgramImport, ProgramImportState
from integrations.services import programs
from partners.models import Category
from segmentation.models import Segment
from tests.integrations.test_programs_services import document

pytestmark = pytest.mark.django_db
Document = dict[str, Any]
NEW = "/vendor/program/imports/new/"

__all__ = ["document"]


@pytest.fixture
def admin(victor: User, client_of: Any, now: Any) -> Client:
    """Victor's browser."""
    return client_of(victor)  # type: ignore[no-any-return]


def upload(client: Client, document: Any, **data: str) -> Any:
    """Post the form with a file."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    file = SimpleUploadedFile("Lumen 2030.json", content, "application/json")
    return client.post(NEW, {"file": file, "publish": "on", **data})


def test_the_errand_from_upload_to_result(admin: Client, document: Document) -> None:
    to_plan = upload(admin, document)
    page = admin.get(to_plan["Location"])
    assert "Managed services" in page.content.decode()
    assert not Category.objects.exists()

    digest = page.context["report"]["digest"]
    done = admin.post(to_plan["Location"] + "confirm/", {"digest": digest}, follow=True)

    assert "The program stands as the document says." in done.content.decode()
    assert Category.objects.get().key == "msp"
    assert ProgramImport.objects.get().state == ProgramImportState.APPLIED
    assert "Lumen 2030.json" in admin.get("/vendor/program/imports/").content.decode()
    assert json.loads(admin.get(to_plan["Location"] + "document.json").content) == document


def test_faults_are_shown_with_their_places(admin: Client, document: Document) -> None:
    document["categories"][0]["criteria"] = {"rules": [{"field": "shoe", "operator": "=", "value": 1}]}

    page = admin.get(upload(admin, document)["Location"]).content.decode()

    assert "/categories/0/criteria/rules/0/field" in page
    assert "There is no field “shoe”." in page
    assert "Import and publish" not in page


def test_a_document_that_would_do_something_else_by_now_is_shown_again(admin: Client, document: Document) -> None:
    address = upload(admin, document)["Location"]
    digest = admin.get(address).context["report"]["digest"]
    for section in ("segments", "tracks", "overrides"):
        del document[section]
    upload_and_confirm(admin, document)

    again = admin.post(address + "confirm/", {"digest": digest}, follow=True)

    assert "The program was changed after this plan was made." in again.content.decode()
    assert not Segment.objects.exists()
    assert again.context["report"]["counts"]["created"] == 8


def upload_and_confirm(client: Client, document: Document) -> None:
    """Bring a document in."""
    address = upload(client, document)["Location"]
    client.post(address + "confirm/", {"digest": client.get(address).context["report"]["digest"]})


def test_confirming_twice_imports_once(admin: Client, document: Document) -> None:
    address = upload(admin, document)["Location"]
    digest = admin.get(address).context["report"]["digest"]
    admin.post(address + "confirm/", {"digest": digest})

    admin.post(address + "confirm/", {"digest": digest})

    assert Category.objects.get().versions.count() == 1


def test_pasted_text_is_taken_and_one_of_the_two_is_needed(admin: Client, document: Document) -> None:
    pasted = admin.post(NEW, {"text": json.dumps(document)})
    neither = admin.post(NEW, {})

    assert pasted.status_code == 302
    assert not ProgramImport.objects.get().publishes
    assert neither.status_code == 422
    assert "one of the two" in neither.content.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"[" * 100_000, "levels deep"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"{} " + b" " * programs.MAX_BYTES, "KiB"),
    ],
)
def test_hostile_files_are_answered_with_a_sentence(admin: Client, content: bytes, says: str) -> None:
    answer = upload(admin, content)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not ProgramImport.objects.exists()


def test_the_export_is_what_an_import_reads(admin: Client, document: Document) -> None:
    upload_and_confirm(admin, document)

    answer = admin.get("/vendor/program/export.json")
    page = admin.get(upload(admin, answer.content)["Location"]).content.decode()

    assert 'filename="lumen-2030-03-18.json"' in answer["Content-Disposition"]
    assert "There is nothing to do." in page


def test_the_schema_describes_what_is_exported(admin: Client, document: Document) -> None:
    upload_and_confirm(admin, document)
    schema = json.loads(admin.get("/vendor/program/schema.json").content)
    exported = programs.document()

    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert list(Draft202012Validator(schema).iter_errors(exported)) == []
    assert list(Draft202012Validator(schema).iter_errors({**exported, "colour": 1})) != []


# --- over the API


def test_a_system_reads_the_program_and_brings_it_back(ian: Integration, api_of: Any, document: Document) -> None:
    api = api_of(ian)
    dry = api.post("/api/v1/program?dry_run=true", document, format="json")
    assert (dry.status_code, dry.json()["applied"], Category.objects.exists()) == (200, False, False)

    wet = api.post(f"/api/v1/program?digest={dry.json()['digest']}", document, format="json")
    again = api.post("/api/v1/program", api.get("/api/v1/program").json(), format="json")

    assert wet.json()["applied"] is True
    assert wet.json()["counts"]["created"] == 21
    assert again.json()["counts"]["created"] == again.json()["counts"]["changed"] == 0


def test_a_system_is_told_every_fault(ian: Integration, api_of: Any, document: Document) -> None:
    document["rates"][0]["rate"] = "x"
    document["segments"][0]["kind"] = "odd"

    answer = api_of(ian).post("/api/v1/program", document, format="json")

    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/rates/0/rate", "/segments/0/kind"}
    assert not Category.objects.exists()


def test_a_system_is_refused_when_the_document_would_do_something_else(
    ian: Integration, api_of: Any, document: Document
) -> None:
    answer = api_of(ian).post("/api/v1/program?digest=0", document, format="json")

    assert (answer.status_code, answer.json()["code"]) == (412, "version_conflict")


# --- from the command line


def test_the_command_exports_and_imports(document: Document, victor: User, now: Any, tmp_path: Path) -> None:
    file = tmp_path / "program.json"
    file.write_text(json.dumps(document))

    call_command("program", "import", str(file), "--dry-run", stdout=(out := StringIO()))
    assert "21 new, 1 changed, 0 as they are." in out.getvalue()
    assert not Category.objects.exists()

    call_command("program", "import", str(file), "--by", victor.email, stdout=StringIO())
    call_command("program", "export", str(file), stdout=StringIO())
    assert json.loads(file.read_text()) == programs.document()


def test_the_command_names_faults_and_writes_nothing(document: Document, now: Any, tmp_path: Path) -> None:
    file = tmp_path / "program.json"
    document["format"] = "other"
    file.write_text(json.dumps(document))

    with pytest.raises(CommandError):
        call_command("program", "import", str(file), stdout=StringIO(), stderr=(err := StringIO()))

    assert "/format" in err.getvalue()
    assert not Category.objects.exists()
