"""Writes and publishes a program's measures, categories, tiers, life stages, segments and audiences."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core.models import Program
from core.periods import today as day_at
from core.services import versions
from partners.models import Category, Partner, Region, Tier
from partners.services import categories, life_stages, overrides, publications, tiers
from portal.seed.lot import Lot
from portal.seed.population import Course, InventedPartner
from portal.seed.shapes import Programme, Regional
from segmentation.models import PinDirection, Segment
from segmentation.services import measures, segments


def write(programme: Programme, *, by: User, at: datetime) -> None:
    """Publish everything, in the order in which definitions build on each other."""
    for measure in programme.measures:
        measures.define(**vars(measure), by=by, at=at)
    for category in programme.categories:
        said = {**category.texts, **programme.further_texts.get(category.key, {})}
        texts = {name: _as_list(text) for name, text in said.items()}
        german = programme.german.get(category.key, {})
        texts["translations"] = {"de": {name: _as_list(text) for name, text in german.items()}} if german else {}
        categories.define(
            key=category.key, name=category.name, criteria=category.criteria, owner=by, by=by, at=at, **texts
        )
    for track in programme.tracks:
        tiers.define_track(
            key=track.key,
            name=track.name,
            tiers=[
                {"key": key, "name": name, "benefits": benefits, "criteria": criteria}
                | ({"translations": {"de": track.german[key]}} if key in track.german else {})
                for key, name, benefits, criteria in track.tiers
            ],
            names={"de": track.german_name} if track.german_name else {},
            category=Category.objects.get(key=track.category) if track.category else None,
            **track.policy,
            by=by,
            at=at,
        )
    for one in programme.regional:
        _publish_regional(one, by=by, at=at)
    for precedence, stage in enumerate(programme.stages, start=1):
        life_stages.define(
            key=stage.key,
            name=stage.name,
            position=stage.position,
            precedence=precedence,
            criteria=stage.criteria,
            meaning=stage.meaning,
            next_step=stage.next_step,
            stuck_after_days=stage.stuck_after_days,
            by=by,
            at=at,
        )
    for segment in programme.segments:
        segments.define(
            key=segment.key,
            name=segment.name,
            description=segment.description,
            kind=segment.kind,
            is_audience=segment.is_audience,
            criteria=segment.criteria,
            by=by,
            at=at,
        )


def _as_list(text: Any) -> Any:
    """Return several lines as a list in Markdown."""
    lines = text.splitlines() if isinstance(text, str) else []
    return "\n".join(f"- {line}" for line in lines) if len(lines) > 1 else text


def plan(programme: Programme, *, by: User, at: datetime) -> None:
    """Plan the drafts that are to hold from a day to come."""
    for one in programme.planned:
        category = Category.objects.get(key=one.category)
        draft = categories.draft_of(category=category, by=by, at=at)
        changes = {name: _as_list(text) for name, text in one.texts.items()}
        categories.save_draft(version=draft, by=by, at=at, changes=changes)
        day = day_at(at=at, zone=Program.current().zone) + timedelta(days=one.in_days)
        publications.plan(
            version=draft, publish_on=day, by=by, at=at, note=one.note, tell_ahead_days=one.tell_ahead_days
        )


def _publish_regional(one: Regional, *, by: User, at: datetime) -> None:
    track, _dot, tier = one.definition.partition(".")
    subject = Tier.objects.get(track__key=track, key=tier) if tier else Category.objects.get(key=track)
    override = overrides.create(subject=subject, region=Region.objects.get(key=one.region), by=by, at=at, **one.texts)
    overrides.publish(version=versions.draft_of(definition=override, by=by, at=at), by=by, at=at)


def pin(programme: Programme, partners: Sequence[InventedPartner], *, by: User, at: datetime) -> None:
    """Pin partners into and out of segments: those named, and as many by lot as `#n` says."""
    for segment in programme.segments:
        lot = Lot(programme.key, "pins", segment.key)
        directions = (
            (segment.pinned_in, PinDirection.IN, "Asked by their channel account manager"),
            (segment.pinned_out, PinDirection.OUT, "Asked to be left out this time"),
        )
        for names, direction, reason in directions:
            chosen = _chosen(names, partners, lot)
            if chosen:
                segments.pin(
                    segment=Segment.objects.get(key=segment.key),
                    partners=Partner.objects.filter(pk__in=[one.id for one in chosen]),
                    direction=direction,
                    reason=reason,
                    by=by,
                    at=at,
                )


def _chosen(names: Sequence[str], partners: Sequence[InventedPartner], lot: Lot) -> list[InventedPartner]:
    named = [one for one in partners if one.name in names]
    growing = [one for one in partners if one.course is Course.GROWING and one.story is None]
    for name in names:
        if name.startswith("#"):
            named += lot.sample(growing, min(int(name[1:]), len(growing)))
    return named
