"""The addresses of /api/v1/, from every app's list `api`."""

from importlib import import_module
from importlib.util import find_spec

APPS = ["partners", "segmentation", "deals", "enablement", "scorecards", "integrations"]

app_name = "api"
urlpatterns = [
    address for app in APPS if find_spec(f"{app}.urls") for address in getattr(import_module(f"{app}.urls"), "api", [])
]
