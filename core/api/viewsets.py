"""Viewsets of resources: lists, one record with its ETag, and writes that two callers cannot get wrong together.

An app's viewset says what it is about and which services write:

    class PartnerViewSet(ResourceViewSet):
        resource = "partners"                       # the plural: scopes, external ids
        permissions = {"GET": Permission.VIEW_PARTNERS, "POST": Permission.EDIT_PARTNERS, …}
        serializer_class = PartnerSerializer
        filterset_class = PartnerFilters
        sorts = ("name", "updated_at")

        def get_queryset(self):
            return Partner.objects.visible_to(self.request.user).select_related("region")

        def create_record(self, data, *, at):
            return partners.create(by=self.request.user, at=at, **data)

        def update_record(self, record, changes, *, at):
            partners.update(partner=record, by=self.request.user, at=at, changes=changes)
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError, models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

from core.api.filters import StrictFilterBackend, refuse_body, refuse_unknown
from core.api.idempotency import once
from core.api.problems import FieldError, Problem, bad_field, bad_parameter, is_retryable
from core.api.schema import ResourceSchema
from core.api.serializers import InstantField
from core.audit import through
from core.models import Source
from core.services import external_ids

TRIES = 4
UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
WRITING = ("POST", "PATCH", "PUT", "DELETE")
Answer = TypeVar("Answer")


def transact(work: Callable[[], Answer]) -> Answer:
    """Run the work in a transaction, again if it met others who wrote the same rows."""
    for tried in range(1, TRIES + 1):
        nested = transaction.get_connection().in_atomic_block
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if nested or tried == TRIES or not is_retryable(error):
                raise
            time.sleep(random.uniform(0.005, 0.03) * 2**tried)  # noqa: S311 - jitter, no secret
    raise AssertionError("unreachable")


class ApiRouter(SimpleRouter):
    """Addresses without a slash at the end."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False)


