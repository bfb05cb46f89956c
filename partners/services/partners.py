"""Partner organisations: created, changed, and upserted in bulk. The only writers of `Partner`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.models import Source
from core.rows import RowOutcome
from core.services import external_ids
from partners.models import Partner
from partners.services import cleaning, profile, upserts
from partners.signals import announce_partners

RESOURCE = "partners"
#: A partner's last activity is kept to this grain, so that a busy day does not mean a thousand writes.
ACTIVITY_GRAIN = timedelta(hours=1)


def create(*, by: Any, at: datetime, **fields: Any) -> Partner:
    """Make a partner's one record. `external_ids` may hold its values by source key."""
    ids = fields.pop("external_ids", None) or {}
    values = profile.clean({"name": "", **fields}, profile.Lookups.of([fields]))
    partner = Partner()
    profile.put(partner, values)
    with audit.action("partner.create", by=by):
        _refuse_taken_domain(partner)
        _save(partner, force_insert=True)
        partner.refresh_from_db()
        _attach(partner, ids)
        announce_partners([partner.pk])
    return partner


def update(*, partner: Partner, by: Any, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change a partner's profile. Returns which fields changed; saying the same again writes nothing."""
    values = profile.clean(changes, profile.Lookups.of([changes]))
    with audit.action("partner.update", by=by):
        locked = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
        changed = profile.put(locked, values)
        if "domain" in changed:
            _refuse_taken_domain(locked)
        if "parent_id" in changed:
            profile.refuse_own_ancestor(locked)
        if changed:
            _save(locked, update_fields=changed)
            announce_partners([locked.pk])
    partner.refresh_from_db()
    return [name.removesuffix("_id") if name in {"region_id", "parent_id"} else name for name in changed]


def note_activity(*, partner_ids: Iterable[int], at: datetime) -> int:
    """Note that somebody at these partners did something. Returns how many records were written."""
    quiet = Q(last_active_at__isnull=True) | Q(last_active_at__lt=at - ACTIVITY_GRAIN)
    with audit.action("partner.activity", by=None):
        return Partner.objects.filter(quiet, pk__in=list(partner_ids)).update(last_active_at=at)


def upsert_many(*, rows: Iterable[Mapping[str, Any]], source: Source | None, by: Any, at: datetime) -> list[RowOutcome]:
    """Create or merge partners by the thousand; see `core.rows` for what a row is and what comes back.

    A row finds its partner by `external_id`, else by domain: an organisation has one record, whoever told of it first.
    """
    return upserts.run(PartnerWriter, rows=rows, source=source, by=by, at=at)


def _save(partner: Partner, **how: Any) -> None:
    try:
        with transaction.atomic():
            partner.save(**how)
    except IntegrityError as error:
        if "partner_domain_once" in str(error):
            raise _domain_taken() from None
        raise


def _refuse_taken_domain(partner: Partner) -> None:
    if partner.domain and Partner.objects.filter(domain=partner.domain).exclude(pk=partner.pk).exists():
        raise _domain_taken()


def _domain_taken() -> ValidationError:
    error = cleaning.refusal(_("Another partner has this domain."), "already_exists")
    return ValidationError({"domain": error})


def _attach(partner: Partner, ids: Mapping[str, str]) -> None:
    for key, value in ids.items():
        source = Source.objects.filter(key=key).first()
        if source is None:
            unknown = cleaning.refusal(_("There is no source called %(key)s.") % {"key": key}, "unresolved_reference")
            raise ValidationError({"external_ids": unknown})
        cleaned = external_ids.clean(source, value)
        external_ids.lock(RESOURCE, source, [cleaned])
        if external_ids.find_one(RESOURCE, source, cleaned) not in (None, partner.pk):
            taken = cleaning.refusal(_("Another partner has this id."), "already_exists")
            raise ValidationError({"external_ids": taken})
        external_ids.attach(RESOURCE, source, {partner.pk: cleaned})


class PartnerWriter(upserts.Writer):
    """Partners out of rows."""

    resource = RESOURCE
    model = Partner

    def prepare(self, rows: Sequence[upserts.Row], known: Mapping[str, int]) -> None:
        """Read the partners the rows name or share a domain with, and what the rows refer to."""
        self.lookups = profile.Lookups.of(rows)
        domains = {_domain_of(row) for row in rows} - {""}
        wanted = Q(pk__in=set(known.values())) | Q(domain__in=domains)
        found = list(Partner.objects.select_for_update(of=("self",), no_key=True).filter(wanted).order_by("pk"))
        self.records: dict[int, Partner] = {one.pk: one for one in found}
        self.by_domain: dict[str, Partner] = {one.domain: one for one in found if one.domain}

    def record(self, object_id: int) -> Partner:
        """Return a partner read before."""
        return self.records[object_id]

    def alike(self, row: upserts.Row) -> Partner | None:
        """Return the partner with the row's domain."""
        return self.by_domain.get(_domain_of(row))

    def new(self, row: upserts.Row) -> Partner:
        """Return an empty partner. A new one needs a name."""
        if not row.get("name"):
            missing = cleaning.refusal(_("This is needed."), "required")
            raise ValidationError({"name": missing})
        return Partner()

    def put(self, record: Partner, row: upserts.Row) -> list[str]:
        """Set the row's values; a domain that is another's is refused."""
        values = profile.clean({name: value for name, value in row.items() if name != "external_id"}, self.lookups)
        domain = values.get("domain")
        if domain and self.by_domain.get(domain, record) is not record:
            raise _domain_taken()
        if "parent_id" in values and values["parent_id"] != record.parent_id and record.pk is not None:
            profile.refuse_own_ancestor(Partner(pk=record.pk, parent_id=values["parent_id"]))
        changed = profile.put(record, values)
        if record.domain:
            self.by_domain[record.domain] = record
        return changed

    def announce(self, records: Iterable[Partner]) -> None:
        """Announce the partners written."""
        announce_partners(one.pk for one in records)


def _domain_of(row: upserts.Row) -> str:
    try:
        found: str = cleaning.domain(row.get("domain"))
    except ValidationError:
        return ""
    return found
