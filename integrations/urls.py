"""Addresses of imports, and of the pages that explain the API's problems."""

from django.urls import path

from integrations.views import problems
from integrations.views.vendor import imports

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
]
