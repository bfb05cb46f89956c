"""The component gallery: every part of the interface, in its empty, failing and crowded states too."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import signed_in_view
from core.forms import FieldPicker, HubForm

LONG_NAME = "Süddeutsche Netzwerk- und Kommunikationstechnik Beteiligungsgesellschaft mbH & Co. KG"

FIELD_DESCRIPTIONS = {
    "tier": "The tier the partner holds today, grace included.",
    "score": "The latest scorecard, from 0 to 100.",
    "region": "The place in the region tree; parts of a region count.",
    "deals": "Deals won in the last twelve months, counted by close date.",
    "certified": "People with at least one certification that has not lapsed.",
}


class ExampleForm(HubForm):
    """One field of each kind."""

    name = forms.CharField(label=_("Category name"), help_text=_("Partners see this name on their home page."))
    owner = forms.ChoiceField(label=_("Owner"), choices=[("dw", "Dana Whitlock"), ("vl", "Vera Lindqvist")])
    description = forms.CharField(label=_("Description"), widget=forms.Textarea, required=False)
    starts_on = forms.DateField(label=_("Starts on"), required=False)
    field = forms.ChoiceField(
        label=_("Field"),
        choices=[
            (_("Program"), [("tier", _("Held tier")), ("score", _("Overall score"))]),
            (_("Profile"), [("region", _("Region")), ("size", _("Number of employees"))]),
            (_("Results"), [("deals", _("Deals in the last 12 months")), ("certified", _("Certified people"))]),
        ],
        widget=FieldPicker(descriptions=FIELD_DESCRIPTIONS),
        help_text=_("Type a word to find a field."),
    )
    regions = forms.MultipleChoiceField(
        label=_("Regions"),
        choices=[("emea", "EMEA"), ("amer", "Americas"), ("apac", "APAC")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    product_lines = forms.MultipleChoiceField(
        label=_("Product lines"),
        choices=[(name.lower(), name) for name in ("Backup", "Cloud", "Edge", "Networking", "Security", "Storage")],
        required=False,
        help_text=_("Hold Ctrl or ⌘ to choose several."),
    )
    review = forms.ChoiceField(
        label=_("Review"),
        choices=[("quarter", _("Every quarter")), ("year", _("Every year"))],
        widget=forms.RadioSelect,
    )
    logo = forms.FileField(label=_("Logo"), required=False)
    visible = forms.BooleanField(
        label=_("Show in the glossary"),
        required=False,
        help_text=_("Partners can read the definition before they apply."),
    )


@signed_in_view
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the gallery. It holds no data of anybody."""
    return render(request, "portal/styleguide/page.html", examples(timezone.now()))


