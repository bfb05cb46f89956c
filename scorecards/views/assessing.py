"""Filling in a scorecard, on both sides: the same acts on the same rows; only guards, shells and addresses differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import sending
from core.models import VersionState
from core.refusals import Refusal
from partners.models import Partner
from scorecards.models import ASKED, AnswerFile, AssessmentSide, Metric, Scorecard, ScorecardVersion
from scorecards.queries import assessments as reads
from scorecards.queries import use
from scorecards.queries.assessments import Part, Question, Sheet
from scorecards.services import assessments, evidence


@dataclass(frozen=True, slots=True)
class Place:
    """A published scorecard that one side fills in about a partner, and the addresses of its pages."""

    partner: Partner
    version: ScorecardVersion
    side: str

    @classmethod
    def of(cls, partner: Partner, scorecard_id: UUID, side: str) -> "Place":
        """Return the place for a scorecard's public id, or 404 where nothing of it is published."""
        published = ScorecardVersion.objects.filter(state=VersionState.PUBLISHED, definition__retired_at__isnull=True)
        version = get_object_or_404(published.select_related("definition"), definition__public_id=scorecard_id)
        return cls(partner, version, side)

    @property
    def scorecard(self) -> Scorecard:
        """The scorecard itself."""
        return self.version.definition

    @property
    def at_vendor(self) -> bool:
        """Whether these are the vendor's pages."""
        return self.side == AssessmentSide.CAM

    def url(self, name: str, *more: Any) -> str:
        """Return the address of one of its pages."""
        if self.at_vendor:
            return reverse(f"vendor:{name}", args=[self.partner.public_id, self.scorecard.public_id, *more])
        return reverse(f"partner:{name}", args=[self.scorecard.public_id, *more])

    def section(self, key: str) -> str:
        """Return the address of a section's page."""
        return self.url("assessment-section", key)

    @property
    def home(self) -> str:
        """The page where the assessment is looked at when it is done."""
        return self.url("partner-scorecard-detail" if self.at_vendor else "own-scorecard")

    @property
    def base(self) -> str:
        """The shell of its pages."""
        return "vendor/base.html" if self.at_vendor else "partner/base.html"

    def sheet(self, at: datetime) -> Sheet:
        """Return what is asked, or 404 where the scorecard is not in use or asks nothing of this side."""
        if not use.is_in_use(self.partner, self.version, at=at):
            raise Http404
        read = reads.sheet(partner_id=self.partner.pk, version=self.version, side=self.side, at=at)
        if not read.asked:
            raise Http404
        return read

    def metric(self, public_id: UUID) -> Metric:
        """Return a question of any published version, or 404."""
        asked = Metric.objects.filter(
            scorecard_version__definition=self.scorecard,
            scorecard_version__published_at__isnull=False,
            asked_of__in=ASKED[self.side],
        )
        return get_object_or_404(asked.select_related("scorecard_version__definition", "section"), public_id=public_id)


