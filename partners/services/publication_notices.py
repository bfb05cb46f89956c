"""Tells people what a new text of a category, tier or life stage means for them: on the day or ahead.

Who planned a publication hears what became of it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Notification, User
from core.models import DefinitionVersion
from core.services import outbox, versions
from core.templatetags.formats import day as written_day
from partners.models import (
    Category,
    CategoryMembership,
    LifeStage,
    LifeStagePeriod,
    Partner,
    PlannedPublication,
    PublicationState,
    Tier,
    TierHolding,
)
from partners.models.memberships import HOLDING_STATES
from partners.models.overrides import Override, OverrideVersion
from partners.queries import overrides, texts
from partners.services import definitions, publications
from partners.services.telling import admins_of, manager_of, program_admins, tell

#: What a new text means for some partners: `model`, `version_id`, `change`, `partner_ids`, `plan_id` when told ahead.
PARTNERS_TOLD = "partners.definition_told"
PARTNERS_PER_MESSAGE = 100

GAINS, LOSES, READS = "gains", "loses", "reads"
Movers = tuple[list[int], list[int]]
MoversLookup = Callable[[Any, Any], Movers]

_lookups: list[MoversLookup] = []

SAID = {
    GAINS: gettext_noop("What %(name)s asks has changed, and you fulfil it."),
    LOSES: gettext_noop("What %(name)s asks has changed, and you no longer fulfil all of it."),
    READS: gettext_noop("%(name)s says something new: %(texts)s."),
}
SAID_AHEAD = {
    GAINS: gettext_noop("From %(day)s %(name)s asks something else: as things are, you will fulfil it."),
    LOSES: gettext_noop("From %(day)s %(name)s asks something else: as things are, you will not fulfil all of it."),
    READS: gettext_noop("From %(day)s %(name)s says something new: %(texts)s."),
}
DETAIL = {
    GAINS: gettext_noop("It asks: %(criteria)s %(note)s Its page says what it would give you."),
    LOSES: gettext_noop(
        "It asks: %(criteria)s %(note)s Nothing is taken from you today. Its page shows what is missing."
    ),
    READS: gettext_noop("%(note)s Its page shows the words before and after."),
}
#: Of life stages: partners are in one by themselves, and read what it means, not by which criteria.
STAGE_SAID = {
    GAINS: gettext_noop("The life stage %(name)s is drawn anew, and you are in it now."),
    LOSES: gettext_noop("The life stage %(name)s is drawn anew, and you are no longer in it."),
    READS: gettext_noop("The life stage %(name)s, which you are in, says something new: %(texts)s."),
}
STAGE_SAID_AHEAD = {
    GAINS: gettext_noop("From %(day)s the life stage %(name)s is drawn anew: as things are, you will be in it."),
    LOSES: gettext_noop("From %(day)s the life stage %(name)s is drawn anew: as things are, you will leave it."),
    READS: gettext_noop("From %(day)s the life stage %(name)s, which you are in, says something new: %(texts)s."),
}
STAGE_DETAIL = gettext_noop("%(note)s Your home page says where you are and what helps there.")


def register_movers(lookup: MoversLookup) -> MoversLookup:
    """Register the one function that says who comes to fulfil a new version, and who ceases to: it runs criteria."""
    _lookups[:] = [lookup]
    return lookup


def definition_published(payload: Mapping[str, Any]) -> None:
    """Find out for whom a text that holds now changes something, and have them told."""
    model = apps.get_model(payload["model"])
    version = model._default_manager.filter(pk=payload["version_id"]).first()
    if version is None or _subject(version) is None:
        return
    before = model._default_manager.filter(pk=payload["before_id"]).first() if payload["before_id"] else None
    is_stage = isinstance(_subject(version), LifeStage)
    if before is None and not (isinstance(version, OverrideVersion) or is_stage):
        return  # a first text: nobody can be in it yet
    _send(version, before, since=version.published_at, plan=None)


def tell_ahead(payload: Mapping[str, Any]) -> None:
    """Find out for whom a planned text would change something, and have them told."""
    plan = PlannedPublication.objects.filter(pk=payload["plan_id"], state=PublicationState.PLANNED).first()
    draft = publications.draft_of(plan) if plan else None
    if plan is None or draft is None or _subject(draft) is None:
        return
    _send(draft, versions.published_of(draft.definition), since=plan.told_ahead_at, plan=plan)


def partners_told(payload: Mapping[str, Any]) -> None:
    """Tell some partners what a text means for them, in the words that hold in their region."""
    version = apps.get_model(payload["model"])._default_manager.filter(pk=payload["version_id"]).first()
    plan = PlannedPublication.objects.filter(pk=payload["plan_id"]).first() if payload["plan_id"] else None
    if version is None:
        return
    before = apps.get_model(payload["model"])._default_manager.filter(pk=payload["before_id"] or 0).first()
    for partner in Partner.objects.filter(pk__in=payload["partner_ids"]).select_related("region").order_by("pk"):
        _tell_one(partner, version, before, payload["change"], plan)


def taken_back(payload: Mapping[str, Any]) -> None:
    """Tell everybody who was told ahead that the change does not come on that day."""
    plan = PlannedPublication.objects.filter(pk=payload["plan_id"]).first()
    if plan is None:
        return
    told = Notification.objects.filter(dedupe_key__startswith=_ahead_key(plan, "")).values("user_id", "url")
    urls = {row["user_id"]: row["url"] for row in told}
    for user in User.objects.filter(pk__in=urls, is_active=True).order_by("pk"):
        tell(
            [user],
            kind="definition",
            text=gettext_noop("%(name)s does not change on %(day)s after all."),
            detail=gettext_noop("What it says and asks today still holds. You will be told if that changes."),
            names={"name": plan.name, "day": written_day(plan.publish_on)},
            url=urls[user.pk],
            key=f"publication-back-{plan.pk}",
            by_mail=True,
        )


def plan_ended(payload: Mapping[str, Any]) -> None:
    """Tell who planned it that a draft was published; that it could not be, also its owner and the program admins."""
    plan = PlannedPublication.objects.select_related("planned_by").filter(pk=payload["plan_id"]).first()
    if plan is None:
        return
    kind = publications.publishable(plan.kind)
    version = kind.model._default_manager.filter(pk=plan.draft_id).select_related("definition").first()  # type: ignore[misc]
    names = {"name": plan.name, "day": written_day(plan.publish_on), "failure": plan.failure}
    told: dict[str, Any] = {"kind": "definition", "names": names, "key": f"publication-{plan.pk}-{plan.state}"}
    told["url"] = kind.url(version) if version is not None else reverse("vendor:home")
    planner = [plan.planned_by] if plan.planned_by is not None and plan.planned_by.is_active else []
    if plan.state == PublicationState.PUBLISHED:
        tell(planner, text=gettext_noop("%(name)s was published, as planned for %(day)s."), **told)
    elif plan.state == PublicationState.FAILED:
        owner = getattr(version.definition, "owner", None) if version is not None else None  # type: ignore[attr-defined]
        everybody = {user.pk: user for user in [*planner, *program_admins(), *([owner] if owner else [])]}
        tell(
            everybody.values(),
            text=gettext_noop("%(name)s was not published on %(day)s."),
            detail=gettext_noop(
                "%(failure)s What was published before still holds. Look at the draft and plan it again."
            ),
            by_mail=True,
            **told,
        )


def _send(version: Any, before: Any, *, since: Any, plan: PlannedPublication | None) -> None:
    """Put the messages, a hundred partners each."""
    partners = _concerned(version)
    holders = _holders(version, since)
    gains: set[int] = set()
    loses: set[int] = set()
    if _lookups and (before is None or definitions.asks(before) != definitions.asks(version)):
        entering, leaving = _lookups[0](before, version)
        known = set(partners.filter(pk__in=entering, created_at__lt=since).values_list("pk", flat=True))
        gains = known - holders if isinstance(_subject(version), Category | LifeStage) else set()
        loses = holders & set(leaving)
    reads = set(partners.filter(pk__in=holders).values_list("pk", flat=True)) - loses
    if not _words_that_differ(before, version):
        reads = set()
    for change, ids in ((LOSES, loses), (GAINS, gains), (READS, reads)):
        in_order = sorted(ids)
        for start in range(0, len(in_order), PARTNERS_PER_MESSAGE):
            payload = {
                "model": version._meta.label,
                "version_id": version.pk,
                "before_id": before.pk if before is not None else None,
                "change": change,
                "partner_ids": in_order[start : start + PARTNERS_PER_MESSAGE],
                "plan_id": plan.pk if plan else None,
            }
            outbox.put(topic=PARTNERS_TOLD, payload=payload)


def _tell_one(partner: Partner, version: Any, before: Any, change: str, plan: PlannedPublication | None) -> None:
    subject = _subject(version)
    names = _words_that_differ(before, version)
    if isinstance(subject, LifeStage):
        _tell_of_stage(partner, version, names, change, plan)
        return
    if plan is None:
        said = overrides.applying(subject, partner)
        region = getattr(version.definition, "region", None)
        if said is None:
            return
        names = [name for name in names if said.sources.get(name) == region]
        if change == READS and not names:
            return
    labels = [str(version._meta.get_field(name).verbose_name) for name in names]
    words = {
        "name": subject,
        "texts": ", ".join(labels),
        "criteria": texts.criteria_of(version),
        "note": version.note,
        "day": written_day(plan.publish_on) if plan else "",
    }
    is_category = isinstance(subject, Category)
    url = (
        reverse("partner:category-detail", args=[subject.public_id]) if is_category else reverse("partner:tier-detail")
    )
    key = _key(version, change, plan)
    told: dict[str, Any] = {"kind": "definition", "names": words, "key": key, "detail": DETAIL[change]}
    tell(admins_of(partner), text=(SAID_AHEAD if plan else SAID)[change], url=url, by_mail=True, **told)
    if change == LOSES and plan is None:
        theirs = gettext_noop("%(partner)s no longer fulfils all that %(name)s asks: its text has changed.")
        told["names"] = words | {"partner": partner}
        page = reverse("vendor:membership-history", args=[partner.public_id])
        tell(manager_of(partner), text=theirs, url=page, **{**told, "detail": gettext_noop("It asks: %(criteria)s")})


def _tell_of_stage(
    partner: Partner, version: Any, names: list[str], change: str, plan: PlannedPublication | None
) -> None:
    words = {
        "name": version.definition,
        "texts": ", ".join(str(version._meta.get_field(name).verbose_name) for name in names),
        "note": version.note,
        "day": written_day(plan.publish_on) if plan else "",
    }
    tell(
        admins_of(partner),
        kind="definition",
        text=(STAGE_SAID_AHEAD if plan else STAGE_SAID)[change],
        detail=STAGE_DETAIL,
        names=words,
        url=reverse("partner:home"),
        key=_key(version, change, plan),
        by_mail=True,
    )


def _key(version: Any, change: str, plan: PlannedPublication | None) -> str:
    return _ahead_key(plan, change) if plan else f"definition-{version._meta.label_lower}-{version.pk}-{change}"


def _ahead_key(plan: PlannedPublication | None, change: str) -> str:
    day: date | None = plan.publish_on if plan else None
    return f"publication-ahead-{plan.pk if plan else 0}-{day}-{change}"


def _subject(version: DefinitionVersion) -> Any:
    """Return the category, tier or life stage that a version is about; None for other definitions."""
    definition = version.definition  # type: ignore[attr-defined]
    subject = definition.subject if isinstance(definition, Override) else definition
    return subject if isinstance(subject, Category | Tier | LifeStage) else None


def _concerned(version: DefinitionVersion) -> Any:
    definition = version.definition  # type: ignore[attr-defined]
    return Partner.objects.in_region(definition.region) if isinstance(definition, Override) else Partner.objects.all()


def _holders(version: DefinitionVersion, since: Any) -> set[int]:
    """Return who has been in the category or life stage, or held the tier, since before a moment.

    Partners leave a life stage by themselves once its text changed: whoever was in it at that moment counts.
    """
    subject = _subject(version)
    if isinstance(subject, Category):
        rows: Any = CategoryMembership.objects.open().filter(category=subject, state__in=HOLDING_STATES)
    elif isinstance(subject, LifeStage):
        rows = LifeStagePeriod.objects.filter(stage=subject).exclude(ends_at__lt=since)
    else:
        rows = TierHolding.objects.open().filter(tier=subject)
    concerned = _concerned(version).values("pk")
    return set(rows.filter(starts_at__lt=since, partner__in=concerned).values_list("partner_id", flat=True))


def _words_that_differ(before: Any, version: Any) -> list[str]:
    """Return the texts for readers in which two versions differ."""
    left_out = {"criteria", "note", "overrides_criteria", "translations", "review_interval_months", "grace_days"}
    left_out |= {"stuck_after_days"}
    names: Iterable[str] = versions.differences(before, version)
    return [name for name in names if name not in left_out]
