"""What names in addresses of surveys stand for."""

from core.models.base import VersionState
from tests.architecture.subjects import owned, published_or_not, shared, subject
from tests.architecture.world import EVERYBODY, VENDOR, Thing, Variants, World
from tests.factories import surveys


@subject("survey")
def survey(world: World) -> Variants:
    """A published survey with an open round and a draft, and one that is a draft only."""
    published = surveys.SurveyFactory()
    surveys.SurveyRoundFactory(survey=published)
    draft = surveys.SurveyFactory(published_at=None)
    for one in (published, draft):
        surveys.SurveyVersionFactory(definition=one, state=VersionState.DRAFT, published_at=None)
    return published_or_not(published, draft)


@subject(*(f"survey@survey-{verb}" for verb in ("version", "results", "texts", "answered", "export")))
def asked(world: World) -> Variants:
    """The one that was asked, on pages of its rounds and versions."""
    return shared(world.things("survey", survey).own.record)


@subject("survey_round")
def survey_round(world: World) -> Variants:
    """The round of that survey."""
    return shared(world.things("survey", survey).own.record.rounds.get())


@subject("survey_answer")
def survey_answer(world: World) -> Variants:
    """What somebody at each partner answered with their name."""
    return owned(*(surveys.SurveyResponseFactory(person=world.people[name].person) for name in ("pete", "olga")))


@subject("question_key")
def question_key(world: World) -> Variants:
    """A question of both drafts."""
    return Variants(Thing("why", EVERYBODY), missing="no-such-question")


@subject("survey_action")
def survey_action(world: World) -> Variants:
    """Something Pinewood is invited to work out, and something Oakhurst is."""
    made = []
    for partner in (world.pinewood, world.oakhurst):
        made.append(surveys.SurveyActionFactory())
        surveys.SurveyActionGuestFactory(action=made[-1], partner=partner)
    return Variants(
        Thing(str(made[0].public_id), VENDOR | {"paula", "pete"}, made[0]),
        Thing(str(made[1].public_id), VENDOR | {"olga"}, made[1]),
    )
