"""What a document would do to the portal, and doing it.

Both run the same code in one transaction: a plan writes everything through the services and undoes it, so that what it
finds is what an import does. Nothing is written while anything is wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit
from core.models import Program
from core.refusals import Refusal
from criteria.fields import registry
from integrations.services.programs import homes, plays, rulings, scorecards
from integrations.services.programs.home import Stored, Writer, is_static, put_draft
from integrations.services.programs.homes import HOMES
from integrations.services.programs.layout import BY_NAME, SECTIONS, Section
from integrations.services.programs.plans import Action, Change, Impact, Plan, Step
from integrations.services.programs.reading import Entry, Reading, pointer_of, read_document
from integrations.services.programs.rulings import Asked
from integrations.services.programs.shapes import Fault, OneOf, Text
from segmentation import engine
from segmentation.services import measures

log = structlog.get_logger("integrations")

#: Longer than this nobody waits for the figures of a plan.
IMPACT_SECONDS = 15
#: What services call members otherwise than documents do.
RENAMED = {
    **homes.TRACK_MEMBERS,
    **{field: member for member, field in {**homes.PROGRAM_FIELDS, **homes.TERMS_FIELDS}.items()},
}
#: Written after all rules are published: what they measure may ask for them.
LATE = ("scorecards", "sections", "metrics", "plays", "planned")


class PlanRefusedError(Refusal):
    """The document has faults; `plan` names them."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("The document has faults. Nothing was written."), code="faulty")
        self.plan = plan


