"""What an integration may be allowed to do: one pair of scopes per resource of the API. Write does not imply read."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

SCOPES: dict[str, str | Promise] = {
    "partners:read": _("Read partners"),
    "partners:write": _("Create and change partners"),
    "people:read": _("Read people at partners (personal data)"),
    "people:write": _("Create and change people at partners (personal data)"),
    "deals:read": _("Read deals"),
    "deals:write": _("Create and change deals"),
    "assets:read": _("Read assets"),
    "assets:write": _("Create and change assets"),
    "segments:read": _("Read segments and who is in them"),
    "segments:write": _("Create and change segments"),
    "memberships:read": _("Read category memberships"),
    "memberships:write": _("Declare, confirm and end category memberships"),
    "flags:read": _("Read flags"),
    "flags:write": _("Send and answer flags"),
    "reviews:read": _("Read reviews of memberships"),
    "reviews:write": _("Open, answer and decide reviews of memberships"),
    "applications:read": _("Read applications and the form (personal data)"),
    "applications:write": _("Send applications, and decide about them (personal data)"),
    "merges:read": _("Read merges of partners, and what one would do"),
    "merges:write": _("Merge partners, and undo it"),
    "conversations:read": _("Read conversations (personal data)"),
    "conversations:write": _("Say something in conversations"),
    "touches:read": _("Read touches"),
    "touches:write": _("Log touches"),
    "references:read": _("Read customer references"),
    "references:write": _("Send and decide customer references"),
    "agreements:read": _("Read agreements and who has accepted them"),
    "courses:read": _("Read courses, and results of packages (personal data)"),
    "news:read": _("Read news"),
    "events:read": _("Read events and who comes to them (personal data)"),
    "events:write": _("Register people for events, and give seats back"),
    "journeys:read": _("Read partners' walks through journeys, and what they handed in (personal data)"),
    "surveys:read": _("Read surveys, what came out of them, and answers with a name (personal data)"),
    "certifications:read": _("Read certifications and who holds them (personal data)"),
    "certifications:write": _("Record who holds certifications (personal data)"),
    "specializations:read": _("Read specializations and who holds them"),
    "statements:read": _("Read back its own statements of what people learned elsewhere (xAPI, personal data)"),
    "statements:write": _("Tell what people learned elsewhere (xAPI, personal data)"),
    "plans:read": _("Read success plans and how far they have come"),
    "tasks:read": _("Read tasks about partners"),
    "tasks:write": _("Give tasks about partners, and finish them"),
    "scorecards:read": _("Read scorecards, scores, assessments and alerts"),
    "program:read": _("Read the program's definitions"),
    "program:write": _("Change the program's definitions, and publish them"),
    "jobs:write": _("Run imports"),
}


class IntegrationScopes(BaseScopes):
    """Gives each credential the scopes of its integration: nothing more by asking, all of them by not asking."""

    def get_all_scopes(self) -> dict[str, str | Promise]:
        """Return every scope there is, with what it allows."""
        return SCOPES

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what this credential may ask for."""
        credential = getattr(application, "integration_credential", None)
        return list(credential.integration.scopes) if credential else []

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return what a credential gets that asks for nothing in particular."""
        return self.get_available_scopes(application)
