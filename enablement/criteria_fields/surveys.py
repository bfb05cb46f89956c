"""What criteria may ask about answers to surveys: those with a name only, never anything about anonymous ones."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from criteria.fields import Choice, Collection, Field, Kind, registry
from enablement.criteria_fields.learning import PERSON
from enablement.models import Survey


def _surveys() -> Sequence[Choice]:
    return [Choice(one.key, one.name, one.pk) for one in Survey.objects.order_by("name")]


SURVEY_ANSWERS = Collection(
    key="survey_answers",
    label=_("Survey answers"),
    description=_("Answers that people of the partner handed in with their name; never anonymous ones."),
    source="enablement_surveyresponse response"
    " JOIN enablement_surveyround round ON round.id = response.round_id"
    " JOIN enablement_survey survey ON survey.id = round.survey_id"
    " JOIN partners_person person ON person.id = response.person_id",
    partner_id="response.partner_id",
    record_id="response.id",
    name="person.name || ': ' || survey.name",
    day="handed_in_at",
    always="NOT response.is_anonymous AND response.handed_in_at IS NOT NULL",
    partner_may_see=False,
    fields=(
        Field(
            "survey",
            _("Survey"),
            Kind.CHOICE,
            "survey.id",
            description=_("Which survey it answers."),
            example="how-are-we-doing",
            choices=_surveys,
        ),
        Field(
            "handed_in_at",
            _("Handed in"),
            Kind.MOMENT,
            "response.handed_in_at",
            description=_("When it was handed in, or changed last."),
            example="2026-03-01",
        ),
        Field(
            "nps",
            _("Would recommend us"),
            Kind.NUMBER,
            "response.nps",
            description=_("The answer from 0 to 10 to whether they would recommend us; empty where it was not asked."),
            example="9",
        ),
        PERSON,
    ),
)

registry.add_collections(SURVEY_ANSWERS)
