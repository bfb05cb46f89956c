"""The Statement Resource of xAPI 1.0.3, under /api/xapi: other learning systems tell what people learned there.

Each system reads back its own statements only. What follows from a statement is in `services.statement_counting`.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import IntegrationAuthentication, PageSessionAuthentication, SecretAuthentication
from accounts.models import Integration
from accounts.permissions import Permission
from core.api.filters import refuse_unknown
from core.api.parsers import StrictJsonParser, loads
from core.api.problems import FieldError, Problem, bad_parameter, pointer
from core.api.renderers import instant
from core.api.viewsets import ApiView, transact
from enablement.models import LearningStatement
from enablement.services import statement_shapes as shapes
from enablement.services import statements
from enablement.services.statement_actors import key_of

VERSION = "1.0.3"
HEADER = "X-Experience-API-Version"
MAX_STATEMENTS = 500
PAGE = 100
CURSOR_SECONDS = 24 * 60 * 60
SALT = "enablement.statements"
LONGEST_POINTER = 300
#: Longer ago than any request is at work: what was told before that is all there.
SURE_AFTER = timedelta(minutes=1)
SHAPE = {"attachments", "format"}
FILTERS = {"agent", "verb", "activity", "registration", "since", "until", "ascending", "limit"}
WIDENING = {"related_activities", "related_agents"}


class AttachmentsParser(BaseParser):
    """What comes with attachments is refused in words; a statement may say where they lie (`fileUrl`)."""

    media_type = "multipart/mixed"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Say how to do without."""
        raise Problem(
            "invalid_statement",
            _("Attachments are not taken. Send application/json alone; a fileUrl may say where they lie."),
        )


class XapiView(ApiView, APIView):
    """What all of xAPI has in common: the header with the version."""

    schema = None
    parser_classes = (StrictJsonParser, AttachmentsParser)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Say which version is spoken, with refusals too."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response[HEADER] = VERSION
        return response


class AboutView(XapiView):
    """Which versions are spoken here. Anybody may ask: systems do before they have a secret."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        """Return the versions."""
        return Response({"version": [VERSION]})


class StatementsView(XapiView):
    """Statements: told one by one or many at a time, and read back by the system that told them."""

    authentication_classes = (IntegrationAuthentication, SecretAuthentication, PageSessionAuthentication)
    required_scopes: ClassVar = {"GET": "statements:read", "POST": "statements:write", "PUT": "statements:write"}
    permissions: ClassVar = dict.fromkeys(required_scopes, Permission.MANAGE_COURSES)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse callers that speak another version, and people: a statement is a system's."""
        super().initial(request, *args, **kwargs)
        version = request.headers.get(HEADER)
        if version is None or not shapes.VERSION.fullmatch(version):
            detail = _("Send the header %(header)s with the version you speak: %(version)s.") % {
                "header": HEADER, "version": VERSION,
            }  # fmt: skip
            raise Problem("invalid_parameter", detail, errors=[FieldError("invalid", detail, header=HEADER)])
        if not isinstance(request.user, Integration):
            raise Problem("permission_denied", _("Systems speak here: make an integration for yours."))

    def post(self, request: Request) -> Response:
        """Take one statement or a list of them, all or none, and answer with their ids."""
        refuse_unknown(request, set())
        body = request.data
        told = body if isinstance(body, list) else [body]
        if len(told) > MAX_STATEMENTS:
            raise Problem("too_large", _("Send at most %(most)d statements at a time.") % {"most": MAX_STATEMENTS})
        return Response([str(one) for one in self._receive(told, alone=not isinstance(body, list))])

    def put(self, request: Request) -> Response:
        """Take one statement under the id in the address."""
        refuse_unknown(request, {"statementId"})
        statement_id = _uuid(request, "statementId")
        said = request.data
        if isinstance(said, dict):
            told = said.get("id", str(statement_id))
            if not isinstance(told, str) or told.lower() != str(statement_id):
                raise _invalid(("id",), _("The id in the statement is not the one in the address."))
            said = {**said, "id": str(statement_id)}
        self._receive([said], alone=True)
        return Response(status=204)

    def get(self, request: Request) -> Response:
        """Return one statement, or a list of them page by page."""
        at = timezone.now()
        asked = {"statementId", "voidedStatementId"} & set(request.query_params)
        response = self._one(request, asked) if asked else self._list(request)
        response["X-Experience-API-Consistent-Through"] = instant(at - SURE_AFTER)
        return response

    # --- inside

    def _receive(self, told: list[Any], *, alone: bool) -> list[UUID]:
        integration, at = cast(Integration, self.request.user), timezone.now()
        try:
            return transact(lambda: statements.receive(integration=integration, said=told, at=at, alone=alone))
        except shapes.Malformed as error:
            raise _invalid(error.path, error.detail) from error
        except statements.Conflict as error:
            place = FieldError("statement_conflict", str(error), pointer=pointer((*error.path, "id")))
            raise Problem("statement_conflict", str(error), errors=[place]) from error

    def _mine(self) -> QuerySet[LearningStatement]:
        rows: QuerySet[LearningStatement] = LearningStatement.objects.visible_to(self.request.user)
        return rows.select_related("integration")

    def _one(self, request: Request, asked: set[str]) -> Response:
        if len(asked) > 1:
            raise bad_parameter("voidedStatementId", _("Ask for a statement or for a voided one, not for both."))
        (name,) = asked
        refuse_unknown(request, {name} | SHAPE)
        _refuse_other_shapes(request)
        wants_voided = name == "voidedStatementId"
        rows = self._mine().filter(statement_id=_uuid(request, name), voided_at__isnull=not wants_voided)
        row = rows.first()
        if row is None:
            raise Problem("not_found")
        return Response(as_told(row), headers={"Last-Modified": http_date(row.received_at.timestamp())})

    def _list(self, request: Request) -> Response:
        refuse_unknown(request, FILTERS | WIDENING | SHAPE | {"cursor"})
        given, last = request.query_params.dict(), None
        if "cursor" in given:
            refuse_unknown(request, {"cursor"})
            given, last = _read_cursor(given["cursor"])
        _refuse_other_shapes(request)
        rows = self._filtered(given)
        ascending = _truth(given, "ascending")
        if last is not None:
            rows = rows.filter(**{"pk__gt" if ascending else "pk__lt": last})
        limit = _limit(given)
        page = list(rows.order_by("pk" if ascending else "-pk")[: limit + 1])
        more = _more(given, page[limit - 1].pk) if len(page) > limit else ""
        return Response({"statements": [as_told(row) for row in page[:limit]], "more": more})

    def _filtered(self, given: dict[str, str]) -> QuerySet[LearningStatement]:
        rows = self._mine().filter(voided_at__isnull=True)
        for name in WIDENING:
            if _truth(given, name):
                raise bad_parameter(name, _("Only what a statement is about itself is looked at: leave this out."))
        if "agent" in given:
            rows = rows.filter(actor_key=_agent(given["agent"]))
        for name in ("verb", "activity"):
            if name in given:
                rows = rows.filter(**{name: given[name]})
        if "registration" in given:
            rows = rows.filter(said__context__registration=given["registration"])
        for name, lookup in (("since", "received_at__gt"), ("until", "received_at__lte")):
            if name in given:
                rows = rows.filter(**{lookup: _moment(given, name)})
        return rows


