"""Write the program into a document, or bring one in: `manage.py program export` and `manage.py program import`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from integrations.services import programs
from integrations.services.programs import Action, Plan


class Command(BaseCommand):
    """`manage.py program`; see the arguments."""

    help = "Export the program as a JSON document, or import one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and with which file."""
        subcommands = parser.add_subparsers(dest="act", required=True)
        export = subcommands.add_parser("export", help="write the program to a file, or to the screen")
        export.add_argument("file", nargs="?", help="where to")
        bring_in = subcommands.add_parser("import", help="bring a document in, whole or not at all")
        bring_in.add_argument("file", help="the document")
        bring_in.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
        bring_in.add_argument("--drafts", action="store_true", help="leave drafts instead of publishing")
        bring_in.add_argument("--by", help="e-mail address of the program admin in whose name it is done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        if options["act"] == "export":
            self._export(options["file"])
        else:
            self._import(options)

    def _export(self, file: str | None) -> None:
        text = programs.printed(programs.document())
        if file is None:
            self.stdout.write(text, ending="")
        else:
            Path(file).write_text(text, encoding="utf-8")

    def _import(self, options: dict[str, Any]) -> None:
        by = self._person(options["by"])
        try:
            document = programs.read(Path(options["file"]).read_bytes())
        except (OSError, programs.UnreadableError) as error:
            raise CommandError(str(error)) from error
        at = timezone.now()
        found = programs.plan(document, by=by, at=at, publish=not options["drafts"], impact=options["dry_run"])
        self._tell(found)
        if found.faults:
            raise CommandError("The document has faults. Nothing was written.")
        if not options["dry_run"]:
            programs.apply(found, by=by, at=at)
            self.stdout.write("Imported.")

    def _person(self, email: str | None) -> User | None:
        if email is None:
            return None
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"There is nobody with the address {email}.")
        return person

    def _tell(self, found: Plan) -> None:
        for fault in found.faults:
            self.stderr.write(f"{fault.pointer or '/'}  {fault.code}: {fault.message}")
        for step in found.steps:
            if step.action is not Action.UNCHANGED:
                members = ", ".join(change.member for change in step.changes)
                self.stdout.write(f"{step.action:9} {step.section} {step.key} {members}".rstrip())
        counts = found.counts
        self.stdout.write(f"{counts['created']} new, {counts['changed']} changed, {counts['unchanged']} as they are.")
        for one in found.impact or []:
            self.stdout.write(f"{one.kind} {one.key}: {one.entered} enter, {one.left} leave")
