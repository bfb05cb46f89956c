"""Whom something is for, in words and in numbers."""

from dataclasses import dataclass
from typing import Any

from django.conf import global_settings
from django.utils.translation import gettext as _

from enablement.models import Certification
from enablement.querysets import people_reached
from partners.models import JobFunction

LANGUAGE_NAMES = dict(global_settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class ForPeopleView:
    """What is asked of people, in words, and how many there are."""

    asked: list[tuple[str, str]]
    reached: int


def for_people(thing: Any) -> ForPeopleView:
    """Return whom at the partners of its audience an asset or journey is for."""
    asked = []
    if thing.for_functions:
        asked.append(
            (_("for people who work in"), ", ".join(str(JobFunction(one).label) for one in thing.for_functions))
        )
    if thing.for_languages:
        names = (_(LANGUAGE_NAMES.get(one, one)) for one in thing.for_languages)
        asked.append((_("for people who speak"), ", ".join(names)))
    if thing.for_certifications:
        held = Certification.objects.filter(pk__in=thing.for_certifications).order_by("name")
        asked.append((_("for people who hold"), ", ".join(held.values_list("name", flat=True))))
    return ForPeopleView(asked, people_reached(thing).count())
