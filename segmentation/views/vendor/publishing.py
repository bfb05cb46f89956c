"""Drafts of segments and measures published or planned for a day, on the pages that all definitions share."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import vendor_view
from accounts.permissions import Permission
from criteria.fields import RuleKind
from partners.queries.texts import Change
from partners.views.vendor import definitions
from segmentation.models import Measure, Segment
from segmentation.queries.measures import words_of
from segmentation.services import measures, segments


@dataclass(frozen=True, kw_only=True)
class MeasurePages(definitions.DraftPages):
    """A measure's formula is read in words of its own, and nobody comes or goes by it directly."""

    def publish_lead(self, definition: Any) -> str:
        """Return what publishing means."""
        return _("Everything that asks for this measure follows within seconds. What is published is never changed.")

    def changes(self, published: Any, draft: Any) -> list[Change]:
        """Return the formula before and after, where it differs."""
        before, after = (one.formula if one is not None else None for one in (published, draft))
        if published is not None and before == after:
            return []
        return [Change(_("Formula"), capfirst(words_of(before)) if published else "", capfirst(words_of(after)))]

    def impact_url(self, definition: Any) -> str:
        """Return no panel: who comes and goes is said where something asks for the measure."""
        return ""


@dataclass(frozen=True, kw_only=True)
class SegmentPages(definitions.DraftPages):
    """A segment's criteria are written on the page of all criteria."""

    def writing_url(self, definition: Any) -> str:
        """Return the address of the rule editor."""
        return reverse("vendor:criteria-edit", args=[self.criteria_kind, definition.public_id])


SEGMENTS = SegmentPages(
    noun="segment",
    kind=RuleKind.SEGMENT,
    model=Segment,
    permission=Permission.MANAGE_SEGMENTS,
    list_name="vendor:segment-list",
    list_label=gettext_lazy("Segments"),
    what=lambda segment: _("Segment"),
    restore=lambda segment, **given: segments.restore(segment=segment, **given),
)
MEASURES = MeasurePages(
    noun="measure",
    kind=RuleKind.MEASURE,
    model=Measure,
    permission=Permission.MANAGE_MEASURES,
    list_name="vendor:measure-list",
    list_label=gettext_lazy("Measures"),
    what=lambda measure: _("Measure"),
    writing="formula",
    restore=lambda measure, **given: measures.restore(measure=measure, **given),
)


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish a segment's draft, or plan it for a day."""
    return definitions.publish_page(request, SEGMENTS, SEGMENTS.get(public_id))


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def segment_unplan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the plan to publish the draft back."""
    return definitions.unplan_page(request, SEGMENTS, SEGMENTS.get(public_id))


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    return definitions.discard_page(request, SEGMENTS, SEGMENTS.get(public_id))


@vendor_view(Permission.MANAGE_SEGMENTS)
@require_POST
def segment_restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a retired segment back into use."""
    return definitions.restore_page(request, SEGMENTS, SEGMENTS.get(public_id))


@vendor_view(Permission.MANAGE_MEASURES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish a measure's draft, or plan it for a day."""
    return definitions.publish_page(request, MEASURES, MEASURES.get(public_id))


@vendor_view(Permission.MANAGE_MEASURES)
@require_POST
def measure_unplan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the plan to publish the draft back."""
    return definitions.unplan_page(request, MEASURES, MEASURES.get(public_id))


@vendor_view(Permission.MANAGE_MEASURES)
@require_http_methods(["GET", "HEAD", "POST"])
def measure_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    return definitions.discard_page(request, MEASURES, MEASURES.get(public_id))


@vendor_view(Permission.MANAGE_MEASURES)
@require_POST
def measure_restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a retired measure back into use, unless its formula cannot be reckoned any more."""
    return definitions.restore_page(request, MEASURES, MEASURES.get(public_id))