class ApiView:
    """What every view of the API does before and after its own work; mix it in before REST framework's class."""

    request: Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse plain HTTP before anything is looked at."""
        if settings.SECURE and not request.is_secure():
            raise Problem("https_required")
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def check_permissions(self, request: Request) -> None:
        """Tell somebody known that an address does not take a method, before asking whether they might."""
        if request.user and request.user.is_authenticated and request.method not in self.allowed_methods:  # type: ignore[attr-defined]
            raise MethodNotAllowed(str(request.method))
        super().check_permissions(request)  # type: ignore[misc]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let nobody between us and the caller keep the answer, unless it has an ETag to ask again by."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        kept = "ETag" in response and request.method in {"GET", "HEAD"}
        response["Cache-Control"] = "private, no-cache" if kept else "no-store"
        return response


class ReadOnlyResourceViewSet(ApiView, GenericViewSet):  # type: ignore[type-arg]
    """A list, its count, and one record."""

    resource: ClassVar[str] = ""
    sorts: ClassVar[tuple[str, ...]] = ()
    filterset_class: Any = None
    required_scopes: ClassVar[Mapping[str, str]] = {}
    permissions: ClassVar[Mapping[str, Any]] = {}
    schema = ResourceSchema()

    filter_backends = [StrictFilterBackend]
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_regex = UUID_PATTERN

    def __init_subclass__(cls, **extra: Any) -> None:
        """Derive the scopes from the resource."""
        super().__init_subclass__(**extra)
        if cls.resource and "required_scopes" not in cls.__dict__:
            writing = WRITING if hasattr(cls, "create_record") else ()
            cls.required_scopes = {
                "GET": f"{cls.resource}:read",
                **dict.fromkeys(writing, f"{cls.resource}:write"),
            }

    # --- what a subclass may say

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Return the rows that match `?q=`. Defined where a resource can be searched."""
        raise NotImplementedError

    # --- addresses

    def list(self, request: Request) -> Response:
        """List the records you may see, page by page."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self._page(rows or [], self.get_serializer_class())

    @action(detail=False, methods=["get"], pagination_class=None)
    def count(self, request: Request) -> Response:
        """Count the records a list with the same filters has."""
        return Response({"count": self.filter_queryset(self.get_queryset()).count(), "exact": True})

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Return one record, or 304 if it is still as `If-None-Match` says."""
        refuse_unknown(request, {"fields"})
        return self._shown(request, self.get_object())

    # --- inside

    def get_object(self) -> Any:
        """Return the record of the address, if the caller may see it. Filters are for lists."""
        record = self.get_queryset().filter(public_id=self.kwargs["id"]).first()
        if record is None:
            raise Problem("not_found")
        self.check_object_permissions(self.request, record)
        return record

    def _page(self, rows: Sequence[Any], serializer_class: Any, *, resource: str = "") -> Response:
        """Return a page of rows, their external ids read together."""
        context = self.get_serializer_context()
        if getattr(serializer_class.Meta, "has_external_ids", True):
            found = external_ids.of_objects(resource or self.resource, [row.pk for row in rows])
            context = {**context, "external_ids": found}
        return self.get_paginated_response(serializer_class(rows, many=True, context=context).data)

    def list_parameters(self) -> set[str]:
        """Return the parameters a list knows besides its filters."""
        searchable = type(self).search is not ReadOnlyResourceViewSet.search
        common = {"q"} if searchable else set()
        return common if self.action == "count" else common | {"limit", "cursor", "sort", "fields"}

    def sort_keys(self) -> Sequence[str]:
        """Return the columns `?sort=` asks for."""
        keys = [key for key in self.request.query_params.get("sort", "").split(",") if key]
        wrong = [key for key in keys if key.removeprefix("-") not in self.sorts]
        if wrong or len({key.removeprefix("-") for key in keys}) != len(keys):
            known = ", ".join(self.sorts) or "-"
            raise bad_parameter("sort", _("A list can be sorted by: %(names)s.") % {"names": known})
        return keys

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell serializers which fields are asked for."""
        return {**super().get_serializer_context(), "shown_fields": self._shown_fields()}

    def _shown_fields(self) -> set[str] | None:
        text = self.request.query_params.get("fields") if self.request and self.request.method == "GET" else None
        if not text:
            return None
        names = set(text.split(","))
        serializer: Any = self.get_serializer_class()(context={"request": self.request, "view": self})
        known = set(serializer.fields)
        if names - known:
            raise bad_parameter(
                "fields", _("There is no such field: %(names)s.") % {"names": ", ".join(sorted(names - known))}
            )
        return names | {"id"}

    def _shown(
        self, request: Request, record: Any, *, code: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        etag = etag_of(record)
        if request.method == "GET" and _matches(request.headers.get("If-None-Match", ""), etag):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": etag})
        return Response(self.get_serializer(record).data, status=code, headers={"ETag": etag, **(headers or {})})


def etag_of(record: Any) -> str:
    """Return the strong ETag of a record: its version."""
    return f'"{record.version}"'


def _matches(header: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return bool(header) and (etag in tags or "*" in tags)


class ActingViewSet(ReadOnlyResourceViewSet):
    """A resource that callers add to, and whose records change by actions only: `POST /flags/{id}/accept`.

    What a record's state forbids, its service refuses with one of `transitions`: that is told as a conflict.
    """

    idempotency_required: ClassVar[bool] = True
    transitions: ClassVar[tuple[type[Exception], ...]] = ()

    # --- what a subclass says

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Any:
        """Make a record through its service and return it."""
        raise NotImplementedError

    # --- addresses

    def create(self, request: Request) -> Response:
        """Create a record."""
        refuse_unknown(request, ())
        at = timezone.now()
        return once(request, lambda: self._created(request, at=at), required=self.idempotency_required, at=at)

    # --- inside

    def act(
        self, request: Request, work: Callable[[Any, dict[str, Any], datetime], Any], *, fields: Any = None
    ) -> Response:
        """Do what an action says with its record, once per key. `fields` reads the body; without it there is none."""
        refuse_unknown(request, ())
        at = timezone.now()
        if fields is None:
            refuse_body(request)

        def inside() -> Response:
            record, data = self.get_object(), {}
            if fields is not None:
                serializer = fields(data=request.data, context=self.get_serializer_context())
                serializer.is_valid(raise_exception=True)
                data = dict(serializer.validated_data)
            self._allowed(lambda: work(record, data, at))
            return self._shown(request, self._reloaded(record))

        return once(request, inside, required=True, at=at)

    def _created(self, request: Request, *, at: datetime) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        record = self._allowed(lambda: self.create_record(dict(serializer.validated_data), at=at))
        return self._shown(request, self._reloaded(record), code=201, headers={"Location": self._address(record)})

    def _allowed(self, work: Callable[[], Answer]) -> Answer:
        """Do the work in the name of the calling system; a refusal by the record's state is a conflict."""
        try:
            with through(self.request.user):
                return work()
        except self.transitions as refusal:
            if hasattr(refusal, "error_dict"):  # a field of the body is at fault, not the state
                raise
            raise Problem("invalid_transition", " ".join(getattr(refusal, "messages", [str(refusal)]))) from refusal

    def _reloaded(self, record: Any) -> Any:
        """Return the record as the database has it now, even if the change took it out of the caller's sight."""
        return self.get_queryset().filter(pk=record.pk).first() or type(record)._base_manager.get(pk=record.pk)

    def _address(self, record: Any) -> str:
        return reverse(f"api:{self.basename}-detail", kwargs={"id": str(record.public_id)})


