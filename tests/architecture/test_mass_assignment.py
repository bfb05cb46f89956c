"""Nobody writes what is not theirs to write: unknown, read-only and repeated values, over the API and in forms."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.forms.forms import BaseForm

from tests.architecture.walk import METHODS_THAT_WRITE, Address
from tests.architecture.world import PEOPLE, World

NAMED = {"Idempotency-Key": "mass-assignment", "If-Match": "*"}
UNKNOWN = "no_such_field"
#: Addresses whose form stands on another page, so that its fields cannot be read here, with what they take.
FORM_ELSEWHERE = {
    "partner:prescription-finish": {"note", "state"},  # a note finishes it
    "vendor:proof-decide": {"reply"},  # the form stands on the page of what was handed in
    "vendor:matrix-marks-save": {"x_low", "y_low"},  # the form stands on the matrix, where its marks are moved
}
#: Columns that the database or Django's own sign-in keeps; forms never name them.
KEPT_BY_DATABASE = {"id", "version", "created_at", "updated_at"}


# --- the API


def writing(every_address: list[Address]) -> Iterator[tuple[Address, str]]:
    """Yield every operation of the API that takes a body."""
    for address in every_address:
        if not address.is_page and hasattr(address.api, "get_serializer_class"):
            for method in set(address.methods) & set(METHODS_THAT_WRITE) - {"DELETE"}:
                yield address, method


def send(world: World, method: str, path: str, body: Any) -> Any:
    """Send a body as the integration, and undo what it did."""
    with transaction.atomic():
        saved = transaction.savepoint()
        answer = getattr(world.client("ian"), method.lower())(path, body, format="json", headers=NAMED)
        transaction.savepoint_rollback(saved)
    return answer


def refused(answer: Any) -> dict[str, str]:
    """Return the code of every field that an answer refuses."""
    if answer.status_code != 422:
        return {"": f"status {answer.status_code}"}
    return {error.get("pointer", ""): error["code"] for error in answer.json().get("errors", [])}


def test_the_api_refuses_unknown_and_read_only_fields(world: World, every_address: list[Address]) -> None:
    wrong = []
    for address, method in writing(every_address):
        path = address.targets(world)["own"].path
        fields = address.api().get_serializer_class()().fields
        read_only = [name for name, field in fields.items() if field.read_only and not _is_action(address, method)]
        codes = refused(send(world, method, path, {UNKNOWN: 1, **dict.fromkeys(read_only, "x")}))
        expected = {f"/{UNKNOWN}": "unknown_field", **{f"/{name}": "read_only_field" for name in read_only}}
        wrong += [
            f"{method} {path}: {pointer} answers {codes.get(pointer, codes.get('', 'nothing'))}, not {code}"
            for pointer, code in expected.items()
            if codes.get(pointer) != code
        ]

    assert not wrong, "\n".join(wrong)


def _is_action(address: Address, method: str) -> bool:
    """Whether an operation is a verb of its own, which knows none of the resource's fields."""
    return address.view.actions.get(method.lower()) not in {"create", "partial_update", "upsert"}


def test_lists_refuse_unknown_and_repeated_parameters(world: World, every_address: list[Address]) -> None:
    client = world.client("ian")
    wrong = []
    for address in every_address:
        if address.is_page or not getattr(address.api, "resource", "") or "GET" not in address.methods:
            continue
        path = address.targets(world)["own"].path
        for query in ("no_such_parameter=1", "limit=1&limit=2", "fields=id&fields=id"):
            answer = client.get(f"{path}?{query}")
            if answer.status_code != 400 or answer.json()["code"] != "invalid_parameter":
                wrong.append(f"GET {path}?{query}: {answer.status_code}")

    assert not wrong, "\n".join(wrong)


# --- forms


