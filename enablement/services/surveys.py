"""Surveys: made, described, published, retired.

Their questions are in `survey_questions`, rounds in `survey_rounds`, answers in `survey_answers`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from core.audit import action
from core.refusals import Refusal
from core.services import versions
from enablement.models import CutBy, Survey, SurveyVersion
from enablement.models.audiences import PEOPLE_COLUMNS
from enablement.services import survey_rounds
from enablement.services.fields import apply, known
from enablement.services.keys import free_key

EDITABLE = frozenset(
    {
        *("name", "summary", "audience", "owner", *PEOPLE_COLUMNS),
        *("is_anonymous", "answered_by", "cut_by", "cut_segment", "opens_on", "open_days", "repeats_months"),
    }
)
#: A month has so many days at least: a round has to end before the next one opens.
SHORTEST_MONTH_DAYS = 28


def create(*, by: User | None, at: datetime, name: str, key: str = "", **fields: Any) -> Survey:
    """Make a survey with a draft that has no questions yet."""
    survey = Survey(name=name, key=key or free_key(Survey, name), **known(fields, EDITABLE))
    if survey.owner is None:
        survey.owner = by
    _settle(survey)
    survey.full_clean(exclude=["public_id"], validate_constraints=False)
    with action("survey.create", by=by):
        survey.save()
        versions.draft_of(definition=survey, by=by, at=at)
    return survey


def update(*, survey: Survey, by: User | None, at: datetime, changes: Mapping[str, Any]) -> list[str]:
    """Change how a survey is described, for whom and when it is. Its terms change for rounds to come only."""
    before = {name: getattr(survey, name) for name in ("cut_by", "cut_segment")}
    changed = apply(survey, known(changes, EDITABLE))
    _settle(survey)
    changed += [name for name, value in before.items() if name not in changed and getattr(survey, name) != value]
    if changed:
        survey.clean_fields()
        with action("survey.update", by=by):
            survey.save(update_fields=changed)
            survey_rounds.open_if_due(survey=survey, at=at)
    return changed


def publish(*, survey: Survey, by: User | None, at: datetime, note: str = "", expected: int | None = None) -> bool:
    """Make the draft what the coming rounds ask; when its day has come, the first round opens at once.

    A round that is open goes on with the questions it began with. Returns False when there is no draft any more.
    """
    with action("survey.publish", by=by):
        Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
        draft: SurveyVersion | None = versions.existing_draft_of(survey)
        if draft is None:
            return False
        versions.save_draft(version=draft, by=by, at=at, changes={"note": note}, expected=expected)
        versions.publish(version=draft, by=by, at=at, checks=[_check_ready])
        if survey.published_at is None:
            survey.published_at = at
            survey.save(update_fields=["published_at"])
        survey_rounds.open_if_due(survey=survey, at=at)
    return True


def draft_of(*, survey: Survey, by: User | None, at: datetime) -> SurveyVersion:
    """Return the draft to edit, made as a copy of the published version when there is none yet."""
    draft: SurveyVersion = versions.draft_of(definition=survey, by=by, at=at)
    return draft


def discard_draft(*, survey: Survey, by: User | None, at: datetime) -> bool:
    """Throw the draft away. Returns False when there is none."""
    draft = versions.existing_draft_of(survey)
    if draft is None:
        return False
    versions.discard(version=draft, by=by, at=at)
    return True


def retire(*, survey: Survey, by: User | None, at: datetime) -> bool:
    """Ask no more. A round that is open closes; what was answered stays."""
    if survey.retired_at:
        return False
    survey.retired_at = at
    with action("survey.retire", by=by):
        survey.save(update_fields=["retired_at"])
        survey_rounds.close_open_one(survey=survey, at=at)
    return True


def restore(*, survey: Survey, by: User | None, at: datetime) -> bool:
    """Ask again, from the next round on."""
    if not survey.retired_at:
        return False
    survey.retired_at = None
    with action("survey.restore", by=by):
        survey.save(update_fields=["retired_at"])
    return True


def _settle(survey: Survey) -> None:
    """Answers with a name need no cut; a cut by segment needs one, and no other does. Rounds do not meet."""
    if not survey.is_anonymous:
        survey.cut_by = CutBy.NOTHING
    if survey.cut_by != CutBy.SEGMENT:
        survey.cut_segment = None
    elif survey.cut_segment is None:
        raise Refusal({"cut_segment": _("Choose the segment.")})
    if survey.repeats_months and survey.open_days > survey.repeats_months * SHORTEST_MONTH_DAYS:
        raise Refusal({"open_days": _("A round has to end before the next one opens.")})


def _check_ready(draft: SurveyVersion) -> None:
    if not draft.questions:
        raise Refusal(_("Write at least one question first."))
