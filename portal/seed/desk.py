"""What managers keep on their desks: who helps with a partner, who stands in, views they saved, what they put away."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from accounts.services import saved_views
from core.models import Program
from core.periods import today
from partners.models import Partner
from partners.services import leave_covers, secondary_assignments
from portal.seed.lot import Lot
from scorecards.models import Alert, AlertKind
from scorecards.services import action_choices, alert_digests, alerts

#: Why a colleague helps, in turn.
REASONS = ("Speaks Spanish with them", "Knows their data centre", "Takes over the security practice", "")
VIEWS = (
    ("Deals that stand still", {"alert": "deal", "layout": "table"}, ("stage", "pipeline", "touched", "next"), "-pipeline"),
    ("Weak scores", {"zone": "low", "layout": "table"}, ("stage", "tier", "score", "change", "next"), "score"),
    ("Whom I help with", {"whose": "secondary"}, (), ""),
)  # fmt: skip


def write(key: str, managers: Iterable[User], *, by: User, at: datetime) -> None:
    """Look at everybody as workers do on a day, and write what managers would have done since."""
    while alerts.continue_run(at=at):
        pass
    alerts.start_run(reason="A new day", slot=alerts.day_slot(at=at))
    while alerts.continue_run(at=at):
        pass
    staff = sorted({one.pk: one for one in managers}.values(), key=lambda one: one.pk)
    day = today(at=at, zone=Program.current().zone)
    for number, manager in enumerate(staff):
        lot = Lot(key, "desk", manager.email)
        colleague = staff[(number + 1) % len(staff)]
        own = list(Partner.objects.assigned_to(manager).order_by("pk"))
        if colleague != manager:
            for partner in lot.sample(own, min(3, len(own))):
                began = at - timedelta(days=lot.randint(20, 200))
                reason = REASONS[number % len(REASONS)]
                secondary_assignments.add(partners=[partner], user=colleague, by=by, at=began, reason=reason)
        for name, filters, columns, sort in VIEWS:
            saved_views.save(
                page="dashboard", name=name, by=manager, at=at, filters=filters, columns=columns, sort=sort,
                is_shared=name == VIEWS[0][0] and number == 0,
            )  # fmt: skip
        silent = Alert.objects.open().filter(partner__in=own, kind=AlertKind.SILENT).select_related("partner")
        for alert in silent.order_by("pk")[:1]:
            action_choices.set_aside(
                key=f"alert-{alert.pk}", partner=alert.partner, title="Call to reactivate", by=manager, at=at,
                reason="Their office is closed until after the fair.", until_on=day + timedelta(days=10),
            )  # fmt: skip
    if len(staff) > 1:
        leave_covers.arrange(
            user=staff[1], stand_in=staff[0], first_on=day - timedelta(days=2), last_on=day + timedelta(days=5), by=by,
            at=at, note="The renewal of the harbour framework is due next week.",
        )  # fmt: skip
    alert_digests.send(at=at)
