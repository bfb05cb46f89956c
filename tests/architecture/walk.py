"""Every address of the portal, found by walking the resolver, with what its view asks of a visitor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern, RoutePattern
from rest_framework.permissions import AllowAny, IsAuthenticated

from accounts.access import ApiPermission, Guard, Side, allowed, permissions_for, scope_of
from tests.architecture import (  # noqa: F401 - they register their subjects
    subjects_assessments,
    subjects_dashboard,
    subjects_insight,
    subjects_journeys,
    subjects_learning,
    subjects_library,
    subjects_news,
    subjects_packages,
    subjects_plans,
    subjects_plays,
    subjects_programme,
    subjects_skills,
    subjects_statements,
    subjects_surveys,
)
from tests.architecture.subjects import SUBJECTS, external_id
from tests.architecture.world import EVERYBODY, Thing, Variants, World

GENERIC = {"public_id", "id"}
METHODS_THAT_WRITE = ("POST", "PUT", "PATCH", "DELETE")
#: Words that choose between kinds of record behind one address: parameter → its values and the subject of each.
KINDS = {
    "kind": {"segment": "segment", "category": "category", "tier": "tier", "stage": "stage"},
    "about": {
        **{"partner": "partner", "membership": "membership", "deal": "deal", "flag": "flag"},
        **{
            "reference": "reference",
            "merge": "merge",
            "success_plan": "success_plan",
            "survey_action": "survey_action",
        },
    },
}
IRREGULAR = {"processes": "process", "people": "person", "news": "news", "touches": "touch", "categories": "category"}


@dataclass(frozen=True)
class Target:
    """One address with values filled in, and who may see what it names."""

    path: str
    seen_by: frozenset[str]
    exists: bool = True


@dataclass(frozen=True)
class Address:
    """One pattern of the URL tree."""

    name: str
    route: str
    view: Any
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name or '(unnamed)'} {self.route}"

    @property
    def api(self) -> Any:
        """The class of an API view, or None for a page."""
        return getattr(self.view, "cls", None)

    @cached_property
    def is_page(self) -> bool:
        """Whether people open it in a browser."""
        return self.api is None

    @property
    def guard(self) -> Guard | None:
        """What a page asks of its visitor, as its guard has noted it; None when nobody guards it."""
        return getattr(self.view, "guard", None)

    @property
    def is_public(self) -> bool:
        """Whether anybody may open it."""
        if self.is_page:
            return self.guard is not None and self.guard.side is Side.PUBLIC
        return AllowAny in self.api.permission_classes

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods an API view answers; for a page those a browser sends."""
        if self.is_page:
            return ("GET", "POST")
        actions = getattr(self.view, "actions", None)
        names = actions or [name for name in self.api.http_method_names if hasattr(self.api, name)]
        return tuple(name.upper() for name in names if name not in {"options", "head"})

    def admits(self, world: World, identity: str, method: str) -> bool:
        """Whether somebody may use the address at all, whatever it names."""
        user = world.user(identity)
        if self.is_public:
            return True
        if user is None:
            return False
        if self.is_page:
            return identity != "ian" and self.guard is not None and self.guard.admits(user)
        if IsAuthenticated in self.api.permission_classes:
            return True
        if identity == "ian":
            return bool(scope_of(self.api, method))
        return any(allowed(user, permission) for permission in permissions_for(self.api, method))

    # --- addresses filled in

    def targets(self, world: World) -> dict[str, Target]:
        """Return the address for an own, a foreign and a missing thing, as far as it names anything."""
        if not self.parameters:
            return {"own": Target(self._path({}), EVERYBODY)}
        found: dict[str, Target] = {}
        for number, chosen in enumerate(self._choices()):
            for variant, target in self._filled(world, chosen).items():
                found[f"{variant}{number or ''}"] = target
        return found

    def _choices(self) -> Iterator[dict[str, str]]:
        """Yield the subject of each parameter, once for each kind where a parameter chooses the kind."""
        for parameter, kinds in KINDS.items():
            if parameter in self.parameters:
                for value, subject in kinds.items():
                    yield {parameter: f"={value}", "": subject}
                return
        yield {}

    def _filled(self, world: World, chosen: dict[str, str]) -> dict[str, Target]:
        if {"source", "value"} <= set(self.parameters):
            return self._by_external_id(world)
        fixed = {name: value[1:] for name, value in chosen.items() if value.startswith("=")}
        things = {name: self._things(world, name, chosen.get("", "")) for name in self.parameters if name not in fixed}
        own = {name: variants.own for name, variants in things.items()}
        targets = {"own": self._target(fixed, own)}
        for name, variants in things.items():
            if variants.foreign:
                target = self._target(fixed, {**own, name: variants.foreign})
                parts = [one for one in things.values() if one.within == self.subject_of(name)]
                targets[f"foreign {name}"] = replace(target, seen_by=frozenset()) if parts else target
            missing = {**own, name: Thing(variants.missing)}
            targets[f"missing {name}"] = Target(self._path(fixed | _values(missing)), frozenset(), exists=False)
        return targets

    def _target(self, fixed: dict[str, str], things: dict[str, Thing]) -> Target:
        seen_by = frozenset.intersection(EVERYBODY, *(thing.seen_by for thing in things.values()))
        return Target(self._path(fixed | _values(things)), seen_by)

    def _by_external_id(self, world: World) -> dict[str, Target]:
        resource = self.api.resource
        things = world.things(singular(resource), SUBJECTS[singular(resource)])
        named = external_id(world, resource, things)
        seen_by = {"own": things.own.seen_by, "missing": frozenset[str]()}
        if things.foreign:
            seen_by["foreign"] = things.foreign.seen_by
        return {
            variant: Target(self._path(values), seen_by[variant], exists=variant != "missing")
            for variant, values in named.items()
        }

    def _things(self, world: World, parameter: str, chosen: str) -> Variants:
        name = self.subject_of(parameter, chosen)
        here = f"{name}@{self.name.rpartition(':')[2]}"
        name = here if here in SUBJECTS else name
        return world.things(name, SUBJECTS[name])

    @property
    def chosen_kind(self) -> str:
        """The parameter that chooses between kinds of record, if there is one."""
        return next((name for name in self.parameters if name in KINDS), "")

    def unknown(self, parameter: str) -> bool:
        """Whether nobody knows what a parameter stands for."""
        return self.subject_of(parameter) not in SUBJECTS

    def subject_of(self, parameter: str, chosen: str = "") -> str:
        """Return the name under which `subjects.py` knows a parameter."""
        if parameter in GENERIC:
            if chosen:
                return chosen
            return singular(getattr(self.api, "resource", "") or self._word_before(parameter))
        if parameter == "token" and "invitations/" in self.route:
            return "invitation"
        return parameter.removesuffix("_public_id").removesuffix("_id")

    def _word_before(self, parameter: str) -> str:
        for before, part in pairwise(self.route.split("/")):
            if f":{parameter}>" in part or f"<{parameter}>" in part:
                return before.replace("-", "_")
        return ""

    def _path(self, values: dict[str, str]) -> str:
        return reverse(self.name, kwargs=values)


