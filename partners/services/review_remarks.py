"""What somebody says of the differences of a review, one by one, before deciding."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core import audit
from core.refusals import Refusal
from partners.models import CategoryMembership, MembershipReview, RemarkMark, ReviewRemark
from partners.queries import reviews as reads
from partners.services import stays
from partners.services.reviews import AlreadyDecided, NoteMissing


class Gone(Refusal):
    """What was looked at is no difference any more."""


def accept(*, review: MembershipReview, clause: str, by: Any | None, at: datetime) -> bool:
    """Say that a difference is all right. Returns whether that was a change."""
    return _mark(review, clause, RemarkMark.ACCEPTED, by=by, at=at)


def note(*, review: MembershipReview, clause: str, by: Any | None, at: datetime, text: str) -> bool:
    """Say what is to be mended about a difference. Returns whether that was a change."""
    if not text.strip():
        raise NoteMissing({"note": _("Say what is to be mended.")})
    return _mark(review, clause, RemarkMark.NOTED, by=by, at=at, text=text.strip())


def take_back(*, review: MembershipReview, clause: str, by: Any | None, at: datetime) -> bool:
    """Take back what was said of a difference. Returns whether anything was."""
    with audit.action("review.take_back_remark", by=by):
        _open(review)
        gone: int = ReviewRemark.objects.filter(review=review, clause=clause).delete()[0]
    return bool(gone)


def _mark(
    review: MembershipReview, clause: str, mark: RemarkMark, *, by: Any | None, at: datetime, text: str = ""
) -> bool:
    with audit.action("review.mark", by=by):
        differences = {row.key: row for row in reads.checked(_open(review), at).clauses if row.is_different}
        if clause not in differences:
            raise Gone(_("That is no difference any more. Look again."))
        said = {"mark": mark, "note": text}
        known = ReviewRemark.objects.filter(review=review, clause=clause).first()
        if known is not None and (known.mark, known.note) == (mark, text):
            return False
        more = {"asked": differences[clause].asked, "marked_at": at, "marked_by": stays.person(by)}
        ReviewRemark.objects.update_or_create(review=review, clause=clause, defaults={**said, **more})
    return True


def _open(review: MembershipReview) -> MembershipReview:
    """Return a review as it is now, with its partner locked; refuse one that is closed."""
    stays.lock(CategoryMembership.objects.values_list("partner_id", flat=True).get(pk=review.membership_id))
    rows = MembershipReview.objects.select_related("membership__partner", "membership__category")
    found: MembershipReview = rows.get(pk=review.pk)
    if not found.is_open:
        raise AlreadyDecided(_("This review was closed meanwhile."), code="decided")
    return found
