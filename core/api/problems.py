"""Errors of the API as RFC 9457 problems: one shape, stable codes, nothing about our insides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json; charset=utf-8"
MAX_ERRORS = 100
UNIQUE_VIOLATION = "23505"
#: What a second try can mend: deadlock, serialization failure, lock or statement taking too long, connection gone.
RETRYABLE = frozenset({"40P01", "40001", "55P03", "57014"})

log = structlog.get_logger("core")


class Kind(NamedTuple):
    """One kind of problem: its status, its title, and a sentence for the page that documents it."""

    status: int
    title: str | Promise
    meaning: str | Promise


KINDS: dict[str, Kind] = {
    "malformed_json": Kind(
        400,
        _("Malformed JSON"),
        _("The body is not strict JSON in UTF-8: no duplicate keys, no NaN or Infinity, no NUL, 20 levels at most."),
    ),
    "invalid_parameter": Kind(
        400, _("Invalid parameter"), _("A parameter in the address is unknown, given twice or cannot be read.")
    ),
    "invalid_cursor": Kind(
        400,
        _("Invalid cursor"),
        _("The cursor was changed, belongs to another list or is older than a day. Start again without it."),
    ),
    "invalid_statement": Kind(
        400,
        _("Invalid statement"),
        _("The statement is not as xAPI 1.0.3 has it; its place is named in errors. Nothing of the request was taken."),
    ),
    "idempotency_key_required": Kind(
        400,
        _("Idempotency key required"),
        _("Send a header Idempotency-Key of 1 to 255 visible characters, so that repeating the request is harmless."),
    ),
    "unauthenticated": Kind(401, _("Not signed in"), _("Send a valid bearer token.")),
    "token_expired": Kind(401, _("Token expired"), _("Ask for a new access token.")),
    "insufficient_scope": Kind(
        403, _("Insufficient scope"), _("The token does not carry the scope that the detail names.")
    ),
    "permission_denied": Kind(403, _("Permission denied"), _("You may not do this.")),
    "ip_not_allowed": Kind(403, _("Address not allowed"), _("The integration may not call from this network address.")),
    "https_required": Kind(403, _("HTTPS required"), _("The API answers over HTTPS only.")),
    "not_found": Kind(404, _("Not found"), _("There is nothing at this address that you may see.")),
    "method_not_allowed": Kind(405, _("Method not allowed"), _("This address does not take that method.")),
    "not_acceptable": Kind(406, _("Not acceptable"), _("The API answers in JSON only.")),
    "already_exists": Kind(409, _("Already exists"), _("Another record has this value already.")),
    "statement_conflict": Kind(
        409, _("Statement conflict"), _("Another statement has this id. Nothing of the request was taken.")
    ),
    "invalid_transition": Kind(409, _("Invalid transition"), _("The state the record is in does not allow this.")),
    "idempotency_in_progress": Kind(
        409, _("Request in progress"), _("A request with this idempotency key is being worked on.")
    ),
    "gone": Kind(410, _("Gone"), _("This was here and is not any more.")),
    "version_conflict": Kind(
        412, _("Version conflict"), _("The record was changed since you read it. Read it again and repeat your change.")
    ),
    "too_large": Kind(413, _("Too large"), _("A body may have at most 1 MiB.")),
    "unsupported_media_type": Kind(415, _("Unsupported media type"), _("Send application/json in UTF-8.")),
    "validation_failed": Kind(422, _("Validation failed"), _("One or more fields are wrong; each is named in errors.")),
    "unknown_field": Kind(422, _("Unknown field"), _("The resource has no field of that name.")),
    "read_only_field": Kind(422, _("Read-only field"), _("The field is set by us and cannot be written.")),
    "unresolved_reference": Kind(
        422, _("Unresolved reference"), _("The record referred to does not exist, or you may not see it.")
    ),
    "field_not_owned": Kind(422, _("Field not owned"), _("Another system owns this field.")),
    "idempotency_key_reused": Kind(422, _("Idempotency key reused"), _("The key was used for another request before.")),
    "precondition_required": Kind(428, _("Precondition required"), _("Send If-Match with the ETag you read.")),
    "rate_limited": Kind(429, _("Too many requests"), _("Wait for as many seconds as Retry-After says.")),
    "internal": Kind(500, _("Internal error"), _("Something failed on our side; the request id finds it in our log.")),
    "try_again": Kind(
        503, _("Try again"), _("Others were changing the same records. Repeat the request after a second.")
    ),
    "maintenance": Kind(503, _("Maintenance"), _("The service is being maintained.")),
}

#: Codes of REST framework's exceptions that have another name with us.
RENAMED = {
    "not_authenticated": "unauthenticated",
    "authentication_failed": "unauthenticated",
    "parse_error": "malformed_json",
    "throttled": "rate_limited",
    "error": "internal",
}
BY_STATUS = {
    400: "malformed_json",
    401: "unauthenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "already_exists",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong: where (a JSON pointer, a parameter or a header), a stable code, a sentence for people."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the error as it stands in the answer."""
        place = {"pointer": self.pointer, "parameter": self.parameter, "header": self.header}
        return {key: value for key, value in place.items() if value is not None} | {
            "code": self.code,
            "detail": str(self.detail),
        }


