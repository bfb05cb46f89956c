"""The category finder: which categories fit what was answered, and why.

Criteria are run by an app above, which registers itself here, as `accounts.access` is told who acts for a partner.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.models import VersionState
from criteria.explain import Explanation
from partners.models import ApplicationQuestion, Category, CategoryVersion, Partner, PartnerApplication
from partners.queries import languages, overrides
from partners.queries.applications import as_partner
from partners.queries.attributes import FIELD_PREFIX


@dataclass(frozen=True, slots=True)
class Checked:
    """The criteria of a category, run over answers as if they were a partner's.

    `explanation` is of what can be known by now, None when that is nothing; `later` are the conditions that ask for
    more, such as deals, which nobody has who is no partner yet. `fits` says that all holds which can be known.
    """

    explanation: Explanation | None = None
    later: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether everything that can be known by now speaks for it."""
        return self.explanation is not None and self.explanation.met

    @property
    def met(self) -> int:
        """How many conditions hold."""
        return sum(leaf.met for leaf in self.explanation.leaves) if self.explanation else 0

    @property
    def total(self) -> int:
        """How many conditions can be answered by now."""
        return len(self.explanation.leaves) if self.explanation else 0


@dataclass(frozen=True, slots=True)
class Finding:
    """A category as an applicant reads it: what is published in the region, and how the answers compare."""

    category: Category
    version: CategoryVersion
    checked: Checked

    @property
    def is_near(self) -> bool:
        """Whether it does not fit by what is known, but half of it or more holds."""
        return not self.checked.fits and self.checked.met * 2 >= self.checked.total > 0 < self.checked.met


#: Runs criteria by any key over a partner's columns: (criteria, values, fields that were asked, at, for_partner).
Checker = Callable[[Mapping[int, Any], Mapping[str, Any], frozenset[str], datetime, bool], Mapping[int, Checked]]
_checkers: list[Checker] = []


def register(checker: Checker) -> Checker:
    """Register the one function that runs criteria over answers."""
    _checkers[:] = [checker]
    return checker


#: What everybody tells first, by the names of criteria fields.
KNOWN_OF_EVERYBODY = frozenset({"name", "domain", "country", "region"})


def field_of(question: ApplicationQuestion) -> str:
    """Return the criteria field that a question answers; nothing for a free one."""
    return question.profile_field or (f"{FIELD_PREFIX}{question.attribute.key}" if question.attribute else "")


def find(
    *,
    application: PartnerApplication,
    questions: Iterable[ApplicationQuestion],
    at: datetime,
    for_partner: bool,
    categories: Iterable[int] | None = None,
) -> list[Finding]:
    """Return the categories that are open, best first: those that fit, those that nearly do, the others.

    `questions` are those that were asked by now. `for_partner` leaves out what partners may not see. `categories`
    limits them to some ids.
    """
    published = open_versions()
    if categories is not None:
        published = published.filter(definition_id__in=list(categories))
    said = overrides.applied(published, Partner(region=application.region))
    asked = {pk: one.version.criteria for pk, one in said.items() if one.version.criteria is not None}
    answered = list(questions)
    fields = KNOWN_OF_EVERYBODY | {field for one in answered if (field := field_of(one))}
    values = as_partner(application, answered)
    checked = _checkers[0](asked, values, fields, at, for_partner) if _checkers and asked else {}
    found = [Finding(one.version.definition, one.version, checked.get(pk, Checked())) for pk, one in said.items()]
    return sorted(
        found, key=lambda one: (not one.checked.fits, not one.is_near, one.category.position, one.category.pk)
    )


def in_language(findings: Iterable[Finding], code: str) -> list[Finding]:
    """Return findings with their categories as they are read in a language, as far as they are translated."""
    found = [replace(one, version=languages.read(one.version, code).version) for one in findings]
    languages.name_in(code, *(one.category for one in found))
    return found


def open_versions() -> QuerySet[CategoryVersion]:
    """Return the published texts of the categories that somebody may apply for."""
    rows = CategoryVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
    return rows.select_related("definition").order_by("definition__position", "definition_id")
