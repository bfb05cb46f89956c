"""Filters of lists: only what a resource names; everything else in the address is refused, never ignored."""

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.request import Request

from core.api.problems import FieldError, Problem, bad_parameter, pointer, validation_problem
from core.models import ExternalId

MAX_IN = 100
MAX_QUERY_LENGTH = 200
#: Lookups that suit a kind of field.
EXACT = ["exact", "in"]
ORDERED = ["exact", "gte", "lte", "gt", "lt"]
TEXT = ["exact", "in", "contains"]
EXTERNAL = re.compile(r"external_ids\.([a-z0-9_-]{1,40})")


class InstantField(forms.Field):
    """A moment in RFC 3339 with its offset."""

    def to_python(self, value: Any) -> Any:
        """Return an aware datetime."""
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(value.replace(" ", "+"))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise ValidationError(_("A moment such as 2026-01-31T12:00:00Z."), code="invalid")
        return moment


class InstantFilter(django_filters.Filter):
    """Filters by a moment."""

    field_class = InstantField


class YesNoField(forms.Field):
    """true or false."""

    def to_python(self, value: Any) -> bool | None:
        """Return a bool; other words are refused."""
        if value in self.empty_values:
            return None
        if value not in {"true", "false"}:
            raise ValidationError(_("Write true or false."), code="invalid")
        return bool(value == "true")


class YesNoFilter(django_filters.Filter):
    """Filters by true or false."""

    field_class = YesNoField


class InField(django_filters.fields.BaseCSVField):
    """Several values parted by commas, at most MAX_IN."""

    def clean(self, value: Any) -> Any:
        """Refuse endless lists."""
        if value is not None and len(value) > MAX_IN:
            raise ValidationError(_("At most %(max)d values.") % {"max": MAX_IN}, code="too_many")
        return super().clean(value)


class ReferenceFilter(django_filters.UUIDFilter):
    """Filters by the public id of a related record: `ReferenceFilter("partner")`."""

    def __init__(self, path: str, **extra: Any) -> None:
        super().__init__(field_name=f"{path}__public_id", **extra)


class ResourceFilterSet(FilterSet):
    """Base of the filters of a resource. `Meta.fields` maps a field to its lookups: EXACT, ORDERED or TEXT."""

    class Meta:
        filter_overrides: dict[Any, Any] = {}

    FILTER_DEFAULTS = {
        **FilterSet.FILTER_DEFAULTS,
        models.DateTimeField: {"filter_class": InstantFilter},
        models.BooleanField: {"filter_class": YesNoFilter},
    }

    @classmethod
    def filter_for_lookup(cls, field: models.Field, lookup_type: str) -> Any:  # type: ignore[type-arg]
        """Let `__contains` ignore case, `__isnull` take true or false, and `__in` be bounded."""
        if lookup_type == "isnull":
            return YesNoFilter, {}
        filter_class, extra = super().filter_for_lookup(field, lookup_type)
        if lookup_type == "in" and filter_class is not None:
            filter_class = type(filter_class.__name__, (filter_class,), {"base_field_class": InField})
        return filter_class, extra

    @classmethod
    def filter_for_field(cls, field: models.Field, field_name: str, lookup_expr: str | None = None) -> Any:  # type: ignore[type-arg]
        """Read `contains` without regard to case."""
        return super().filter_for_field(field, field_name, "icontains" if lookup_expr == "contains" else lookup_expr)


class StrictFilterBackend(DjangoFilterBackend):
    """Applies a view's `filterset_class`, `search` and `external_ids.<source>=`; refuses any other parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the rows asked for."""
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.get_filters()) if filterset_class else set()
        refuse_unknown(request, known | view.list_parameters())
        if filterset_class:
            filterset = filterset_class(request.query_params, queryset=queryset, request=request)
            _refuse_wrong(filterset, request)
            queryset = filterset.filter_queryset(queryset)
        queryset = _by_external_id(request, queryset, view.resource)
        return _search(request, queryset, view)


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Refuse parameters that are not known, given twice or empty."""
    errors = []
    known = set(known)
    for name, values in request.query_params.lists():
        if name not in known and not EXTERNAL.fullmatch(name):
            errors.append(FieldError("unknown", _("There is no such parameter."), parameter=name))
        elif len(values) > 1:
            errors.append(FieldError("repeated", _("Given more than once."), parameter=name))
        elif values[0] == "":
            errors.append(FieldError("blank", _("Given without a value."), parameter=name))
        elif "\x00" in values[0]:
            errors.append(FieldError("invalid", _("Has a NUL character."), parameter=name))
    if errors:
        raise Problem("invalid_parameter", errors=errors)


def refuse_body(request: Request) -> None:
    """Refuse a body where an action takes none."""
    if request.data:
        names = list(request.data) if isinstance(request.data, dict) else [""]
        detail = _("This action takes no fields.")
        raise validation_problem([FieldError("unknown_field", detail, pointer=pointer([name])) for name in names])


def _refuse_wrong(filterset: FilterSet, request: Request) -> None:
    if filterset.is_valid():
        return
    errors = [
        FieldError(error.code or "invalid", message, parameter=name)
        for name, found in filterset.errors.as_data().items()
        for error in found
        for message in error.messages
    ]
    raise Problem("invalid_parameter", errors=errors)


def _by_external_id(request: Request, queryset: QuerySet[Any], resource: str) -> QuerySet[Any]:
    for name, value in request.query_params.items():
        if match := EXTERNAL.fullmatch(name):
            found = ExternalId.objects.filter(resource_type=resource, source__key=match[1], value=value)
            queryset = queryset.filter(pk__in=found.values("object_id"))
    return queryset


def _search(request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
    text = request.query_params.get("q")
    if text is None:
        return queryset
    if len(text) > MAX_QUERY_LENGTH:
        raise bad_parameter("q", _("At most %(max)d characters.") % {"max": MAX_QUERY_LENGTH})
    return view.search(queryset, text)  # type: ignore[no-any-return]
