"""How one wants to hear of things, and the link by which e-mails of a kind end with one click."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import notice_kinds
from accounts.access import public_view, signed_in_view
from accounts.forms import NoticeChoicesForm
from accounts.models import NoticeChoice
from accounts.services import notice_choices as choices


@signed_in_view
@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """Show and take how somebody wants each kind of notice, and when the digest comes."""
    user: Any = request.user
    kinds = [kind for kind in notice_kinds.KINDS.values() if kind.is_for(at_vendor=user.is_vendor)]
    kept = choices.digest_of(user)
    initial = {"rhythm": kept.rhythm, "weekday": kept.weekday, "hour": kept.hour}
    chosen = NoticeChoice.objects.filter(user=user).values_list("kind", "way")
    form = NoticeChoicesForm(
        request.POST or None, kinds=kinds, initial=initial | {f"way-{kind}": way for kind, way in chosen}
    )
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        changed = bool(choices.choose(user=user, by=user, at=at, ways=form.ways))
        changed |= choices.set_digest(user=user, by=user, at=at, **form.digest)
        messages.success(request, _("Saved.") if changed else _("Nothing changed."))
        return redirect("accounts:notice-choices")
    context = {"form": form, "always": [kind for kind in kinds if not kind.may_be_chosen]}
    return render(request, "accounts/notices.html", context, status=422 if form.errors else 200)


@public_view("Mail programs unsubscribe without signing in: whose link it is stands in its signature.")
@csrf_exempt  # a mail program posts from nowhere (RFC 8058): the signed address is the proof, not a session
@require_http_methods(["GET", "HEAD", "POST"])
def notices_off(request: HttpRequest, unsubscribe_token: str) -> HttpResponse:
    """Ask whether e-mails of a kind are to end; a POST ends them (RFC 8058), or takes that back."""
    found = choices.read_token(unsubscribe_token)
    if found is None:
        raise Http404
    user, kind = found
    context = {"kind": kind, "address": _masked(user.email), "is_digest": kind is notice_kinds.DIGEST}
    if request.method == "POST":
        change = choices.subscribe if "back" in request.POST else choices.unsubscribe
        change(user=user, kind=kind, at=timezone.now())
        context["done"] = "back" if "back" in request.POST else "off"
    return render(request, "accounts/notices_off.html", context)


def _masked(email: str) -> str:
    """Return an address as its owner knows it again, and as nobody else learns it."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
