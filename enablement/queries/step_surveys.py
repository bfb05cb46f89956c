"""Surveys as steps of journeys: which of them somebody at a partner can answer now, and which journeys ask one."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from core.models import VersionState
from enablement.models import Journey, JourneyStep, Survey, SurveyRound
from enablement.queries.surveys import program_day
from enablement.querysets import fitting_people, meant_for
from partners.models import Partner


def open_rounds(survey_ids: Iterable[int], *, partner: Partner, at: datetime) -> dict[int, SurveyRound]:
    """Return the rounds that are open and ask somebody at a partner, by the ids of their surveys."""
    ids = set(survey_ids)
    if not ids:
        return {}
    there = fitting_people(OuterRef).filter(partner=partner)
    asking = Survey.objects.published().filter(meant_for([partner.pk]), Exists(there), pk__in=ids)
    rounds = SurveyRound.objects.open_on(program_day(at)).filter(survey__in=asking)
    return {one.survey_id: one for one in rounds}


def journeys_asking(survey: Survey) -> "QuerySet[Journey]":
    """Return the journeys that ask a survey, in the version in force or in a draft."""
    steps = JourneyStep.objects.filter(survey=survey, journey_version__definition=OuterRef("pk"))
    in_use = steps.exclude(journey_version__state=VersionState.SUPERSEDED)
    return Journey.objects.filter(Exists(in_use), retired_at__isnull=True).order_by("name", "pk")
