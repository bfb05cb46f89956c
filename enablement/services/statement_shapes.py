"""What a statement of xAPI 1.0.3 may look like. Knows no database; what is wrong is named with its place."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]
Checker = Callable[[Any, Path], None]

MAX_IRI = 2000
MAX_NAME = 500
FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f\x7f]+")
#: Schemes that name nothing: a browser would run what follows.
NO_NAMES = {"javascript", "data", "vbscript"}
MBOX = re.compile(r"mailto:[^\s@<>]+@[^\s@<>]+")
SHA1 = re.compile(r"[0-9a-fA-F]{40}")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?")
NO_ZONE = re.compile(r"-00(:?00)?$")  # the standard knows no such offset
DURATION = re.compile(
    r"P(?=.)(\d+(\.\d+)?W|(\d+(\.\d+)?Y)?(\d+(\.\d+)?M)?(\d+(\.\d+)?D)?"
    r"(T(?=.)(\d+(\.\d+)?H)?(\d+(\.\d+)?M)?(\d+(\.\d+)?S)?)?)"
)
VERSION = re.compile(r"1\.0(\.\d{1,9})?")
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
INTERACTIONS = {
    *("true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert"),
    *("numeric", "other"),
}


class Malformed(Exception):
    """Something in a statement is not as the standard has it."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path = path
        self.detail = detail
        super().__init__(detail)


def check(statement: Any, path: Path = ()) -> None:
    """Refuse what is no statement, with the place and a sentence about the first fault."""
    _object(statement, path, STATEMENT, required=("actor", "verb", "object"))
    _voids_a_statement(statement, path)
    _activity_only(statement, path)