@dataclass(frozen=True, slots=True)
class Given:
    """What a page sent about one question. `level` None and `comment` None were not on it."""

    level: int | None
    comment: str | None
    expected: int | None

    @classmethod
    def of(cls, data: Mapping[str, Any], key: str) -> "Given":
        """Read one question out of a form."""
        level = str(data.get(f"level-{key}", ""))
        expected = str(data.get(f"expected-{key}", ""))
        return cls(
            int(level) if level.isdecimal() and len(level) == 1 else None,
            data.get(f"comment-{key}"),
            int(expected) if expected.isdecimal() and len(expected) < 10 else None,
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that was not kept because another one had been kept meanwhile, and what this page wanted to say."""

    given: Given
    meaning: str


def start(request: HttpRequest, place: Place) -> HttpResponse:
    """Go to the first section with an open question, else to the first one."""
    parts = [part for part in place.sheet(timezone.now()).parts if part.asked]
    first = next((part for part in parts if part.open), parts[0])
    return redirect(place.section(first.section.key))


def section(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """Show one section, or keep all of it and go on: what was kept answer by answer already changes nothing."""
    at = timezone.now()
    sheet = place.sheet(at)
    part = sheet.part(key)
    if part is None or not part.asked:
        raise Http404
    if request.method != "POST":
        return _page(request, place, sheet, part)
    clashes, problems = _keep_all(request, place, part, at)
    if clashes or problems:
        fresh = place.sheet(at)
        return _page(request, place, fresh, fresh.part(key) or part, clashes=clashes, problems=problems, status=422)
    if request.POST.get("act") == "finish":
        return finish(request, place)
    following = _beside(sheet, part, 1)
    return redirect(place.section(following.section.key) if following else place.home)


def answer(request: Any, place: Place, metric_id: UUID) -> HttpResponse:
    """Keep one answer at once. Says so, or shows the other answer that was kept meanwhile."""
    at, metric = timezone.now(), place.metric(metric_id)
    given = Given.of(request.POST, metric.key)
    act, _sep, chosen = request.POST.get("act", "").partition(":")
    if act == "clear":
        given = Given(None, given.comment, given.expected)
    elif act in ("still", "use") and chosen.isdecimal() and len(chosen) == 1:
        said = request.POST.get(f"mine-{metric.key}", given.comment) if act == "use" else given.comment
        given = Given(int(chosen), said, given.expected)
    clash, problem = None, ""
    try:
        _keep(request, place, metric, given, at)
    except assessments.AnsweredMeanwhile:
        clash = Clash(given, metric.anchors[given.level - 1] if given.level else "")
    except Refusal as refusal:
        problem = str(refusal)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        elif clash:
            messages.error(request, _("Nothing was overwritten: this question was answered elsewhere meanwhile."))
        return redirect(f"{place.section(metric.section.key)}#q-{metric.key}")
    return _answered(request, place, metric, at, clash=clash, problem=problem, whole=bool(act))


def confirm(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """Say that all last answers of a section still hold."""
    at = timezone.now()
    part = place.sheet(at).part(key)
    if part is None:
        raise Http404
    last = [one.own.last for one in part.to_confirm if one.own.last]
    try:
        count = assessments.confirm(
            partner=place.partner, answers=last, side=place.side, by=request.user, at=at, shown_at=_shown_at(request)
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ngettext("%d answer confirmed.", "%d answers confirmed.", count) % count)
    return redirect(place.section(key))


def finish(request: HttpRequest, place: Place) -> HttpResponse:
    """Say that the assessment is done. What has no answer is told, and nothing is lost."""
    at = timezone.now()
    sheet = place.sheet(at)
    if sheet.assessment is None:
        messages.error(request, _("Nothing is answered yet: give at least one answer first."))
        return redirect(place.url("assessment"))
    assessments.finish(assessment=sheet.assessment, by=request.user, at=at)
    left = len(sheet.open)
    if left:
        text = ngettext(
            "Finished. %d question has no answer; you can still take the assessment up again.",
            "Finished. %d questions have no answer; you can still take the assessment up again.",
            left,
        )
        messages.success(request, text % left)
    else:
        messages.success(request, _("Finished: every question is answered."))
    return redirect(place.home)


def take_up(request: HttpRequest, place: Place) -> HttpResponse:
    """Go on with a finished assessment."""
    sheet = place.sheet(timezone.now())
    if sheet.assessment is not None:
        assessments.take_up(assessment=sheet.assessment, by=request.user, at=timezone.now())
    return redirect(place.url("assessment"))


def add_file(request: Any, place: Place, metric_id: UUID) -> HttpResponse:
    """Keep evidence beside an answer."""
    at, metric, problem = timezone.now(), place.metric(metric_id), ""
    try:
        for file in request.FILES.getlist(f"file-{metric.key}"):
            assessments.keep_file(
                partner=place.partner, metric=metric, side=place.side, by=request.user, at=at, file=file
            )
    except ValidationError as error:
        problem = " ".join(error.messages)
    if request.htmx:
        return _answered(request, place, metric, at, problem=problem, whole=True)
    if problem:
        messages.error(request, problem)
    return redirect(f"{place.section(metric.section.key)}#q-{metric.key}")


def remove_file(request: Any, place: Place, file: AnswerFile) -> HttpResponse:
    """Show a file no longer."""
    metric, problem = file.answer.metric, ""
    try:
        evidence.take_away(file=file, by=request.user, at=timezone.now())
    except Refusal as refusal:
        problem = str(refusal)
    if request.htmx:
        return _answered(request, place, metric, timezone.now(), problem=problem, whole=True)
    if problem:
        messages.error(request, problem)
    return redirect(f"{place.section(metric.section.key)}#q-{metric.key}")


def with_place(files: Any) -> Any:
    """Return files with what is needed to know where they stand."""
    return files.select_related(
        "answer__metric__section", "answer__assessment__scorecard_version__definition", "answer__assessment__partner"
    )


def send_file(request: HttpRequest, answer_file_id: UUID) -> HttpResponseBase:
    """Send evidence, always for keeping."""
    seen = AnswerFile.objects.visible_to(request.user).there()
    file = get_object_or_404(seen, public_id=answer_file_id)
    return sending.send_file(request, file.file, name=file.file_name, content_type=file.file_type, to_keep=True)


# --- inside


def _keep(request: HttpRequest, place: Place, metric: Metric, given: Given, at: datetime) -> None:
    assessments.answer(
        partner=place.partner,
        metric=metric,
        side=place.side,
        by=request.user,
        at=at,
        level=given.level,
        comment=given.comment,
        expected=given.expected,
        shown_at=_shown_at(request),
    )


def _keep_all(request: HttpRequest, place: Place, part: Part, at: datetime) -> tuple[dict[str, Clash], dict[str, str]]:
    """Keep what a section's form says that is not kept yet. Returns what clashed and what was refused, by key."""
    clashes: dict[str, Clash] = {}
    problems: dict[str, str] = {}
    for question in part.asked:
        metric, key = question.metric, question.metric.key
        given = Given.of(request.POST, key)
        try:
            if not _is_kept(question, given):
                _keep(request, place, metric, given, at)
            for file in request.FILES.getlist(f"file-{key}"):
                assessments.keep_file(
                    partner=place.partner, metric=metric, side=place.side, by=request.user, at=at, file=file
                )
        except assessments.AnsweredMeanwhile:
            clashes[key] = Clash(given, question.meaning(given.level))
        except ValidationError as error:
            problems[key] = " ".join(error.messages)
    return clashes, problems


def _is_kept(question: Question, given: Given) -> bool:
    """Whether a form says nothing about a question that is not kept already."""
    now = question.own.now
    if given.level is None and not (given.comment or "").strip() and now is None:
        return True
    comment = None if given.comment is None else given.comment.replace("\r\n", "\n").strip()
    return now is not None and (now.level, now.comment) == (given.level, now.comment if comment is None else comment)


def _shown_at(request: HttpRequest) -> datetime | None:
    """Return when the page that sends this was made, as the page says; believed within the limits of a break only."""
    text = request.POST.get("shown_at", "")
    try:
        return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) < 12 else None
    except (OverflowError, OSError, ValueError):
        return None


