"""What names in addresses of scorecards of one partner and of assessments stand for."""

from typing import Any

from tests.architecture.subjects import owned, shared, subject
from tests.architecture.world import EVERYBODY, Thing, Variants, World
from tests.factories import assessments, scorecards

#: Pages of a published scorecard of one partner, on both sides.
PAGES = (
    *("partner-scorecard-detail", "partner-scorecard-panel", "partner-assessments-panel", "self-assessment-ask"),
    *("partner-scorecard-switch-on", "partner-scorecard-switch-off", "own-scorecard", "assessments-panel"),
    *("assessment", "assessment-finish", "assessment-take-up", "assessment-section", "assessment-confirm"),
    *("answer-save", "answer-file-add"),
)


def _published(_world: World) -> Variants:
    scorecard = scorecards.ScorecardFactory(name="Basics")
    scorecards.publish_metrics(scorecard, assessments.question())
    return shared(scorecard)


def _question(world: World) -> Any:
    scorecard = world.things("published scorecard", _published).own.record
    return scorecard.versions.get().metrics.get()


@subject(*(f"scorecard@{name}" for name in PAGES))
def assessed_scorecard(world: World) -> Variants:
    """A published scorecard that measures everybody and asks both sides."""
    return world.things("published scorecard", _published)


@subject("section_key")
def section_key(world: World) -> Variants:
    """Its section, by the key in addresses."""
    section = _question(world).section
    return Variants(Thing(section.key, EVERYBODY, section), missing="nowhere")


@subject("metric@answer-save", "metric@answer-file-add")
def asked_metric(world: World) -> Variants:
    """Its question."""
    metric = _question(world)
    return Variants(Thing(str(metric.public_id), EVERYBODY, metric))


@subject("assessment")
def assessment(world: World) -> Variants:
    """What each partner said of itself."""
    return owned(
        *(assessments.AssessmentFactory(partner=one, side="partner") for one in (world.pinewood, world.oakhurst))
    )


def _files(world: World, side: str) -> Variants:
    return owned(
        *(
            assessments.AnswerFileFactory(answer__assessment__partner=one, answer__assessment__side=side)
            for one in (world.pinewood, world.oakhurst)
        )
    )


@subject("answer_file")
def answer_file(world: World) -> Variants:
    """Evidence beside what each partner said."""
    return _files(world, "partner")


@subject("answer_file@answer-file-remove")
def answer_file_of_manager(world: World) -> Variants:
    """Evidence beside what the manager said, which only the vendor's side takes away."""
    return _files(world, "cam")
