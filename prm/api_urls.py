"""The addresses of /api/v1/, from every app's list `api`."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import path, re_path

from core.api.views import NowhereView, OpenApiView

APPS = ["partners", "segmentation", "deals", "enablement", "scorecards", "integrations"]

app_name = "api"
urlpatterns = [
    address for app in APPS if find_spec(f"{app}.urls") for address in getattr(import_module(f"{app}.urls"), "api", [])
]
urlpatterns += [
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    re_path("", NowhereView.as_view(), name="nowhere"),
]
