"""Load a demo programme into an empty database, or a crowd of synthetic partners for benchmarks."""

import logging
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from partners.models import Partner
from portal.seed import load, scale
from portal.seed.brandt import PROGRAMME as BRANDT
from portal.seed.lumen import PROGRAMME as LUMEN

PROGRAMMES = {"it": LUMEN, "manufacturer": BRANDT}


class Command(BaseCommand):
    """`manage.py seed`; see the arguments."""

    help = "Load a demo programme: an IT vendor, or a manufacturer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to load."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are users already")
        parser.add_argument("--program", choices=sorted(PROGRAMMES), default="it", help="which programme (it)")
        parser.add_argument("--size", type=int, help="how many partners, instead of the programme's own number")
        parser.add_argument("--scale", type=int, help="load so many synthetic partners by SQL instead")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, showing each step."""
        is_empty = not (User.objects.exists() or Partner.objects.exists())
        if options["if_empty"] and not is_empty:
            return
        if options["scale"]:
            scale.load(partners=options["scale"], at=timezone.now(), tell=self._tell)
            return
        if not is_empty:
            raise CommandError(
                "There are users or partners already, and a demo is loaded into an empty database only. "
                "To begin anew, stop the portal and remove the folder .data/postgres."
            )
        for app in ("segmentation", "scorecards"):  # two years of events would hide the steps
            logging.getLogger(app).setLevel(logging.WARNING)
        programme = PROGRAMMES[options["program"]]
        found = load.load(programme, at=timezone.now(), tell=self._tell, size=options["size"])
        text = load.write_sign_ins(Path(settings.DATA_DIR) / "signins.txt", found)
        if options["verbosity"]:
            self.stdout.write(f"\n{text}")

    @contextmanager
    def _tell(self, what: str) -> Iterator[None]:
        """Show a step as it begins, and its seconds when it is done."""
        began = timezone.now()
        self.stdout.write(f"\n    {what:<56}", ending="")
        self.stdout.flush()
        yield
        self.stdout.write(f"{(timezone.now() - began).total_seconds():5.1f} s", ending="")
        self.stdout.flush()
