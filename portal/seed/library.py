"""Writes a program's content library, journeys and scorecard."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from enablement.models import Asset, Certification, Journey
from enablement.services import content, journeys
from portal.seed import shapes
from portal.seed.shapes import Programme, Step
from segmentation.models import Segment

JOURNEYS_AGE = timedelta(days=600)


def write_assets(programme: Programme, *, by: User, at: datetime) -> dict[str, Asset]:
    """Write and publish the assets; by key."""
    audiences = {segment.key: segment for segment in Segment.objects.all()}
    return {one.key: _asset(programme, one, audiences.get(one.audience), by=by, at=at) for one in programme.assets}


def _asset(programme: Programme, one: shapes.Asset, audience: Segment | None, *, by: User, at: datetime) -> Asset:
    page = programme.folder / "pages" / f"{one.key}.md"
    published = at - timedelta(days=one.published_days_ago)
    asset = content.create(
        by=by,
        at=published,
        file=ContentFile(one.file(), name=one.file_name) if one.file else None,
        title=one.title,
        summary=one.summary,
        kind=one.kind,
        body=one.body or (page.read_text() if one.kind == "page" else ""),
        url=one.url,
        minutes=one.minutes,
        language=one.language,
        product_lines=list(one.product_lines),
        audience=audience,
        review_on=(at + timedelta(days=one.review_in_days)).date(),
    )
    if one.state != "draft":
        content.publish(asset=asset, by=by, at=published)
    if one.state == "retired":
        content.retire(asset=asset, by=by, at=at - timedelta(days=60))
    return asset


def write_journeys(programme: Programme, assets: dict[str, Asset], *, by: User, at: datetime) -> dict[str, Journey]:
    """Write and publish the journeys; by key. Who is in their audience is enrolled as the past is replayed."""
    certifications = {one.key: one for one in Certification.objects.all()}
    written = {}
    for one in programme.journeys:
        journey = journeys.create(
            key=one.key,
            name=one.name,
            summary=one.summary,
            audience=Segment.objects.get(key=one.audience),
            by=by,
            at=at - JOURNEYS_AGE,
        )
        for step in one.steps:
            journeys.add_step(
                journey=journey,
                **_texts(step),
                asset=assets.get(step.asset),
                certification=certifications.get(step.certification),
                by=by,
                at=at - JOURNEYS_AGE,
            )
        journeys.publish(journey=journey, by=by, at=at - JOURNEYS_AGE)
        written[one.key] = journey
    return written


def renew_journeys(programme: Programme, *, by: User, at: datetime) -> None:
    """Publish second versions. Partners who are under way by then stay on the first."""
    for one in programme.journeys:
        if one.added:
            journey = Journey.objects.get(key=one.key)
            journeys.add_step(journey=journey, **_texts(one.added), by=by, at=at)
            journeys.publish(journey=journey, by=by, at=at, note=one.note)


def _texts(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "title": step.title,
        "instructions": step.instructions,
        "minutes": step.minutes,
        "due_days": step.due_days,
    }
