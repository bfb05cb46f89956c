"""Addresses of imports, and of the pages that explain the API's problems."""

from django.urls import path

from integrations.api.programs import ProgramViewSet
from integrations.views import problems
from integrations.views.vendor import imports, programs

# under /api/v1/
api = [path("program", ProgramViewSet.as_view({"get": "export", "post": "bring_in"}), name="program")]

# under /
site = [path("problems/<slug:code>", problems.problem_detail, name="problem-detail")]

# under /vendor/
vendor = [
    path("imports/", imports.import_list, name="import-list"),
    path("imports/new/", imports.import_create, name="import-create"),
    path("imports/<uuid:file>/", imports.import_detail, name="import-detail"),
    path("imports/<uuid:file>/mapping/", imports.import_mapping, name="import-mapping"),
    path("imports/<uuid:file>/preview/", imports.import_preview, name="import-preview"),
    path("imports/<uuid:file>/commit/", imports.import_commit, name="import-commit"),
    path("imports/<uuid:file>/stop/", imports.import_stop, name="import-stop"),
    path("imports/<uuid:file>/progress/", imports.import_progress, name="import-progress-panel"),
    path("imports/<uuid:file>/errors.csv", imports.import_errors, name="import-errors"),
    path("imports/<uuid:file>/failed.csv", imports.import_failed_rows, name="import-failed-rows"),
    path("program/export.json", programs.program_export, name="program-export"),
    path("program/schema.json", programs.program_schema, name="program-schema"),
    path("program/imports/", programs.program_import_list, name="program-import-list"),
    path("program/imports/new/", programs.program_import_create, name="program-import-create"),
    path("program/imports/<uuid:program_import>/", programs.program_import_detail, name="program-import-detail"),
    path(
        "program/imports/<uuid:program_import>/confirm/",
        programs.program_import_confirm,
        name="program-import-confirm",
    ),
    path(
        "program/imports/<uuid:program_import>/look-again/",
        programs.program_import_look_again,
        name="program-import-look-again",
    ),
    path(
        "program/imports/<uuid:program_import>/document.json",
        programs.program_import_document,
        name="program-import-document",
    ),
]