def _beside(sheet: Sheet, part: Part, step: int) -> Part | None:
    parts = [one for one in sheet.parts if one.asked]
    place = [one.section.key for one in parts].index(part.section.key) + step
    return parts[place] if 0 <= place < len(parts) else None


def _frame(place: Place, sheet: Sheet, part: Part) -> dict[str, Any]:
    """Return what the page and its fragments show around questions."""
    return {
        "place": place,
        "sheet": sheet,
        "part": part,
        "at_vendor": place.at_vendor,
        "steps": [
            {
                "label": one.section.name,
                "count": f"{len(one.asked) - len(one.open)}/{len(one.asked)}",
                "url": place.section(one.section.key),
                "done": one.is_done,
                "current": one.section.key == part.section.key,
            }
            for one in sheet.parts
            if one.asked
        ],
    }


def _page(
    request: HttpRequest,
    place: Place,
    sheet: Sheet,
    part: Part,
    *,
    clashes: Mapping[str, Clash] | None = None,
    problems: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    before = _beside(sheet, part, -1)
    context = {
        **_frame(place, sheet, part),
        "base": place.base,
        "trail": _trail(place),
        "rows": [
            _row(place, one, (clashes or {}).get(one.metric.key), (problems or {}).get(one.metric.key, ""))
            for one in part.questions
        ],
        "before": before,
        "before_url": place.section(before.section.key) if before else "",
        "following": _beside(sheet, part, 1),
        "confirm_url": place.url("assessment-confirm", part.section.key),
        "take_up_url": place.url("assessment-take-up"),
        "shown_at": int(timezone.now().timestamp()),
    }
    return render(request, "scorecards/assessments/section.html", context, status=status)


def _trail(place: Place) -> list[tuple[str, str]]:
    if not place.at_vendor:
        return [(_("How you measure up"), reverse("partner:scorecard")), (place.scorecard.name, place.home)]
    return [
        (_("Partners"), reverse("vendor:partner-list")),
        (place.partner.name, reverse("vendor:partner-detail", args=[place.partner.public_id])),
        (_("Scorecards"), reverse("vendor:partner-scorecards", args=[place.partner.public_id])),
        (place.scorecard.name, place.home),
    ]


def _row(place: Place, question: Question, clash: Clash | None = None, problem: str = "") -> dict[str, Any]:
    """Return a question with its addresses."""
    metric = question.metric
    return {
        "question": question,
        "key": metric.key,
        "clash": clash,
        "problem": problem,
        "answer_url": place.url("answer-save", metric.public_id) if question.is_asked else "",
        "file_url": place.url("answer-file-add", metric.public_id) if question.is_asked else "",
    }


def _answered(
    request: HttpRequest,
    place: Place,
    metric: Metric,
    at: datetime,
    *,
    clash: Clash | None = None,
    problem: str = "",
    whole: bool = False,
) -> HttpResponse:
    """Return what changed on the page: a line under the question, or the whole question where more than that did."""
    sheet = place.sheet(at)
    part = sheet.part(metric.section.key)
    question = next((one for one in part.questions if one.metric.key == metric.key), None) if part else None
    if part is None or question is None:
        raise Http404
    whole = whole or clash is not None or bool(problem)
    context = {**_frame(place, sheet, part), **_row(place, question, clash, problem), "saved": not (clash or problem)}
    name = "_question_saved" if whole else "_saved"
    response = render(request, f"scorecards/assessments/{name}.html", context, status=422 if clash or problem else 200)
    if whole:
        response["HX-Retarget"], response["HX-Reswap"] = f"#q-{metric.key}", "outerHTML"
    return response