def canary(field: Any, world: World, before: Any) -> Any:
    """Return a value for a column that nobody would set by chance, or None where there is none."""
    if field.choices:
        return next((value for value, _label in field.flatchoices if value not in {before, ""}), None)
    if isinstance(field, models.ForeignKey):
        other = {"User": world.people["olga"].pk, "Partner": world.oakhurst.pk}.get(field.related_model.__name__)
        return other if other != before else None
    if isinstance(field, models.BooleanField):
        return None if before else True
    if isinstance(field, models.UUIDField):
        return "0190ffff-0000-7000-8000-00000000cafe"
    if isinstance(field, models.DateTimeField):
        return "2001-02-03T04:05:06Z"
    if isinstance(field, models.DateField):
        return "2001-02-03"
    if isinstance(field, models.IntegerField | models.DecimalField):
        return 98765
    if isinstance(field, models.JSONField | ArrayField | models.BinaryField):
        return None
    if isinstance(field, models.GenericIPAddressField):
        return "203.0.113.66"
    return "canary@evil.example" if isinstance(field, models.EmailField) else "canary"


def shown_values(answer: Any) -> tuple[dict[str, Any], set[str]]:
    """Return what the forms of a page would send as they are, and the names of their fields."""
    data: dict[str, Any] = {}
    names: set[str] = set()
    contexts = answer.context if isinstance(answer.context, list) else [answer.context] if answer.context else []
    values = [value for context in contexts for value in context.flatten().values()]
    for form in {id(value): value for value in values if isinstance(value, BaseForm)}.values():
        names |= set(form.fields)
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    return data, names


def taken(record: Any, canaries: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """Return the columns into which a canary got, in the record itself or in any new row of its kind."""
    found = []
    model = type(record)
    for name, value in canaries.items():
        field = model._meta.get_field(name)
        kept = field.to_python(value) if not isinstance(field, models.ForeignKey) else value
        rows = model._base_manager.filter(**{field.attname: kept})
        known = before[field.attname] == kept
        if rows.exclude(pk=record.pk).exclude(pk__in=before["others"]).exists() or (
            not known and rows.filter(pk=record.pk).exists()
        ):
            found.append(name)
    return found


def after_posting(client: Any, path: str, data: dict[str, Any], look: Callable[[], list[str]]) -> list[str]:
    """Send a form, look, and undo it."""
    with transaction.atomic():
        saved = transaction.savepoint()
        client.post(path, data)
        seen = look()
        transaction.savepoint_rollback(saved)
    return seen


def test_forms_take_their_own_fields_only(world: World, every_address: list[Address]) -> None:
    wrong = []
    for address in every_address:
        if not address.is_page or not address.parameters:
            continue
        target = address.targets(world)["own"]
        who = next((one for one in PEOPLE if one in target.seen_by and address.admits(world, one, "POST")), None)
        record = _record_of(address, world)
        if who is None or record is None:
            continue
        client = world.client(who)
        data, names = shown_values(client.get(target.path))
        columns = [one for one in record._meta.concrete_fields if one.name not in KEPT_BY_DATABASE | names]
        before = record._meta.model._base_manager.filter(pk=record.pk).values().get()
        canaries = {one.name: canary(one, world, before[one.attname]) for one in columns}
        canaries = {name: value for name, value in canaries.items() if value is not None}
        before["others"] = list(record._meta.model._base_manager.values_list("pk", flat=True))
        look = partial(taken, record, canaries, before)
        by_itself = after_posting(client, target.path, data, look)
        slipped = after_posting(client, target.path, {**canaries, **data}, look)
        if slipped := sorted(set(slipped) - set(by_itself) - FORM_ELSEWHERE.get(address.name, set())):
            wrong.append(f"POST {target.path} ({address.name}) as {who} takes {slipped}")

    assert not wrong, "\n".join(wrong)


def _record_of(address: Address, world: World) -> Any:
    """Return the record a page writes to: the last thing its address names."""
    found = None
    for parameter in address.parameters:
        name = address.subject_of(parameter)
        thing = world._things.get(name)
        found = thing.own.record if thing and thing.own.record is not None else found
    return found
