"""A program admin brings in a file in the browser."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from core.models import Source
from integrations.models import ImportFile, ImportState
from integrations.tasks import continue_imports
from partners.models import Partner

pytestmark = pytest.mark.django_db
TEXT = 'Account ID,Account Name,Billing Country\nA1,Larch,Germany\nA2,=Spruce,Ruritania\nA3,"-1+1 Fir",FR\n'


@pytest.fixture
def admin(victor: User, client_of: Any) -> Client:
    """Victor's browser."""
    return client_of(victor)  # type: ignore[no-any-return]


def upload(client: Client, content: bytes = TEXT.encode(), **data: str) -> Any:
    """Post the upload form."""
    file = SimpleUploadedFile("Report of May.csv", content, "text/csv")
    return client.post(
        "/vendor/imports/new/", {"resource": "partners", "new_source": "Sales Force", "file": file, **data}
    )


def mapped(file: ImportFile, **data: str) -> dict[str, str]:
    """Return the mapping form as it is shown."""
    columns = {f"column-{at}": file.mapping.get(column, "") for at, column in enumerate(file.columns)}
    return {"empty": "keep", **columns, **data}


def test_the_errand_from_upload_to_result(admin: Client) -> None:
    to_mapping = upload(admin)
    file = ImportFile.objects.get()
    assert admin.get(to_mapping["Location"]).status_code == 200

    to_preview = admin.post(to_mapping["Location"], mapped(file))
    preview = admin.get(to_preview["Location"])
    assert "Ruritania" in preview.content.decode()
    assert Partner.objects.count() == 0

    digest = preview.context["digest"]
    to_detail = admin.post(f"/vendor/imports/{file.public_id}/commit/", {"digest": digest})
    assert "every 1s" in admin.get(to_detail["Location"]).content.decode()

    continue_imports()
    done = admin.get(f"/vendor/imports/{file.public_id}/progress/").content.decode()
    assert "every 1s" not in done
    assert sorted(Partner.objects.values_list("name", "country")) == [("-1+1 Fir", "FR"), ("Larch", "DE")]
    assert Source.objects.get().key == "sales-force"
    assert "Report of May.csv" in admin.get("/vendor/imports/").content.decode()


def test_the_failed_rows_come_back_as_a_file_no_spreadsheet_runs(admin: Client) -> None:
    address = upload(admin)["Location"]
    admin.post(address, mapped(ImportFile.objects.get()))

    rows = admin.get(address.replace("mapping/", "failed.csv"))
    errors = admin.get(address.replace("mapping/", "errors.csv"))

    assert rows["Content-Disposition"] == "attachment; filename*=UTF-8''failed-report-of-may.csv"
    assert b'"A2","\'=Spruce","Ruritania","3","unknown_country"' in b"".join(rows.streaming_content)
    assert b'"3","3","Billing Country","Ruritania","unknown_country"' in b"".join(errors.streaming_content)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a,b\n1,\xff\n", "Line 2, column 3"),
        (b'a,b\n1,"x\n', "Line 2, column 3"),
        (b"a,A\n", "Line 1, column 2"),
        (b"a,b\n1,\x00\n", "Line 2, column 3"),
        (b"", "Line 1, column 1"),
        (b"PK\x03\x04zip", "Line 1, column 1"),
        (b"\xff\xfea\x00", "Line 1, column 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(admin: Client, content: bytes, where: str) -> None:
    answer = upload(admin, content)

    assert answer.status_code == 422
    assert where in answer.content.decode()
    assert ImportFile.objects.count() == 0


def test_a_mapping_that_lacks_a_field_is_shown_again(admin: Client) -> None:
    address = upload(admin)["Location"]

    answer = admin.post(address, mapped(ImportFile.objects.get(), **{"column-1": ""}))

    assert answer.status_code == 422
    assert "Choose the column for “Name”." in answer.content.decode()


def test_an_old_preview_cannot_be_committed(admin: Client) -> None:
    address = upload(admin)["Location"]
    file = ImportFile.objects.get()
    admin.post(address, mapped(file))

    admin.post(f"/vendor/imports/{file.public_id}/commit/", {"digest": "of another day"})

    file.refresh_from_db()
    assert file.state == ImportState.PREVIEWED


@pytest.mark.parametrize("name", ["vera", "erin"])
def test_only_program_admins_import(name: str, request: pytest.FixtureRequest, client_of: Any) -> None:
    client = client_of(request.getfixturevalue(name))

    assert client.get("/vendor/imports/").status_code == 403
    assert upload(client).status_code == 403


def test_the_pages_of_the_problems_are_open_to_everybody(client: Client) -> None:
    assert "If-Match" in client.get("/problems/precondition_required").content.decode()
    assert client.get("/problems/nonsense").status_code == 404
