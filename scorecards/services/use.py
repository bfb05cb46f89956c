"""Scorecards switched on and off for single partners. What was on stays in the history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from core.services import versions
from partners.models import Partner
from partners.services.stays import person
from partners.signals import announce_partners
from scorecards.models import PartnerScorecard, Reach, Scorecard


class NotToSwitch(Refusal):
    """The scorecard is not one that is switched on for single partners."""


def switch_on(
    *, partner: Partner, scorecard: Scorecard, by: Any | None, at: datetime, reason: str = ""
) -> PartnerScorecard:
    """Use a scorecard for a partner from now on. On already, it stays as it is."""
    _expect_fit_to_switch(scorecard)
    with audit.action("scorecard.switch_on", by=by):
        there = open_use(partner, scorecard)
        if there is not None:
            return there
        try:
            with transaction.atomic():
                used: PartnerScorecard = PartnerScorecard.objects.create(
                    partner=partner, scorecard=scorecard, starts_at=at, switched_on_by=person(by), reason=reason.strip()
                )
        except IntegrityError as error:
            if "partner_scorecard_on_once" not in str(error):
                raise
            return switch_on(partner=partner, scorecard=scorecard, by=by, at=at)
        announce_partners([partner.pk])
    return used


def switch_on_many(
    *, partners: Sequence[Partner], scorecard: Scorecard, by: Any | None, at: datetime, reason: str = ""
) -> list[Partner]:
    """Use a scorecard for many partners from now on. Returns those for whom it was not on already."""
    _expect_fit_to_switch(scorecard)
    with audit.action("scorecard.switch_on", by=by):
        wanted = Partner.objects.select_for_update().filter(pk__in=[partner.pk for partner in partners]).order_by("pk")
        used = PartnerScorecard.objects.open().filter(scorecard=scorecard, partner__in=partners)
        switched = list(wanted.exclude(pk__in=list(used.values_list("partner_id", flat=True))))
        PartnerScorecard.objects.bulk_create(
            (
                PartnerScorecard(
                    partner=partner, scorecard=scorecard, starts_at=at, switched_on_by=person(by), reason=reason.strip()
                )
                for partner in switched
            ),
            ignore_conflicts=True,  # somebody may switch it on for one of them at this very moment
        )
        announce_partners([partner.pk for partner in switched])
    return switched


def switch_off(*, partner: Partner, scorecard: Scorecard, by: Any | None, at: datetime, reason: str = "") -> bool:
    """Use a scorecard for a partner no longer; its answers stay and can be read. Returns whether it was on."""
    with audit.action("scorecard.switch_off", by=by):
        ended = (
            PartnerScorecard.objects.open()
            .filter(partner=partner, scorecard=scorecard)
            .update(ends_at=at, switched_off_by=person(by), end_reason=reason.strip())
        )
        if ended:
            announce_partners([partner.pk])
    return bool(ended)


def switch_off_many(
    *, partners: Sequence[Partner], scorecard: Scorecard, by: Any | None, at: datetime, reason: str = ""
) -> int:
    """Use a scorecard for many partners no longer; answers stay and can be read. Returns for how many it was on."""
    with audit.action("scorecard.switch_off", by=by):
        used = PartnerScorecard.objects.select_for_update().open().filter(scorecard=scorecard, partner__in=partners)
        rows = dict(used.order_by("pk").values_list("pk", "partner_id"))
        PartnerScorecard.objects.filter(pk__in=rows).update(
            ends_at=at, switched_off_by=person(by), end_reason=reason.strip()
        )
        announce_partners(rows.values())
    return len(rows)


def open_use(partner: Partner, scorecard: Scorecard) -> PartnerScorecard | None:
    """Return since when a scorecard is on for a partner, or None."""
    rows = PartnerScorecard.objects.open().filter(partner=partner, scorecard=scorecard)
    return rows.first()


def _expect_fit_to_switch(scorecard: Scorecard) -> None:
    if scorecard.retired_at is not None:
        raise NotToSwitch(_("%(name)s is retired.") % {"name": scorecard}, code="retired")
    if scorecard.reach != Reach.SWITCHED_ON:
        everybody = _("%(name)s measures everybody it applies to; it is not switched on for single partners.")
        raise NotToSwitch(everybody % {"name": scorecard}, code="for_everybody")
    if versions.published_of(scorecard) is None:
        raise NotToSwitch(_("%(name)s is not published yet.") % {"name": scorecard}, code="not_published")
