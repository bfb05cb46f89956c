"""The library of plays: the list, one play with where it was used, and its editor."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import PublishState
from core.refusals import Refusal
from partners.forms.refusals import show_refusal
from scorecards.forms.plays import PlayForm
from scorecards.models import Play, PlayKind
from scorecards.queries import plays as reads
from scorecards.queries import prescriptions as given
from scorecards.services import plays

PAGE_ROWS = 50
FOLDER = "scorecards/vendor/plays"


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def play_list(request: HttpRequest) -> HttpResponse:
    """Show the plays, with what they move and how many partners were given each."""
    search = reads.Search.read(request.GET.dict())
    metrics = reads.metric_choices()
    page = Paginator(reads.library(search), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(play, reads.names_of(metrics, play.metric_keys)) for play in page],
        "search": search,
        "kinds": PlayKind.choices,
        "states": PublishState.choices,
        "metrics": metrics,
        "may_manage": allowed(request.user, Permission.MANAGE_PLAYS),
    }
    template = "_results.html" if request.headers.get("HX-Request") else "list.html"
    return render(request, f"{FOLDER}/{template}", context)


@vendor_view(Permission.VIEW_SCORECARDS)
@require_safe
def play_detail(request: HttpRequest, play_id: UUID) -> HttpResponse:
    """Show what a play asks of both sides, where it was used and what it moved."""
    play = _play(play_id)
    page = Paginator(given.given_of(play, user=request.user), PAGE_ROWS).get_page(request.GET.get("page"))
    now = given.points_now(page)
    context = {
        "play": play,
        "metrics": reads.names_of(reads.metric_choices(), play.metric_keys),
        "measures": reads.names_of([("", reads.measure_choices())], play.measure_keys),
        "use": given.use_of(play),
        "page": page,
        "rows": [(one, now.get(one.pk)) for one in page],
        "trail": _trail(),
        "may_manage": allowed(request.user, Permission.MANAGE_PLAYS),
    }
    return render(request, f"{FOLDER}/detail.html", context)


@vendor_view(Permission.MANAGE_PLAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def play_create(request: HttpRequest) -> HttpResponse:
    """Make a play, as a draft."""
    form = PlayForm(request.POST or None, initial={"owner": request.user})
    if request.method == "POST" and form.is_valid():
        try:
            made = plays.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("vendor:play-detail", made.public_id)
    return _form_page(request, form, None)


@vendor_view(Permission.MANAGE_PLAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def play_edit(request: HttpRequest, play_id: UUID) -> HttpResponse:
    """Change a play. Partners who were given it keep the words they were given."""
    play = _play(play_id)
    initial = {name: getattr(play, name) for name in plays.EDITABLE}
    form = PlayForm(request.POST or None, initial=initial, play=play)
    if request.method == "POST" and form.is_valid():
        try:
            plays.update(play=_play(play_id), by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:play-detail", play.public_id)
    return _form_page(request, form, play)


@vendor_view(Permission.MANAGE_PLAYS)
@require_POST
def play_publish(request: HttpRequest, play_id: UUID) -> HttpResponse:
    """Let a play be proposed."""
    play = _play(play_id)
    try:
        plays.publish(play=play, by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is proposed from now on where it fits.") % {"name": play})
    return redirect("vendor:play-detail", play.public_id)


@vendor_view(Permission.MANAGE_PLAYS)
@require_POST
def play_retire(request: HttpRequest, play_id: UUID) -> HttpResponse:
    """Propose a play no more."""
    play = _play(play_id)
    if plays.retire(play=play, by=_me(request), at=timezone.now()):
        messages.success(request, _("“%(name)s” is not proposed any more.") % {"name": play})
    return redirect("vendor:play-detail", play.public_id)


def _form_page(request: HttpRequest, form: PlayForm, play: Play | None) -> HttpResponse:
    trail = _trail()
    if play:
        trail.append((play.name, reverse("vendor:play-detail", args=[play.public_id])))
    context = {"form": form, "play": play, "trail": trail}
    return render(request, f"{FOLDER}/form.html", context, status=422 if request.method == "POST" else 200)


def _play(public_id: UUID) -> Any:
    rows = Play.objects.select_related("asset", "journey", "certification", "owner")
    return get_object_or_404(rows, public_id=public_id)


def _trail() -> list[tuple[str, str]]:
    return [(_("Plays"), reverse("vendor:play-list"))]


def _me(request: HttpRequest) -> Any:
    return request.user
