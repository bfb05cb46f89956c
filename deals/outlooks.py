"""The pipeline as an outlook: a partner's open deals, as if they were won on the day they are expected to close."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import program_currency
from core.periods import add_months
from core.templatetags.formats import money
from deals.models import Deal, DealParticipant, DealStage
from partners.models import Partner
from segmentation.engine import StandIns
from segmentation.outlooks import Outlook, register

#: A partner's own rate of winning says something from so many closed deals on; with fewer, the program's does.
ENOUGH_CLOSED = 5
CLOSED_WITHIN_MONTHS = 24


@register
def pipeline(partner: Partner, today: date, until: date) -> Iterable[Outlook]:
    """Return the open deals due by a day as won: all of them whole, and by what such deals have come to so far.

    A deal whose day has passed counts from today. Nothing comes of an empty pipeline.
    """
    mine = Deal.objects.filter(Exists(DealParticipant.objects.filter(deal=OuterRef("pk"), partner=partner)))
    open_by_then = Q(stage=DealStage.OPEN, expected_close_on__lte=until)
    closed = Q(closed_on__gt=add_months(today, -CLOSED_WITHIN_MONTHS))
    found = mine.aggregate(
        n=Count("pk", filter=open_by_then),
        worth=Sum("program_amount", filter=open_by_then),
        won=Count("pk", filter=closed & Q(stage=DealStage.WON)),
        lost=Count("pk", filter=closed & Q(stage=DealStage.LOST)),
    )
    if not found["n"]:
        return
    deals = ngettext("%(n)s open deal over %(worth)s", "%(n)s open deals over %(worth)s", found["n"]) % {
        "n": found["n"],
        "worth": money(found["worth"], str(program_currency)),
    }
    rate, of_whom = _rate(found["won"], found["lost"], closed)
    if rate is not None:
        says = _("%(deals)s, amounts counted at %(percent)s %%: %(whose)s share of deals won in two years.") % {
            "deals": deals,
            "percent": round(100 * rate),
            "whose": of_whom,
        }
        yield Outlook("weighted", _("With the pipeline, weighted"), says, _as_won(partner, today, until, rate))
    says = _("%(deals)s, all won on the day they are expected to close.") % {"deals": deals}
    yield Outlook("full", _("With the whole pipeline won"), says, _as_won(partner, today, until, Decimal(1)))


def _rate(won: int, lost: int, closed: Q) -> tuple[Decimal | None, str]:
    """Return the share of closed deals that were won, and whose it is."""
    if won + lost >= ENOUGH_CLOSED:
        return Decimal(won) / (won + lost), _("this partner's")
    everybody = Deal.objects.filter(closed).aggregate(
        won=Count("pk", filter=Q(stage=DealStage.WON)), lost=Count("pk", filter=Q(stage=DealStage.LOST))
    )
    total = everybody["won"] + everybody["lost"]
    return (Decimal(everybody["won"]) / total if total else None), _("the program's")


def _as_won(partner: Partner, today: date, until: date, weight: Decimal) -> StandIns:
    """Return the table of the partner's deals with those due by a day won."""
    due = "stage = 'open' AND expected_close_on <= %(outlook_until)s"
    imagined = {
        "stage": f"CASE WHEN {due} THEN 'won' ELSE stage END",
        "closed_on": f"CASE WHEN {due} THEN greatest(expected_close_on, %(outlook_today)s) ELSE closed_on END",
        "program_amount": f"CASE WHEN {due} THEN round(program_amount * %(outlook_weight)s) ELSE program_amount END",
    }
    columns = ", ".join(
        f"{imagined[one.column]} AS {one.column}" if one.column in imagined else one.column
        for one in Deal._meta.concrete_fields
    )
    table = Deal._meta.db_table
    select = (
        f"SELECT {columns} FROM {table} WHERE id IN"  # noqa: S608 - our own names
        " (SELECT deal_id FROM deals_dealparticipant WHERE partner_id = %(outlook_partner)s)"
    )
    parameters = {
        "outlook_until": until,
        "outlook_today": today,
        "outlook_weight": weight,
        "outlook_partner": partner.pk,
    }
    return StandIns({table: select}, parameters)
