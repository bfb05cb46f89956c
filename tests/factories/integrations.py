"""Imports."""

import hashlib
from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from accounts.roles import VendorRole
from integrations.models import ImportFile, ImportResource, ImportRow, ProgramImport, ProgramImportState, RowResult
from tests.factories.accounts import VendorUserFactory
from tests.factories.core import SourceFactory

CONTENT = b"Id,Name\n1,Larch\n"


class ImportFileFactory(DjangoModelFactory[ImportFile]):
    """A small file of partners, uploaded and mapped."""

    class Meta:
        model = ImportFile

    resource = ImportResource.PARTNERS
    source = factory.SubFactory(SourceFactory)
    file_name = "partners.csv"
    content = CONTENT
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    columns = factory.LazyFunction(lambda: ["Id", "Name"])
    mapping = factory.LazyFunction(lambda: {"Id": "external_id", "Name": "name"})
    rows_total = 1
    created_by = factory.SubFactory(VendorUserFactory, role=VendorRole.PROGRAM_ADMIN)


class ImportRowFactory(DjangoModelFactory[ImportRow]):
    """A row that was created."""

    class Meta:
        model = ImportRow

    file = factory.SubFactory(ImportFileFactory)
    line = factory.Sequence(lambda number: number + 2)
    result = RowResult.CREATED


class ProgramImportFactory(DjangoModelFactory[ProgramImport]):
    """A document that changes nothing, looked at."""

    class Meta:
        model = ProgramImport

    file_name = "program.json"
    content = '{"format": "partner-program/1"}'
    state = ProgramImportState.PLANNED
    report = factory.LazyFunction(
        lambda: {
            "digest": "",
            "publishes": True,
            "counts": {"created": 0, "changed": 0, "unchanged": 0},
            "faults": [],
            "steps": [],
            "impact": [],
        }
    )
    planned_at = datetime(2030, 3, 18, 9, 0, tzinfo=UTC)
    created_by = factory.SubFactory(VendorUserFactory, role=VendorRole.PROGRAM_ADMIN)