def as_told(row: LearningStatement) -> dict[str, Any]:
    """Return a statement as it came, with what the receiver adds."""
    return {
        "version": "1.0.0",
        "timestamp": instant(row.happened_at),
        **row.said,
        "id": str(row.statement_id),
        "stored": instant(row.received_at),
        "authority": {
            "objectType": "Agent",
            "name": row.integration.name,
            "account": {"homePage": settings.PUBLIC_URL, "name": str(row.integration.public_id)},
        },
    }


# --- parameters


def _invalid(path: shapes.Path, detail: str) -> Problem:
    place = pointer(path)[:LONGEST_POINTER]
    return Problem("invalid_statement", detail, errors=[FieldError("invalid", detail, pointer=place)])


def _uuid(request: Request, name: str) -> UUID:
    text = request.query_params.get(name, "")
    if not shapes.UUID.fullmatch(text):
        raise bad_parameter(name, _("This must be a UUID."))
    return UUID(text)


def _refuse_other_shapes(request: Request) -> None:
    if request.query_params.get("attachments", "false") != "false":
        raise bad_parameter("attachments", _("Attachments are not kept here: leave this out."))
    if request.query_params.get("format", "exact") != "exact":
        raise bad_parameter("format", _("Statements are given back as they came: exact."))


def _truth(given: dict[str, str], name: str) -> bool:
    if given.get(name, "false") not in {"true", "false"}:
        raise bad_parameter(name, _("This must be true or false."))
    return given.get(name) == "true"


def _moment(given: dict[str, str], name: str) -> datetime:
    found = shapes.moment(given[name])
    if found is None:
        raise bad_parameter(name, _("This must be a moment as ISO 8601 has it: 2030-03-18T10:00:00Z."))
    return found


def _agent(text: str) -> str:
    try:
        told = loads(text.encode())
        shapes.check_actor(told)
    except (Problem, shapes.Malformed) as error:
        raise bad_parameter("agent", _("This must be an agent as JSON.")) from error
    key = key_of(told)
    if not key:
        raise bad_parameter("agent", _("Agents are looked for by mbox, mbox_sha1sum or account."))
    return key


def _limit(given: dict[str, str]) -> int:
    text = given.get("limit", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise bad_parameter("limit", _("This must be a whole number; 0 means as many as there may be."))
    return min(int(text) or PAGE, PAGE)


def _more(given: dict[str, str], last: int) -> str:
    cursor = signing.dumps({"given": given, "last": last}, salt=SALT, compress=True)
    return f"{reverse('xapi:statements')}?{urlencode({'cursor': cursor})}"


def _read_cursor(text: str) -> tuple[dict[str, str], int]:
    try:
        found = signing.loads(text, salt=SALT, max_age=CURSOR_SECONDS)
    except signing.BadSignature as error:
        raise Problem("invalid_cursor") from error
    return found["given"], found["last"]
