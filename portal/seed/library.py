"""Writes a program's content library and journeys."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile

from accounts.models import User
from enablement.models import Asset, Certification, Enrollment, EnrollmentState, Journey, Readiness, Survey
from enablement.services import content, entering, journeys, kits, moving, parts, step_branches
from partners.models import Category, Partner, Region
from portal.seed import shapes
from portal.seed.shapes import Programme, Step
from segmentation.models import Segment

JOURNEYS_AGE = timedelta(days=600)
#: So many of the newest walks are moved to a journey's second version.
MOVED_WALKS = 6


def write_assets(programme: Programme, *, by: User, at: datetime) -> dict[str, Asset]:
    """Write and publish the assets with all their parts; by key."""
    audiences = {segment.key: segment for segment in Segment.objects.all()}
    written = {one.key: _asset(programme, one, audiences.get(one.audience), by=by, at=at) for one in programme.assets}
    regions = {region.key: region for region in Region.objects.all()}
    for part in programme.asset_parts:
        _part(written[part.asset], part, regions.get(part.region), by=by, at=at)
    for one in programme.assets:
        for key in one.holds:
            kits.add(kit=written[one.key], item=written[key], by=by, at=at)
    return written


def _part(asset: Asset, one: shapes.AssetPart, region: Region | None, *, by: User, at: datetime) -> None:
    parts.add(
        asset=asset, by=by, at=at, kind=one.kind, language=one.language, region=region, title=one.title,
        summary=one.summary, body=one.body, url=one.url, minutes=one.minutes,
        file=ContentFile(one.file(), name=one.file_name) if one.file else None,
    )  # fmt: skip


def _asset(programme: Programme, one: shapes.Asset, audience: Segment | None, *, by: User, at: datetime) -> Asset:
    page = programme.folder / "pages" / f"{one.key}.md"
    published = at - timedelta(days=one.published_days_ago)
    about = programme.about.get(one.key, shapes.About())
    ends = None if one.ends_in_days is None else (at + timedelta(days=one.ends_in_days)).date()
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
        sales_stages=list(about.stages),
        target_markets=list(about.markets),
        business_units=list(about.units),
        audience=audience,
        review_on=None if ends else (at + timedelta(days=one.review_in_days)).date(),
        last_day_on=ends,
    )
    if one.state != "draft":
        content.publish(asset=asset, by=by, at=published)
    if one.state == "retired":
        content.retire(asset=asset, by=by, at=at - timedelta(days=60))
    return asset


def write_journeys(programme: Programme, assets: dict[str, Asset], *, by: User, at: datetime) -> dict[str, Journey]:
    """Write the journeys, by key. They are published, and who is in their audience enrolled, as the past is replayed."""
    certifications = {one.key: one for one in Certification.objects.all()}
    written = {}
    for one in programme.journeys:
        journey = journeys.create(
            key=one.key,
            name=one.name,
            summary=one.summary,
            audience=Segment.objects.get(key=one.audience),
            onboards=Category.objects.filter(key=one.onboards).first(),
            by=by,
            at=at - JOURNEYS_AGE,
        )
        if one.on_leaving != "stay":
            journeys.change_entry(
                journey=journey, by=by, at=at - JOURNEYS_AGE, entry="audience", on_leaving=one.on_leaving
            )
        keys: dict[str, UUID] = {}
        for step in one.steps:
            added = journeys.add_step(
                journey=journey,
                **_texts(step),
                asset=assets.get(step.asset),
                alternative_ids=[assets[key].pk for key in step.instead],
                certification=certifications.get(step.certification),
                only_for=_branch(step.only_for, by=by, at=at - JOURNEYS_AGE),
                needs=[keys[title] for title in step.after],
                by=by,
                at=at - JOURNEYS_AGE,
            )
            keys[step.title] = added.key
        written[one.key] = journey
    return written


def publish_journeys(programme: Programme, *, by: User, first: date, last: date, at: datetime, now: datetime) -> None:
    """Publish those that came after one day and until another, and enroll whom they are for."""
    for one in programme.journeys:
        if first < (now - timedelta(days=one.age_days)).date() <= last:
            journey = Journey.objects.get(key=one.key)
            journeys.publish(journey=journey, by=by, at=at)
            newest = Partner.objects.order_by("pk").last()
            if newest is not None:
                entering.enroll_audience(journey_id=journey.pk, first_id=0, end_id=newest.pk + 1, at=at)


def renew_journeys(programme: Programme, *, by: User, at: datetime) -> None:
    """Publish second versions. Who began lately is moved to them; others under way by then stay on the first."""
    for one in programme.journeys:
        if not one.added:
            continue
        journey = Journey.objects.get(key=one.key)
        for step in one.added:
            survey = Survey.objects.get(key=step.survey) if step.survey else None
            journeys.add_step(journey=journey, **_texts(step), survey=survey, by=by, at=at)
        journeys.publish(journey=journey, by=by, at=at, note=one.note)
        walks = Enrollment.objects.filter(journey=journey, state=EnrollmentState.ACTIVE).order_by("-started_at", "pk")
        moving.move(journey=journey, by=by, at=at, among=walks.values_list("pk", flat=True)[:MOVED_WALKS])


def _texts(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "title": step.title,
        "instructions": step.instructions,
        "minutes": step.minutes,
        "due_days": step.due_days,
        "proof": step.proof,
        "confirmed_by": step.confirmed_by,
        "questions": list(step.questions),
    }


def _branch(key: str, *, by: User, at: datetime) -> Segment | None:
    if key in Readiness.values:
        return step_branches.low_readiness(measure=key, below=50, by=by, at=at)
    return Segment.objects.get(key=key) if key else None
