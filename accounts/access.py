"""The two questions every door asks first: who is it, and may they do this?

Pages carry `vendor_view`, `partner_view`, `signed_in_view` or `public_view`; API views carry `ApiPermission`. Which
rows somebody sees is another question, answered by `visible_to` on querysets. Each guard leaves its mark on the view
as `.guard`, so that tests can see what a page asks without a list kept by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import Integration, User
from accounts.permissions import Permission
from accounts.roles import PartnerRole, permissions_of

View = Callable[..., HttpResponse]
Standing = tuple[Any, PartnerRole]
PartnerLookup = Callable[[User], Standing | None]


class Side(StrEnum):
    """For whom a page is."""

    VENDOR = "vendor"
    PARTNER = "partner"
    SIGNED_IN = "signed_in"
    PUBLIC = "public"


@dataclass(frozen=True)
class Guard:
    """What a view asks of its visitor. Any one of the permissions is enough; none named means being signed in is."""

    side: Side
    permissions: tuple[Permission, ...] = ()
    reason: str = ""

    def admits(self, user: Any) -> bool:
        """Whether a signed-in user passes."""
        if self.side is Side.PUBLIC:
            return True
        if self.side is not Side.SIGNED_IN and (self.side is Side.VENDOR) != user.is_vendor:
            return False
        return not self.permissions or any(allowed(user, permission) for permission in self.permissions)


# --- who holds which role at a partner: told by the app that keeps the people

_partner_lookups: list[PartnerLookup] = []


def register_partner_lookup(lookup: PartnerLookup) -> PartnerLookup:
    """Register the one function that says for which partner person a user acts, and in which role."""
    _partner_lookups[:] = [lookup]
    return lookup


def partner_standing(user: User) -> Standing | None:
    """Return the person and role a user has at a partner, or None: at the vendor, or once the person has left.

    Asked once per request: the answer is kept on the user object, which lives as long as the request.
    """
    if user.is_vendor or not _partner_lookups:
        return None
    if not hasattr(user, "_partner_standing"):
        user._partner_standing = _partner_lookups[0](user)  # type: ignore[attr-defined]
    return user._partner_standing  # type: ignore[attr-defined]


def belongs_somewhere(user: Any) -> bool:
    """Whether a signed-in user still works for the vendor or for a partner."""
    return user.is_active and (user.is_vendor or partner_standing(user) is not None)


def allowed(user: Any, permission: Permission) -> bool:
    """Whether somebody may do something, by the role at the vendor or at the partner. Integrations have scopes."""
    if not user.is_authenticated or isinstance(user, Integration):
        return False
    if user.is_vendor:
        return user.has(permission)
    standing = partner_standing(user)
    return standing is not None and user.is_active and permission in permissions_of(standing[1])


# --- pages


def vendor_view(*permissions: Permission) -> Callable[[Any], Any]:
    """Guard a page of the vendor's side: a function or a class view."""
    return _guarded(Guard(Side.VENDOR, permissions))


def partner_view(*permissions: Permission) -> Callable[[Any], Any]:
    """Guard a page of the partners' side. The view finds `request.partner_person` and `request.partner`."""
    return _guarded(Guard(Side.PARTNER, permissions or (Permission.USE_PARTNER_PORTAL,)))


def signed_in_view(view: Any) -> Any:
    """Guard a page that everybody has once signed in, such as their own account."""
    return _guarded(Guard(Side.SIGNED_IN))(view)


def public_view(reason: str) -> Callable[[Any], Any]:
    """Mark a page that anybody may open, and say why."""
    guard = Guard(Side.PUBLIC, reason=reason)

    def mark(view: Any) -> Any:
        if isinstance(view, type):
            return method_decorator(mark, name="dispatch")(view)

        @wraps(view)
        def open_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs)

        open_view.guard = guard  # type: ignore[attr-defined]
        return open_view

    return mark


def _guarded(guard: Guard) -> Callable[[Any], Any]:
    def decorate(view: Any) -> Any:
        if isinstance(view, type):
            return method_decorator(decorate, name="dispatch")(view)

        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = _refusal(guard, request) or view(request, *args, **kwargs)
            patch_cache_control(response, no_store=True, private=True)
            return response

        guarded_view.guard = guard  # type: ignore[attr-defined]
        return guarded_view

    return decorate


def _refusal(guard: Guard, request: HttpRequest) -> HttpResponse | None:
    """Send strangers to sign in, refuse people without the right, and let everybody else pass with None."""
    user: Any = request.user
    if user.is_authenticated and not belongs_somewhere(user):
        logout(request)
        user = request.user
    if not user.is_authenticated:
        return _to_sign_in(request)
    if not guard.admits(user):
        raise PermissionDenied(_("Your role does not include this page. A program admin can change that."))
    if standing := partner_standing(user):
        request.partner_person = standing[0]  # type: ignore[attr-defined]
        request.partner = standing[0].partner  # type: ignore[attr-defined]
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to sign-in and back to where the visitor wanted to go; a fragment sends its whole page there."""
    if request.headers.get("HX-Request"):
        here = request.headers.get("HX-Current-URL", "")
        path = here.partition("://")[2].partition("/")[2]
        target = redirect_to_login(f"/{path}", resolve_url(settings.LOGIN_URL))
        return HttpResponse(status=401, headers={"HX-Redirect": target.url})
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else resolve_url("/")
    return HttpResponseRedirect(redirect_to_login(back, resolve_url(settings.LOGIN_URL)).url)


# --- API


class InsufficientScope(ApiPermissionDenied):
    """The token is good, but not for this."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_("This needs the scope %(scope)s.") % {"scope": scope})
        self.scope = scope


class ApiPermission(BasePermission):
    """Asks what the view declares, by method.

    `required_scopes = {"GET": "partners:read", "PATCH": "partners:write"}` for integrations, and
    `permissions = {"GET": (Permission.VIEW_PARTNERS, …)}` for people calling from our own pages, of which one is
    enough. What is not declared is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let through whoever shows the scope or holds a permission for this method."""
        method = "GET" if request.method in {"HEAD", "OPTIONS"} else str(request.method)
        if not request.user or not request.user.is_authenticated:
            return False
        if isinstance(request.user, Integration):
            scope = scope_of(view, method)
            if scope and scope not in request.auth.scopes:
                raise InsufficientScope(scope)
            return bool(scope)
        return any(allowed(request.user, permission) for permission in permissions_for(view, method))


def person_behind(caller: Any) -> User:
    """Return who answers for what a caller does: a person themselves, the owner of an integration."""
    return caller.owner if isinstance(caller, Integration) else caller


def scope_of(view: Any, method: str) -> str:
    """Return the scope an API view asks for a method, or nothing."""
    declared: Mapping[str, str] = getattr(view, "required_scopes", {})
    return declared.get(method, "")


def permissions_for(view: Any, method: str) -> tuple[Permission, ...]:
    """Return the permissions of which a person needs one to call a method of an API view."""
    declared: Mapping[str, tuple[Permission, ...] | Permission] = getattr(view, "permissions", {})
    found = declared.get(method, ())
    return (found,) if isinstance(found, Permission) else tuple(found)