def _values(things: dict[str, Thing]) -> dict[str, str]:
    return {name: thing.value for name, thing in things.items()}


def singular(word: str) -> str:
    """Return the singular of an English plural as our addresses use them."""
    word = word.replace("-", "_")
    return IRREGULAR.get(word) or (f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s"))


def addresses() -> list[Address]:
    """Return every address of the portal."""
    return list(_walk(get_resolver().url_patterns, "/", "", ()))


def unknown_names(address: Address) -> list[str]:
    """Return the names in an address of which nobody knows what they stand for."""
    if {"source", "value"} <= set(address.parameters):
        return [] if singular(address.api.resource) in SUBJECTS else [singular(address.api.resource)]
    if address.chosen_kind:
        return [name for name in address.parameters if name not in {*GENERIC, *KINDS} and address.unknown(name)]
    return [address.subject_of(name) for name in address.parameters if address.unknown(name)]


def _walk(patterns: Any, route: str, namespace: str, parameters: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern).removeprefix("^")
        known = (*parameters, *_parameters(pattern.pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, here, inner, known)
        elif isinstance(pattern, URLPattern) and "format" not in known:
            yield Address(f"{namespace}{pattern.name}" if pattern.name else "", here, pattern.callback, known)


def _parameters(pattern: Any) -> tuple[str, ...]:
    if isinstance(pattern, RoutePattern):
        return tuple(pattern.converters)
    if isinstance(pattern, RegexPattern):
        return tuple(re.compile(pattern.regex.pattern).groupindex)
    return ()


def describe_api_guard(view: Any) -> str:
    """Say how an API view is guarded, or return nothing when it is not."""
    classes = view.permission_classes
    if ApiPermission in classes:
        return "scopes and permissions"
    if IsAuthenticated in classes:
        return "signed in"
    return ""
