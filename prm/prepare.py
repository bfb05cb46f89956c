"""What must be done before the first page: tables as the models say, static files gathered, the demo program once.

Run by `make run` in a process of its own, because it needs Django and the servers.
"""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from prm.steps import step


def main() -> None:
    """Bring database, static files and demo data up to date, showing each step."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prm.settings")
    django.setup()
    with step("Preparing the tables"):
        call_command("migrate", interactive=False, verbosity=0)
    gather_static_files()
    if (demo := os.environ.get("DEMO", "it")) != "none":
        with step("Looking after the demo program"):
            call_command("seed", if_empty=True, program=demo, verbosity=0)


def gather_static_files() -> None:
    """Collect, name by content and compress static files, unless they are the same as last time."""
    stamp, state = Path(settings.DATA_DIR) / "static-gathered-from", _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state and Path(settings.STATIC_ROOT).exists():
        return
    with step("Gathering static files"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(state)


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([".*"]):
            digest.update(f"{storage.path(path)} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