def examples(now: datetime) -> dict[str, Any]:
    """Return what the gallery shows."""
    return {
        "long_name": LONG_NAME,
        "form": ExampleForm(
            initial={
                "name": "Rising cloud MSPs",
                "review": "quarter",
                "visible": True,
                "regions": ["emea"],
                "product_lines": ["cloud", "edge"],
            }
        ),
        "broken_form": ExampleForm(
            {"broken-owner": "nobody", "broken-field": "tier", "broken-visible": "on"},
            prefix="broken",
        ),
        "trail": [(_("Definitions"), "#page-parts"), (_("Categories"), "#page-parts")],
        "tabs": [
            {"label": _("Overview"), "url": "#page-parts", "current": True},
            {"label": _("People"), "url": "#people", "count": 12},
            {"label": _("Deals"), "url": "#deals", "count": 1204},
            {"label": _("Timeline"), "url": "#timeline"},
        ],
        "steps": [
            {"label": _("Commitment"), "url": "#page-parts", "done": True},
            {"label": _("Operations"), "url": "#page-parts", "done": True},
            {"label": _("Sales capacity"), "url": "#page-parts", "current": True},
            {"label": _("Marketing"), "url": "#page-parts"},
        ],
        "page": _page_of(number=7, pages=40),
        "join_options": [("all", _("All")), ("any", _("Any"))],
        "trend_up": [12, 13, 13, 15, 16, 18, 21],
        "trend_down": [9, 9, 8, 8, 7, 6, 5],
        "scores": [None, 8, 37, 58, 82, 100],
        "radar_axes": _radar_axes(),
        "gauges": [
            ("Sales capacity", 74, 62),
            ("Technical skills", 56, 56),
            ("Marketing", 38, 48),
            ("Customer success", 66, None),
        ],
        "unmeasured": [("Operations", None, 60)],
        "months": _months([18, 21, 24, 22, 27, 31, 36, 34, 39, 42, 45, 49]),
        "months_bench": _months([20, 21, 22, 23, 25, 26, 28, 29, 30, 31, 33, 34]),
        "pins": [(1, 38, 78), (2, 46, 60), (3, 14, 62), (4, 70, 65), (5, 25, 20), (6, 62, 22)],
        "quadrants": [_("Do now"), _("Plan"), _("Quick wins"), _("Later")],
        "board": _board(),
        "facts": [
            (_("Legal name"), LONG_NAME),
            (_("Region"), "EMEA › DACH › Bavaria"),
            (_("Website"), "netzwerk-sued.example"),
            (_("Number of employees"), None),
        ],
        "names": ["Pinewood Consulting", "Oakhurst", "Mistral Networks", LONG_NAME],
        "now": now,
        "moments": [
            now,
            now - timedelta(hours=3),
            now - timedelta(days=2),
            datetime(now.year - 1, 12, 14, 9, 30, tzinfo=UTC),
        ],
        "late": (now - timedelta(days=3)).date(),
        "soon": (now + timedelta(days=1)).date(),
    }


def _page_of(*, number: int, pages: int) -> Page:
    return Paginator(range(pages * 25), 25).page(number)


def _radar_axes() -> list[dict[str, Any]]:
    rows = [
        ("Technical skills", 2.1, 2.8),
        ("Operations", 2.6, 2.9),
        ("Sales capacity", 3.8, 3.1),
        ("Customer success", 3.9, 3.0),
        ("Commitment", 4.3, 3.4),
        ("Marketing", 3.4, 2.4),
    ]
    return [{"label": label, "value": you, "bench": bench, "gap": round(you - bench, 1)} for label, you, bench in rows]


def _months(values: list[int]) -> list[tuple[str, int]]:
    names = ["Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    return list(zip(names, values, strict=True))


def _card(name: str, line: str, score: int | None, **more: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, line=line, score=score, **({"due": "", "tone": "plain", "icon": "", "next": ""} | more)
    )


def _board() -> list[dict[str, Any]]:
    return [
        {
            "name": _("Prospective"),
            "dot": "0",
            "sum": "€172k",
            "cards": [
                _card("Bluepeak Systems", "Registered · €39k", 40, due="Fri", next="Assign a sales lead"),
                _card(LONG_NAME, "Registered · €133k", None, due="Mon 30", next="Book the kick-off call"),
            ],
        },
        {
            "name": _("Recently onboarded"),
            "dot": "1",
            "sum": "€649k",
            "cards": [
                _card(
                    "Juniper & Rowe",
                    "Gold · €173k",
                    72,
                    due="3 days late",
                    tone="error",
                    icon="alarm-clock",
                    next="Introduce a solution architect",
                ),
            ],
        },
        {
            "name": _("Activated"),
            "dot": "2",
            "sum": "€843k",
            "cards": [
                _card(
                    "Mistral Networks",
                    "Silver · €466k",
                    67,
                    due="At risk",
                    tone="warning",
                    icon="trending-down",
                    next="Approve the funds request",
                ),
                _card("Norrland Tech", "Registered · €62k", 82, due="Tue", next="Finish the sales basics"),
            ],
        },
        {"name": _("Inactive"), "dot": "3", "sum": "€0", "cards": []},
    ]