def check_actor(value: Any, path: Path = ()) -> None:
    """Refuse what is neither an agent nor a group."""
    kind = value.get("objectType", "Agent") if isinstance(value, dict) else "Agent"
    if kind == "Group":
        _group(value, path)
    elif kind == "Agent":
        _agent(value, path)
    else:
        raise Malformed((*path, "objectType"), _("An actor is an Agent or a Group."))


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI that names something."""
    return len(text) <= MAX_IRI and bool(IRI.fullmatch(text)) and text.partition(":")[0].lower() not in NO_NAMES


def moment(text: str) -> datetime | None:
    """Return the moment a text tells, in UTC where it names no zone; None where it tells none that we can keep."""
    if not MOMENT.fullmatch(text) or NO_ZONE.search(text[16:]):
        return None
    try:
        told = datetime.fromisoformat(text.replace(",", "."))
        told = told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return told if told >= FIRST_MOMENT else None


# --- values


def _object(value: Any, path: Path, fields: Mapping[str, Checker], required: tuple[str, ...] = ()) -> None:
    if not isinstance(value, dict):
        raise Malformed(path, _("This must be an object."))
    for name in required:
        if name not in value:
            raise Malformed((*path, name), _("This is missing."))
    for name, inner in value.items():
        if name not in fields:
            raise Malformed((*path, name), _("A statement has no such property here."))
        if inner is None:
            raise Malformed((*path, name), _("Leave it out instead of sending null."))
        fields[name](inner, (*path, name))


def _text(value: Any, path: Path) -> None:
    if not isinstance(value, str):
        raise Malformed(path, _("This must be a text."))


def _matching(pattern: re.Pattern[str], detail: Callable[[], str]) -> Checker:
    def check_text(value: Any, path: Path) -> None:
        _text(value, path)
        if not pattern.fullmatch(value):
            raise Malformed(path, detail())

    return check_text


def _one_of(*allowed: str) -> Checker:
    def check_word(value: Any, path: Path) -> None:
        _text(value, path)
        if value not in allowed:
            raise Malformed(path, _("This must be one of: %(words)s.") % {"words": ", ".join(allowed)})

    return check_word


def _list(inner: Checker) -> Checker:
    def check_list(value: Any, path: Path) -> None:
        if not isinstance(value, list):
            raise Malformed(path, _("This must be a list."))
        for number, one in enumerate(value):
            inner(one, (*path, number))

    return check_list


def _shape(fields: Mapping[str, Checker], *required: str) -> Checker:
    return lambda value, path: _object(value, path, fields, required)


def _iri(value: Any, path: Path) -> None:
    _text(value, path)
    if len(value) > MAX_IRI:
        raise Malformed(path, _("An IRI may have at most %(most)d characters here.") % {"most": MAX_IRI})
    if not is_iri(value):
        raise Malformed(path, _("This must be an absolute IRI, such as https://example.com/course."))


def _address(value: Any, path: Path) -> None:
    _iri(value, path)
    try:
        known = bool(urlsplit(value).netloc)
    except ValueError:
        known = False
    if not known:
        raise Malformed(path, _("This must be a whole address, such as https://example.com."))


def _truth(value: Any, path: Path) -> None:
    if not isinstance(value, bool):
        raise Malformed(path, _("This must be true or false."))


def _number(value: Any, path: Path) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(path, _("This must be a number."))


def _whole(value: Any, path: Path) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Malformed(path, _("This must be a whole number."))


def _moment(value: Any, path: Path) -> None:
    _text(value, path)
    if moment(value) is None:
        raise Malformed(path, _("This must be a moment since 1970 as ISO 8601 has it: 2030-03-18T10:00:00Z."))


def _language_map(value: Any, path: Path) -> None:
    if not isinstance(value, dict):
        raise Malformed(path, _("This must be an object of texts by language."))
    for language, words in value.items():
        if not LANGUAGE.fullmatch(language):
            raise Malformed((*path, language), _("This is no language tag, such as en or pt-BR."))
        _text(words, (*path, language))


def _extensions(value: Any, path: Path) -> None:
    if not isinstance(value, dict):
        raise Malformed(path, _("This must be an object."))
    for name in value:
        _iri(name, (*path, name))


# --- who


def _agent(value: Any, path: Path) -> None:
    _object(value, path, AGENT)
    if value.get("objectType", "Agent") != "Agent":
        raise Malformed((*path, "objectType"), _("This must be an Agent."))
    _identified(value, path, at_least=1)


def _group(value: Any, path: Path) -> None:
    _object(value, path, GROUP, required=("objectType",))
    if value["objectType"] != "Group":
        raise Malformed((*path, "objectType"), _("This must be a Group."))
    _identified(value, path, at_least=0 if value.get("member") else 1)


def _identified(value: Any, path: Path, *, at_least: int) -> None:
    told = [name for name in IDENTIFIERS if name in value]
    if not at_least <= len(told) <= 1:
        raise Malformed(path, _("Say who it is by one of: mbox, mbox_sha1sum, openid, account."))


def _account_name(value: Any, path: Path) -> None:
    _text(value, path)
    if not 0 < len(value) <= MAX_NAME:
        raise Malformed(path, _("The name of an account has 1 to %(most)d characters.") % {"most": MAX_NAME})


# --- about what


def _thing(value: Any, path: Path) -> None:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    if not isinstance(kind, str) or kind not in THINGS:
        raise Malformed((*path, "objectType"), _("This must be one of: %(words)s.") % {"words": ", ".join(THINGS)})
    THINGS[kind](value, path)


def _sub_statement(value: Any, path: Path) -> None:
    _object(value, path, SUB_STATEMENT, required=("objectType", "actor", "verb", "object"))
    if value["object"].get("objectType") == "SubStatement":
        raise Malformed((*path, "object"), _("A statement in a statement holds no further one."))
    _activity_only(value, path)


def _score(value: Any, path: Path) -> None:
    _object(value, path, dict.fromkeys(("scaled", "raw", "min", "max"), _number))
    if not -1 <= value.get("scaled", 0) <= 1:
        raise Malformed((*path, "scaled"), _("A scaled score is from -1 to 1."))
    least, most, raw = (value.get(name) for name in ("min", "max", "raw"))
    if least is not None and most is not None and least >= most:
        raise Malformed((*path, "min"), _("The least score must be below the most."))
    if raw is not None and ((least is not None and raw < least) or (most is not None and raw > most)):
        raise Malformed((*path, "raw"), _("The score must lie between the least and the most."))


def _activities(value: Any, path: Path) -> None:
    """Check one activity or a list of them, as the parts of `contextActivities` are."""
    (_list(ACTIVITY) if isinstance(value, list) else ACTIVITY)(value, path)


# --- the whole


def _voids_a_statement(statement: Any, path: Path) -> None:
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise Malformed((*path, "object"), _("What is voided is a statement: send a StatementRef."))


def _activity_only(statement: Any, path: Path) -> None:
    """Refuse what of the context is told of activities only."""
    if statement["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in statement.get("context", {}):
            raise Malformed((*path, "context", name), _("This is told of activities only."))


VOIDED = "http://adlnet.gov/expapi/verbs/voided"

_id = _matching(UUID, lambda: _("This must be a UUID."))
_account = _shape({"homePage": _address, "name": _account_name}, "homePage", "name")


def _mbox(value: Any, path: Path) -> None:
    _text(value, path)
    if len(value) > MAX_NAME or not MBOX.fullmatch(value):
        raise Malformed(path, _("This must be an address such as mailto:pete@example.com."))


AGENT: dict[str, Checker] = {
    "objectType": _text,
    "name": _text,
    "mbox": _mbox,
    "mbox_sha1sum": _matching(SHA1, lambda: _("This must be a SHA-1 of 40 hexadecimal digits.")),
    "openid": _address,
    "account": _account,
}
GROUP: dict[str, Checker] = {**AGENT, "member": _list(_agent)}
VERB = _shape({"id": _iri, "display": _language_map}, "id")
_component = _shape({"id": _text, "description": _language_map}, "id")
DEFINITION = _shape(
    {
        "name": _language_map,
        "description": _language_map,
        "type": _iri,
        "moreInfo": _address,
        "extensions": _extensions,
        "interactionType": _one_of(*sorted(INTERACTIONS)),
        "correctResponsesPattern": _list(_text),
        **dict.fromkeys(("choices", "scale", "source", "target", "steps"), _list(_component)),
    }
)
ACTIVITY = _shape({"objectType": _one_of("Activity"), "id": _iri, "definition": DEFINITION}, "id")
REFERENCE = _shape({"objectType": _one_of("StatementRef"), "id": _id}, "objectType", "id")
RESULT = _shape(
    {
        "score": _score,
        "success": _truth,
        "completion": _truth,
        "response": _text,
        "duration": _matching(DURATION, lambda: _("This must be a duration as ISO 8601 has it, such as PT1H.")),
        "extensions": _extensions,
    }
)
CONTEXT = _shape(
    {
        "registration": _id,
        "instructor": check_actor,
        "team": _group,
        "contextActivities": _shape(dict.fromkeys(("parent", "grouping", "category", "other"), _activities)),
        "revision": _text,
        "platform": _text,
        "language": _matching(LANGUAGE, lambda: _("This is no language tag, such as en or pt-BR.")),
        "statement": REFERENCE,
        "extensions": _extensions,
    }
)
ATTACHMENT = _shape(
    {
        "usageType": _iri,
        "display": _language_map,
        "description": _language_map,
        "contentType": _text,
        "length": _whole,
        "sha2": _text,
        "fileUrl": _address,
    },
    *("usageType", "display", "contentType", "length", "sha2", "fileUrl"),
)
SUB_STATEMENT: dict[str, Checker] = {
    "objectType": _one_of("SubStatement"),
    "actor": check_actor,
    "verb": VERB,
    "object": _thing,
    "result": RESULT,
    "context": CONTEXT,
    "timestamp": _moment,
    "attachments": _list(ATTACHMENT),
}
THINGS: dict[str, Checker] = {
    "Activity": ACTIVITY,
    "Agent": _agent,
    "Group": _group,
    "StatementRef": REFERENCE,
    "SubStatement": _sub_statement,
}
STATEMENT: dict[str, Checker] = {
    **{name: checker for name, checker in SUB_STATEMENT.items() if name != "objectType"},
    "id": _id,
    "stored": _moment,
    "authority": check_actor,
    "version": _matching(VERSION, lambda: _("The version of a statement is 1.0, or 1.0 and a number.")),
}
