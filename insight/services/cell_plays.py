"""The play of a cell, given to partners: to chosen ones at once, to a whole cell part by part.

Nothing is stored for this that plays do not keep anyway: a partner that has the play in work keeps it as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from core.audit import action
from core.refusals import Refusal
from core.services import outbox
from insight.models import MatrixCell
from partners.models import Partner
from scorecards.models import Play, Prescription
from scorecards.queries.prescriptions import metric_to_watch
from scorecards.services import prescriptions

GIVE = "insight.give_cell_play"
BATCH = 100
#: So many at once: more than that deserve a segment and a play of its own, which is measured.
MOST = 10_000
log = structlog.get_logger("insight")


@dataclass(frozen=True, slots=True)
class Given:
    """How many got the play, had it in work already, and cannot take it up, such as content that is not for them."""

    new: int = 0
    had: int = 0
    left_out: int = 0


def give(*, cell: MatrixCell, partners: Sequence[Partner], by: User, at: datetime) -> Given:
    """Give the play of a cell to some partners. Who has it in work keeps it."""
    play = _play_of(cell)
    had = set(Prescription.objects.open().filter(play=play, partner__in=partners).values_list("partner_id", flat=True))
    new = left_out = 0
    with action("matrix.give_play", by=by, matrix=cell.matrix_id, cell=cell.pk):
        for partner in partners:
            if partner.pk in had:
                continue
            if _give_one(cell, partner, play, by=by, at=at):
                new += 1
            else:
                left_out += 1
    return Given(new, len(had), left_out)


def _give_one(cell: MatrixCell, partner: Partner, play: Play, *, by: User, at: datetime) -> bool:
    try:
        with transaction.atomic():
            prescriptions.accept(
                partner=partner,
                play=play,
                by=by,
                at=at,
                words=play.partner_does or play.objective,
                **metric_to_watch(play, partner, at=at),
            )
    except Refusal as refusal:
        log.info("matrix.left_out", cell=cell.pk, partner=partner.pk, why=str(refusal))
        return False
    return True


def give_to_all(*, cell: MatrixCell, partner_ids: Sequence[int], by: User, at: datetime) -> int:
    """Have a play given to many partners by workers, a hundred to a message. Returns how many parts there are."""
    play = _play_of(cell)
    if len(partner_ids) > MOST:
        told = _("These are more than %(most)d partners. Make a segment of the cell and plan a play for it.")
        raise Refusal(told % {"most": MOST}, code="too_many")
    parts = [partner_ids[first : first + BATCH] for first in range(0, len(partner_ids), BATCH)]
    with action("matrix.give_play", by=by, matrix=cell.matrix_id, cell=cell.pk):
        for part in parts:
            outbox.put(topic=GIVE, payload={"cell": cell.pk, "play": play.pk, "partners": list(part), "by": by.pk})
    return len(parts)


def give_part(payload: Mapping[str, Any], *, at: datetime) -> Given:
    """Give a part, to those whom the giver may still see. A play that is not in use any more is given to nobody."""
    cell = MatrixCell.objects.filter(pk=payload["cell"], play=payload["play"]).select_related("play").first()
    by = User.objects.filter(pk=payload["by"], is_active=True).first()
    if cell is None or by is None or not by.has(Permission.EDIT_PARTNERS):
        log.info("matrix.not_given", cell=payload["cell"], play=payload["play"])
        return Given()
    partners = Partner.objects.visible_to(by).filter(pk__in=payload["partners"]).order_by("pk")
    try:
        return give(cell=cell, partners=list(partners), by=by, at=at)
    except Refusal as refusal:
        log.info("matrix.not_given", cell=cell.pk, why=str(refusal))
        return Given()


def _play_of(cell: MatrixCell) -> Play:
    play: Play | None = cell.play
    if play is None:
        raise Refusal(_("This cell has no play yet. Choose one first."), code="no_play")
    if not play.is_offered:
        raise Refusal(_("“%(name)s” is not published.") % {"name": play}, code="not_published")
    return play