class ProgramChangedError(Refusal):
    """The portal is not as it was when the plan was made; `plan` is what the document would do now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            _("The program was changed after this plan was made. Look at the new plan first."), code="changed"
        )
        self.plan = plan


def plan(document: Any, *, by: Any, at: datetime, publish: bool = True, impact: bool = True) -> Plan:
    """Return what a document would do, everything wrong with it, and who would move. Nothing is kept.

    Rules are judged as published even where drafts are to be left, because drafts are there to be published.
    """
    with _undone(by):
        run = _Run(read_document(document), by=by, at=at, publish=True)
        run.carry_out()
        found = Plan(document, publish, run.faults, run.steps)
        if impact and not run.faults:
            found = replace(found, impact=_impact(at))
    if publish or found.faults:
        return found
    with _undone(by):
        run = _Run(read_document(document), by=by, at=at, publish=False)
        run.carry_out()
        return replace(found, faults=run.faults, steps=run.steps)


def apply(wanted: Plan, *, by: Any, at: datetime) -> Plan:
    """Do what a plan says, whole or not at all, and return what was done. The second time nothing is left to do.

    Raises PlanRefusedError when the document has faults, ProgramChangedError when the portal changed since.
    """
    with audit.action("program.import", by=by):
        _let_nobody_else_import()
        run = _Run(read_document(wanted.document), by=by, at=at, publish=wanted.publishes)
        run.carry_out()
        done = replace(wanted, faults=run.faults, steps=run.steps)
        if done.faults:
            raise PlanRefusedError(done)
        if done.digest != wanted.digest:
            raise ProgramChangedError(done)
    log.info("program.imported", **done.counts)
    return done


@contextmanager
def _undone(by: Any) -> Iterator[None]:
    """Run what is inside in a transaction, and undo it."""
    try:
        with audit.action("program.plan", by=by):
            yield
            transaction.set_rollback(True)
    finally:
        Program.forget()


def _let_nobody_else_import() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('integrations.program', 0))")


def _impact(at: datetime) -> list[Impact] | None:
    """Return the rules that partners would enter or leave, with the most moves first; None where it takes too long."""
    try:
        moves = engine.moves(at=at, seconds=IMPACT_SECONDS)
    except engine.UncountedError:
        return None
    found = [
        Impact(rule.kind.value, rule.key, str(rule.label), one.entered, one.left)
        for rule, one in moves
        if one.entered or one.left
    ]
    return sorted(found, key=lambda one: (-one.entered - one.left, one.kind, one.key))


class _Run:
    """Carries a document out, entry by entry, noting what becomes of each and everything that is wrong."""

    def __init__(self, reading: Reading, *, by: Any, at: datetime, publish: bool) -> None:
        self.reading = reading
        self.publish = publish
        self.faults = list(reading.faults)
        self.catalog = registry.catalog()
        stored = {name: home.stored(drafts=not publish) for name, home in HOMES.items()}
        named = frozenset((one.section.name, one.key) for one in reading.entries)
        self.writer = Writer(by, at, stored, named, publish)
        self.known = {name: dict(stored) for name, stored in self.writer.known.items()}
        self._steps: dict[str, Step] = {}
        self._strangers = self._left_out_strangers()

    @property
    def steps(self) -> list[Step]:
        """What became of each entry, in the order of the document."""
        order = ["/program", *(entry.pointer for entry in self.reading.entries)]
        return [self._steps[pointer] for pointer in order if pointer in self._steps]

    def carry_out(self) -> None:
        """Make and check, publish, then what asks for published rules; last see that everything stands as was said."""
        self._change_program()
        for section in SECTIONS:
            if section.name not in LATE:
                self._write_section(section)
        self._order_ladders()
        self._write_texts()
        self.catalog = registry.catalog()
        for name in LATE:
            self._write_section(BY_NAME[name])
        self._publish_scorecards()
        self._publish_plays()
        self._note_strangers()
        if not self.faults:
            self._see_that_it_stands()

    # --- the program and its entries

    def _change_program(self) -> None:
        values, stands = self.reading.program, homes.program_values()
        if not values:
            return
        changed = {name: value for name, value in values.items() if stands[name] != value}
        if changed:
            self._try("/program", lambda: homes.update_program(self.writer, changed))
        changes = [Change(name, stands[name], value) for name, value in changed.items()]
        action = Action.CHANGED if changed else Action.UNCHANGED
        self._steps["/program"] = Step("program", "", str(stands["hub_name"]), "/program", action, changes)

    def _left_out_strangers(self) -> dict[str, str]:
        """Leave out owners whom nobody here knows: the definition keeps the owner it has. Returns them by place."""
        unknown = {
            entry.pointer: entry.values["owner"]
            for entry in self._entries("categories")
            if entry.values.get("owner") and homes.owner_of(entry.values["owner"]) is None
        }
        for entry in self._entries("categories"):
            if entry.pointer in unknown:
                del entry.values["owner"]
        return unknown

    def _note_strangers(self) -> None:
        for pointer, email in self._strangers.items():
            if pointer in self._steps:
                told = _("Nobody of the vendor signs in as %(email)s here. Its owner stays as it is; name one later.")
                self._steps[pointer].notes.append(told % {"email": email})

    def _write_section(self, section: Section) -> None:
        if section.name == "planned" and (self.faults or not self.publish):
            self._leave_plans()
            return
        for entry in self._parents_first(section):
            stored = self._stored(entry)
            if stored is None:
                self._create(entry)
            elif stored.is_retired:
                message = _("“%(label)s” is retired in this portal. Choose another key, or leave it out.")
                self._fault(pointer_of(entry, "key"), "retired", message % {"label": stored.record})
            else:
                self._update(entry, stored)

    def _leave_plans(self) -> None:
        """Plan nothing where texts are left as drafts: a definition has one draft, which is not the planned one."""
        for entry in self._entries("planned"):
            step = _step(entry, Action.UNCHANGED)
            step.notes.append(_("Left out: nothing is planned where an import leaves drafts."))
            self._steps[entry.pointer] = step

    def _create(self, entry: Entry) -> None:
        section, home = entry.section, HOMES[entry.section.name]
        above = self._stored(entry.above) if entry.above else None
        values = home.own(_stand_ins(entry) | entry.values)
        missing = {one.name for one in section.members if one.needed} - set(section.texts) - set(values)
        if missing or (entry.above and above is None) or not (section.texts or self._is_sound(entry)):
            return
        record = self._try(entry.pointer, lambda: home.create(self.writer, values, above.record if above else None))
        if record is not None:
            self.writer.known[section.name][entry.key] = Stored(record, {}, is_published=False)
            self._steps[entry.pointer] = _step(entry, Action.CREATED)
            self._note_thrown_away(entry)

    def _note_thrown_away(self, entry: Entry) -> None:
        """Say whose other draft gave way to a planned one."""
        if entry.section.name == "planned" and (name := self.writer.thrown_away.get(entry.key)):
            note = _("The draft that %(name)s wrote is thrown away.") % {"name": name}
            self._steps[entry.pointer].notes.append(note)

    def _update(self, entry: Entry, stored: Stored) -> None:
        home = HOMES[entry.section.name]
        changed = self._differences(entry, stored)
        lost = home.is_lost(stored.record)
        own = home.own(dict(entry.values) if lost else changed)
        if own and (entry.section.texts or self._is_sound(entry)):
            self._try(entry.pointer, lambda: home.update(self.writer, stored.record, own))
        changes = [self._change(entry, name, stored.values[name], value) for name, value in changed.items()]
        if self.publish and not stored.is_published:
            changes.append(Change("published", False, True))
        self._steps[entry.pointer] = _step(entry, Action.CHANGED if changes else Action.UNCHANGED, changes)
        if lost:
            self._steps[entry.pointer].notes.append(_("Planned anew, because what is published changes beneath it."))

    def _differences(self, entry: Entry, stored: Stored) -> dict[str, Any]:
        """Return the members that the document gives another value than they have."""
        return {
            name: value
            for name, value in entry.values.items()
            if not rulings.same(entry.section, name, stored.values.get(name), value)
        }

    def _change(self, entry: Entry, name: str, before: Any, after: Any) -> Change:
        section, shape = entry.section, entry.section.known[name].shape
        found = Change(name, shape.dump(before), shape.dump(after))
        if name != section.rule:
            return found
        said = [rulings.words(section, document, self.catalog) for document in (before, after)]
        return replace(found, before_words=said[0], after_words=said[1])

    def _order_ladders(self) -> None:
        """Put tiers into the document's order, and say so where it was another."""
        for track in self._entries("tracks"):
            stored = self._stored(track)
            wanted = [tier.values["key"] for tier in self._entries("tiers") if tier.above is track]
            if stored is None or not wanted:
                continue
            before = [key.split(".")[1] for key in self.known["tiers"] if key.split(".")[0] == track.key]
            if self._try(track.pointer, lambda s=stored, w=wanted: homes.order_tiers(self.writer, s.record, w)):  # type: ignore[misc]
                after = homes.merged(before, [one for one in wanted if one in before])
                self._note_order(track.pointer, before, after)

    def _note_order(self, pointer: str, before: list[str], after: list[str]) -> None:
        if before != after and pointer in self._steps:
            step = self._steps[pointer]
            changes = [*step.changes, Change("tiers", before, after)]
            action = Action.CREATED if step.action is Action.CREATED else Action.CHANGED
            self._steps[pointer] = replace(step, action=action, changes=changes)

    # --- rules and texts

    def _write_measures(self) -> None:
        """Check and publish measures, each before those that reckon with it: from then on rules know them as fields."""
        self.catalog = registry.catalog()
        entries = {entry.key: entry for entry in self._entries("measures") if self._stored(entry)}
        order, circle = rulings.measures_first({key: one.values.get("formula") for key, one in entries.items()})
        for key in circle:
            message = _("This measure would reckon with itself, through the measures that it names.")
            self._fault(pointer_of(entries[key], "formula"), "cycle", message)
        for entry in (entries[key] for key in order if key not in circle):
            if self._is_sound(entry):
                self._try(entry.pointer, lambda one=entry: self._write_text(one))  # type: ignore[misc]
            elif self.publish and entry.key not in self.known["measures"]:
                self._write_stand_in(entry)
            self.catalog = registry.catalog()

    def _write_stand_in(self, entry: Entry) -> None:
        """Publish a number in place of a faulty formula, so that what asks for it is not called wrong as well."""
        draft, _nobody = put_draft(self.writer, self._kept(entry), {"criteria": {"number": 0}})
        measures.publish(version=draft, **self.writer.who)

    def _write_texts(self) -> None:
        """Check every rule of the document, then write texts in the order in which rules build on each other."""
        self._write_measures()
        others = [one for one in self.reading.entries if one.section.texts and one.section.name != "measures"]
        sound = [entry for entry in others if self._stored(entry) and self._is_sound(entry)]
        asked = [self._asked(entry) for entry in sound if self._decides(entry)]
        depths, circles = rulings.depths(asked, self.catalog)
        for entry in sound:
            if self._ref(entry) in circles:
                message = _("This rule would depend on itself, through the rules that it asks for.")
                self._fault(pointer_of(entry, entry.section.rule), "cycle", message)
        if not self.faults:
            last = len(depths)  # what overrides a definition comes after it
            for entry in sorted(sound, key=lambda one: depths.get(self._ref(one), last)):
                self._try(entry.pointer, lambda one=entry: self._write_text(one))  # type: ignore[misc]

    def _is_sound(self, entry: Entry) -> bool:
        """Say whether an entry's rule makes sense beside everything else the document makes; note what does not."""
        rule = entry.section.rule
        if rule and is_static(self._values(entry)) and entry.values.get(rule) is not None:
            message = _("A segment picked by hand has no criteria. Make it dynamic or mixed, or leave them out.")
            self._fault(pointer_of(entry, rule), "static", message)
            return False
        for member in homes.misplaced(entry.values):
            self._fault(
                pointer_of(entry, member), "unknown_key", _("Of a tier only criteria, meaning, benefits differ.")
            )
        if entry.section.texts and not self.publish:
            return True  # what is drafted was judged beside published measures, when it was planned
        found = rulings.problems(entry.section, entry.values.get(rule), self.catalog)
        for problem in found:
            self._fault(pointer_of(entry, rule) + problem.path, problem.code, _(problem.message))
        return not found

    def _values(self, entry: Entry) -> dict[str, Any]:
        stored = self.known[entry.section.name].get(entry.key)
        return {**(stored.values if stored else {}), **entry.values}

    def _decides(self, entry: Entry) -> bool:
        """Whether the document says what the rule of a definition will be."""
        is_new = entry.key not in self.known[entry.section.name]
        return HOMES[entry.section.name].kind is not None and (is_new or entry.section.rule in entry.values)

    def _asked(self, entry: Entry) -> Asked:
        kind, key = self._ref(entry)
        return Asked(kind, key, self._kept(entry).record.pk, entry.label, entry.values.get(entry.section.rule))

    def _ref(self, entry: Entry) -> Any:
        return HOMES[entry.section.name].kind, entry.key

    def _write_text(self, entry: Entry) -> None:
        home, stored = HOMES[entry.section.name], self._kept(entry)
        before = self.known[entry.section.name].get(entry.key)
        if is_static(self._values(entry)):
            return
        if before is None:
            texts = {"criteria": None, **home.written(entry.values)}
            rule = entry.values.get(entry.section.rule)
            if rule is not None:
                self._steps[entry.pointer].changes.append(self._change(entry, entry.section.rule, None, rule))
        else:
            texts = home.written(self._differences(entry, before))
            if not texts and (before.is_published or not self.publish):
                return
        draft, thrown_away = put_draft(self.writer, stored, texts)
        if thrown_away:
            note = _("The draft that %(name)s wrote is thrown away.") % {"name": thrown_away}
            self._steps[entry.pointer].notes.append(note)
        if self.publish and home.services is not None:
            home.services.publish(version=draft, **self.writer.who)

    def _publish_scorecards(self) -> None:
        """Publish what the document wrote into drafts of scorecards, each whole, and say whose other drafts went."""
        for entry in self._entries("scorecards"):
            stored = self._stored(entry)
            if stored is None or self.faults:
                continue
            if self.publish:
                self._try(entry.pointer, lambda record=stored.record: scorecards.publish(self.writer, record))  # type: ignore[misc]
            if name := self.writer.thrown_away.get(stored.record.key):
                note = _("The draft that %(name)s wrote is thrown away.") % {"name": name}
                self._steps[entry.pointer].notes.append(note)

    def _publish_plays(self) -> None:
        """Let the document's plays be proposed."""
        for entry in self._entries("plays"):
            stored = self._stored(entry)
            if stored is not None and self.publish:
                self._try(entry.pointer, lambda record=stored.record: plays.publish(self.writer, record))  # type: ignore[misc]

    # --- the end

    def _see_that_it_stands(self) -> None:
        """Note what the portal kept otherwise than the document says: the next import would change it again."""
        for name, home in HOMES.items():
            entries = [entry for entry in self.reading.entries if entry.section.name == name]
            if name == "planned" and not self.publish:
                continue
            stands = home.stored(drafts=not self.publish) if entries else {}
            for entry in entries:
                for member in self._differences(entry, stands[entry.key]):
                    kept = entry.section.known[member].shape.dump(stands[entry.key].values[member])
                    message = _("The portal keeps this as “%(kept)s”. Write it so.")
                    self._fault(pointer_of(entry, member), "not_kept", message % {"kept": kept})

    # --- helpers

    def _entries(self, section: str) -> list[Entry]:
        return [entry for entry in self.reading.entries if entry.section.name == section]

    def _parents_first(self, section: Section) -> list[Entry]:
        """Return the entries of a section; in a tree, those first that others stand below."""
        entries = {entry.key: entry for entry in self._entries(section.name)}

        def depth(entry: Entry) -> int:
            above, steps = entry.values.get("parent"), 0
            while above in entries and steps <= len(entries):
                above, steps = entries[above].values.get("parent"), steps + 1
            if steps > len(entries):
                self._fault(pointer_of(entry, "parent"), "cycle", _("This would stand below itself."))
            return steps

        return sorted(entries.values(), key=depth)

    def _stored(self, entry: Entry) -> Stored | None:
        return self.writer.known[entry.section.name].get(entry.key)

    def _kept(self, entry: Entry) -> Stored:
        """Return what stands for an entry that was there, or was made."""
        return self.writer.known[entry.section.name][entry.key]

    def _fault(self, pointer: str, code: str, message: str) -> None:
        fault = Fault(pointer, code, message)
        if fault not in self.faults:
            self.faults.append(fault)

    def _try(self, pointer: str, work: Callable[[], Any]) -> Any:
        """Do one write. What it refuses is noted at its place, and the others go on."""
        try:
            with transaction.atomic():
                return work()
        except ValidationError as error:
            for member, code, message in _refusals(error):
                self._fault(f"{pointer}/{member}" if member else pointer, code, message)
            return None


def _step(entry: Entry, action: Action, changes: list[Change] | None = None) -> Step:
    return Step(entry.section.name, entry.key, entry.label, entry.pointer, action, changes or [])


def _stand_ins(entry: Entry) -> dict[str, Any]:
    """Return values for what a faulty entry lacks, so that what refers to it is not called wrong as well."""
    found: dict[str, Any] = {}
    for member in entry.section.members:
        if entry.faulty and member.needed and member.name not in entry.values:
            if isinstance(member.shape, Text):
                found[member.name] = entry.key[:40]
            elif isinstance(member.shape, OneOf):
                found[member.name] = member.shape.words[0]
    return found


def _refusals(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Yield member, code and message of everything that a service refused."""
    if not hasattr(error, "error_dict"):
        yield from (("", one.code or "invalid", message) for one in error.error_list for message in one.messages)
        return
    for name, errors in error.error_dict.items():
        member = "" if name == "__all__" else RENAMED.get(name, name)
        yield from ((member, one.code or "invalid", message) for one in errors for message in one.messages)