class ResourceViewSet(ActingViewSet):
    """A resource that callers also write, by our id or by the id another system gives."""

    idempotency_required: ClassVar[bool] = False

    # --- what a subclass says

    def update_record(self, record: Any, changes: dict[str, Any], *, at: datetime) -> Any:
        """Change a record through its service. Values that are as they were write nothing. May return what changed."""
        raise NotImplementedError

    # --- addresses

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change a record that is still as you read it: send its ETag in `If-Match`."""
        refuse_unknown(request, ())
        at = timezone.now()
        if "If-Match" not in request.headers:
            raise Problem("precondition_required")

        def work() -> Response:
            record = self._locked(self.get_object())
            self._check_if_match(request, record)
            record, _result = self._merged(request, record, at=at)
            return self._shown(request, record)

        return transact(work)

    @action(
        detail=False,
        methods=["get"],
        url_path=r"by-external-id/(?P<source>[a-z0-9_-]{1,40})/(?P<value>.*[^/])",
        url_name="by-external-id",
        pagination_class=None,
    )
    def by_external_id(self, request: Request, source: str, value: str) -> Response:
        """Return the record that a source knows by a value."""
        refuse_unknown(request, {"fields"})
        found = external_ids.find_one(self.resource, *self._named(source, value))
        return self._shown(request, self._visible(found))

    @by_external_id.mapping.patch
    def upsert(self, request: Request, source: str, value: str) -> Response:
        """Create or change the record that a source knows by a value."""
        refuse_unknown(request, {"mode", "strict"})
        at = timezone.now()
        mode = _mode(request)
        kept_source, kept_value = self._named(source, value)
        self._check_may_write_as(request, kept_source)
        return transact(lambda: self._upserted(request, kept_source, kept_value, mode=mode, at=at))

    # --- inside

    def _created(self, request: Request, *, at: datetime) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        values = data.pop("external_ids", {})
        record = self.create_record(data, at=at)
        self._keep_external_ids(record, values)
        record.refresh_from_db()
        return self._shown(request, self._reloaded(record), code=201, headers={"Location": self._address(record)})

    def _merged(self, request: Request, record: Any, *, at: datetime, body: Any = None) -> tuple[Any, str]:
        before = record.version
        serializer = self.get_serializer(record, data=request.data if body is None else body, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = dict(serializer.validated_data)
        values = changes.pop("external_ids", {})
        changed = self.update_record(record, changes, at=at)
        renamed = self._keep_external_ids(record, values)
        record = self._reloaded(record)
        return record, "updated" if changed or renamed or record.version != before else "unchanged"

    def _upserted(self, request: Request, source: Source, value: str, *, mode: str, at: datetime) -> Response:
        external_ids.lock(self.resource, source, [value])
        body, moment = _without_moment(request.data)
        found = external_ids.find_one(self.resource, source, value)
        if found is None:
            if mode == "update_only":
                raise Problem("not_found")
            return self._upserted_new(request, source, value, body=body, moment=moment, at=at)
        if mode == "create_only":
            raise Problem("already_exists")
        record = self._locked(self._visible(found))
        if "If-Match" in request.headers:
            self._check_if_match(request, record)
        if moment and not external_ids.accept_moment(self.resource, source, record.pk, source_updated_at=moment):
            return self._shown(request, record, headers={"Upsert-Result": "stale"})
        record, result = self._merged(request, record, at=at, body=body)
        return self._shown(request, record, headers={"Upsert-Result": result})

    def _upserted_new(
        self, request: Request, source: Source, value: str, *, body: Any, moment: datetime | None, at: datetime
    ) -> Response:
        serializer = self.get_serializer(data=body)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        values = data.pop("external_ids", {})
        record = self.create_record(data, at=at)
        external_ids.attach(self.resource, source, {record.pk: value}, source_updated_at=moment)
        self._keep_external_ids(record, values)
        headers = {"Location": self._address(record := self._reloaded(record)), "Upsert-Result": "created"}
        return self._shown(request, record, code=201, headers=headers)

    def _named(self, source: str, value: str) -> tuple[Source, str]:
        known = Source.objects.filter(key=source).first()
        try:
            kept = external_ids.clean(source, value)
        except DjangoValidationError as error:
            raise Problem("not_found") from error
        if known is None:
            raise Problem("not_found")
        return known, kept

    def _check_may_write_as(self, request: Request, source: Source) -> None:
        """Let an integration speak for its own source only; people at the vendor may mend any."""
        own = getattr(request.user, "source_id", source.pk)
        if own != source.pk:
            raise Problem("not_found")

    def _visible(self, pk: int | None) -> Any:
        record = self.get_queryset().filter(pk=pk).first() if pk else None
        if record is None:
            raise Problem("not_found")
        return record

    def _locked(self, record: Any) -> Any:
        model: type[models.Model] = type(record)
        locked = model._base_manager.select_for_update(no_key=True).filter(pk=record.pk).first()
        if locked is None:
            raise Problem("not_found")
        return locked

    def _check_if_match(self, request: Request, record: Any) -> None:
        """Compare with the version of the row this transaction holds, so that nothing can come between."""
        if not _matches(request.headers["If-Match"], etag := etag_of(record)):
            raise Problem("version_conflict", headers={"ETag": etag})

    def _keep_external_ids(self, record: Any, values: dict[str, str | None]) -> bool:
        """Attach and detach what the body says. Returns whether anything changed."""
        if not values:
            return False
        sources = {source.key: source for source in Source.objects.filter(key__in=values)}
        before = external_ids.of_objects(self.resource, [record.pk]).get(record.pk, {})
        changed = False
        for key, value in sorted(values.items()):
            if key not in sources:
                raise bad_field(f"/external_ids/{key}", "unknown_source", _("There is no such source."))
            self._check_may_write_as(self.request, sources[key])
            changed |= self._keep_external_id(record, sources[key], value, before.get(key))
        return changed

    def _keep_external_id(self, record: Any, source: Source, value: str | None, before: str | None) -> bool:
        if value is None:
            external_ids.detach(self.resource, source, record.pk)
            return before is not None
        try:
            kept = external_ids.clean(source, value)
        except DjangoValidationError as error:
            raise bad_field(f"/external_ids/{source.key}", "invalid", error.messages[0]) from error
        if kept == before:
            return False
        external_ids.lock(self.resource, source, [kept])
        if external_ids.find_one(self.resource, source, kept):
            message = _("Another record has this id.")
            place = f"/external_ids/{source.key}"
            raise Problem("already_exists", errors=[FieldError("already_exists", message, pointer=place)])
        external_ids.attach(self.resource, source, {record.pk: kept})
        return True


def _mode(request: Request) -> str:
    mode = request.query_params.get("mode", "upsert")
    if mode not in {"upsert", "update_only", "create_only"}:
        raise bad_parameter("mode", _("Write update_only or create_only."))
    return mode


def _without_moment(body: Any) -> tuple[Any, datetime | None]:
    """Take the envelope's `source_updated_at` out of an upsert's body."""
    if not isinstance(body, dict) or "source_updated_at" not in body:
        return body, None
    try:
        moment = InstantField().run_validation(body["source_updated_at"])
    except Exception as error:
        raise bad_field("/source_updated_at", "invalid", _("A moment such as 2026-01-31T12:00:00Z.")) from error
    return {name: value for name, value in body.items() if name != "source_updated_at"}, moment
