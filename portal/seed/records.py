"""Writes partners known twice, a group of companies, rules for managers, and content for some people only."""

from datetime import datetime, timedelta

from accounts.models import User
from core.models import Source
from core.services import external_ids
from enablement.models import Asset
from enablement.services import content
from partners.models import Partner, Region
from partners.services import duplicates, merging, partners, people
from partners.services.merging import Choice
from portal.seed.shapes import Programme
from segmentation.services import assignment_rules, segments

#: How many partners are written a second time; the last of them is merged already.
TWINS = 4
#: How the same company is written by somebody who did not look.
SPELLINGS = ("{0} International", "{0} Group", "{0} Holding", "{0} Limited")
#: By words of a title, for whom content is.
FOR_PEOPLE = (
    ("Twelve questions", {"for_functions": ["sales", "executive"]}),
    ("first integration", {"for_functions": ["technical"]}),
    ("campaign", {"for_functions": ["marketing"]}),
)
NOTE = "Same office and the same managing director; the second record came from a trade fair list."


def write(programme: Programme, *, by: User, managers: dict[str, User], at: datetime) -> None:
    """Write it all, as of a moment."""
    chosen = _plain_partners()
    _write_twins(chosen[:TWINS], by=by, at=at)
    _write_group(chosen[TWINS : TWINS + 4], by=by, at=at)
    _write_rules(managers, by=by, at=at)
    for words, whom in FOR_PEOPLE:
        for asset in Asset.objects.filter(title__icontains=words):
            content.update(asset=asset, by=by, at=at, changes=whom)


def _plain_partners() -> list[Partner]:
    """Return partners nobody tells a story about: those in the middle of the list, with a manager."""
    rows = Partner.objects.filter(assignments__ends_at__isnull=True, assignments__isnull=False, status="active")
    found = list(rows.exclude(domain="").order_by("pk"))
    return found[len(found) // 3 :]


def _write_twins(chosen: list[Partner], *, by: User, at: datetime) -> None:
    source = Source.objects.order_by("pk").first()
    for number, (one, spelling) in enumerate(zip(chosen, SPELLINGS, strict=False)):
        twin = partners.create(
            by=by,
            at=at,
            name=spelling.format(one.name),
            country=one.country,
            city=one.city,
            region=one.region.key if one.region else None,
            websites=[f"https://www.{one.domain}"],
            industries=one.industries[:1],
            status="prospect",
        )
        person = one.people.order_by("pk").first()
        if person is not None:
            people.add(partner=twin, by=by, at=at, name=person.name, email=person.email, job_title="Managing director")
        if source is not None and number == 0:
            external_ids.attach("partners", source, {twin.pk: f"FAIR-{twin.pk}"})
        if number == TWINS - 1:
            merging.merge(
                survivor=one, merged=twin, by=by, at=at - timedelta(hours=5), note=NOTE,
                choices={"websites": Choice.BOTH, "industries": Choice.BOTH},
            )  # fmt: skip
    while duplicates.check_some():
        pass


def _write_group(chosen: list[Partner], *, by: User, at: datetime) -> None:
    """Let the first stand above two, and one of those above the last."""
    if len(chosen) < 4:  # a very small program has no groups
        return
    top, left, right, office = chosen
    for below, above in ((left, top), (right, top), (office, right)):
        partners.update(partner=below, by=by, at=at, changes={"parent_id": above.pk})


def _write_rules(managers: dict[str, User], *, by: User, at: datetime) -> None:
    """One rule for each manager with regions, in the order of their names."""
    names = dict(Region.objects.values_list("key", "name"))
    for manager in sorted(set(managers.values()), key=lambda one: one.name):
        keys = sorted(key for key, one in managers.items() if one == manager)
        title = ", ".join(names[key] for key in keys if key in names)[:120]
        rule = assignment_rules.create(name=title, manager=manager, by=by, at=at)
        criteria = {
            "combinator": "and",
            "not": False,
            "rules": [{"field": "region", "operator": "any_of", "value": keys}],
        }
        draft = segments.draft_of(segment=rule.segment, by=by, at=at)
        segments.save_draft(version=draft, by=by, at=at, changes={"criteria": criteria})
        segments.publish(version=draft, by=by, at=at)
        assignment_rules.update(rule=rule, by=by, at=at, changes={"is_on": True})