class Problem(exceptions.APIException):
    """A refusal with one of the codes of KINDS."""

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        kind = KINDS[code]
        self.status_code = kind.status
        self.code = code
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        super().__init__(detail or str(kind.meaning), code=code)


def bad_parameter(name: str, detail: str, *, code: str = "invalid") -> Problem:
    """Return the refusal of a parameter in the address."""
    return Problem("invalid_parameter", errors=[FieldError(code, detail, parameter=name)])


def bad_field(pointer: str, code: str, detail: str) -> Problem:
    """Return the refusal of one field of the body."""
    return validation_problem([FieldError(code, detail, pointer=pointer)])


def validation_problem(errors: list[FieldError]) -> Problem:
    """Return one refusal for everything wrong in a body."""
    count = len(errors)
    detail = ngettext("%(count)d field is wrong.", "%(count)d fields are wrong.", count) % {"count": count}
    only = {error.code for error in errors}
    code = only.pop() if len(only) == 1 and next(iter(only)) in ENVELOPE_CODES else "validation_failed"
    return Problem(code, detail, errors=errors)


#: Codes that also name the whole answer when nothing else is wrong with the body.
ENVELOPE_CODES = frozenset({"unknown_field", "read_only_field", "unresolved_reference", "field_not_owned"})


def problem_response(problem: Problem, *, request_id: str = "") -> Response:
    """Return a problem as an answer."""
    kind = KINDS[problem.code]
    body: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/problems/{problem.code}",
        "title": str(kind.title),
        "status": problem.status_code,
        "detail": str(problem.detail),
        "code": problem.code,
        "instance": f"urn:request:{request_id}",
        **problem.extra,
    }
    if problem.errors:
        body["errors"] = [error.as_json() for error in problem.errors[:MAX_ERRORS]]
    return Response(body, status=problem.status_code, headers=problem.headers, content_type=CONTENT_TYPE)


def handle(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn whatever a view raised into a problem. REST framework's EXCEPTION_HANDLER."""
    request = context.get("request")
    problem = as_problem(exc)
    if problem.code == "internal":
        log.error("api.failed", exc_info=exc)
    if request is not None:
        _name_challenge(problem, context)
    return problem_response(problem, request_id=getattr(request, "request_id", ""))


def _name_challenge(problem: Problem, context: Mapping[str, Any]) -> None:
    if problem.status_code == 401 and "WWW-Authenticate" not in problem.headers:
        problem.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'


def as_problem(exc: Exception) -> Problem:
    """Return the problem an exception means."""
    match exc:
        case Problem():
            return exc
        case Http404():
            return Problem("not_found")
        case PermissionDenied():
            return Problem("permission_denied", str(exc) or None)
        case DjangoValidationError():
            return validation_problem(django_errors(exc))
        case exceptions.ValidationError():
            return validation_problem(list(drf_errors(exc.get_full_details())))
        case exceptions.APIException():
            return _of_api_exception(exc)
        case IntegrityError() if _pgcode(exc) == UNIQUE_VIOLATION:
            return Problem("already_exists")
        case IntegrityError() | DataError():
            log.warning("api.refused_by_database", exc_info=exc)
            return Problem("validation_failed", gettext("The database refused these values."))
        case OperationalError() if _pgcode(exc) in RETRYABLE or _pgcode(exc) is None:
            return Problem("try_again", headers={"Retry-After": "1"})
        case _:
            return Problem("internal")


def is_retryable(exc: OperationalError) -> bool:
    """Whether running the transaction again may work: it met others who wrote the same rows."""
    return _pgcode(exc) in {"40P01", "40001"}


def _pgcode(exc: BaseException) -> str | None:
    return getattr(exc.__cause__, "pgcode", None)


def _of_api_exception(exc: exceptions.APIException) -> Problem:
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else ""
    code = RENAMED.get(code, code)
    if code not in KINDS:
        code = BY_STATUS.get(exc.status_code, "internal")
    headers = dict(getattr(exc, "headers", None) or {})
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    detail = exc.detail if isinstance(exc.detail, str) and code != "internal" else None
    return Problem(code, detail, headers=headers)


def pointer(path: Iterable[str | int]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def drf_errors(details: Any, path: tuple[str | int, ...] = ()) -> Iterable[FieldError]:
    """Yield a serializer's nested errors as a flat list with pointers."""
    if isinstance(details, dict) and {"message", "code"} == set(details):
        yield FieldError(str(details["code"]), details["message"], pointer=pointer(path))
    elif isinstance(details, dict):
        for key, inner in details.items():
            yield from drf_errors(inner, path if key == "non_field_errors" else (*path, key))
    elif isinstance(details, list):
        leaves = all(isinstance(item, dict) and {"message", "code"} == set(item) for item in details)
        for number, item in enumerate(details):
            if item:
                yield from drf_errors(item, path if leaves else (*path, number))


def django_errors(exc: DjangoValidationError) -> list[FieldError]:
    """Return a model's or service's errors as a flat list with pointers."""
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {"": exc.error_list}
    return [
        FieldError(
            error.code or "invalid", message, pointer="" if name in {"", "__all__"} else pointer(name.split("."))
        )
        for name, errors in by_field.items()
        for error in errors
        for message in error.messages
    ]
