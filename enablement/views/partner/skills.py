"""Skills and ways of working for partners: what is asked, what each has, and how to get there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, partner_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from enablement.forms.skills import AdoptionForm, SayForm
from enablement.models import Course, Process, Skill, SkillSource
from enablement.queries import certifying
from enablement.queries import holdings as reads
from enablement.queries import processes as ways
from enablement.services import holdings, processes
from partners.forms.refusals import show_refusal
from partners.models import Person


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def skill_list(request: Any) -> HttpResponse:
    """Show one's own skills and how to get others, and those of one's colleagues."""
    listed, day = reads.offered(), _today()
    rows = reads.team(request.partner, listed, day=day)
    mine = next((row.cells for row in rows if row.person.pk == request.partner_person.pk), [])
    context = {
        "skills": listed,
        "mine": mine,
        "rows": rows,
        "courses": set(Course.objects.visible_to(request.user).values_list("pk", flat=True)),
        "certifications": set(certifying.offered_to(request.user).values_list("pk", flat=True)),
        "manages": allowed(request.user, Permission.MANAGE_OWN_PEOPLE),
    }
    return render(request, "enablement/partner/skills/list.html", context)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_http_methods(["GET", "HEAD", "POST"])
def skill_tell(request: Any, public_id: UUID) -> HttpResponse:
    """Say how well one can do something, or as a partner admin how well a colleague can."""
    skill, person = _skill(request, public_id), _whom(request)
    held = reads.of_people([person.pk], day=_today()).get((person.pk, skill.pk), reads.Holding())
    initial = {"level": held.told.level, "note": held.told.note} if held.told else {}
    form = SayForm(request.POST or None, skill=skill, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {"person": person, "skill": skill, "source": SkillSource.TOLD, "by": request.user}
        try:
            holdings.say(**said, **form.cleaned_data, at=timezone.now())
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("partner:skill-list")
    context = {
        "form": form,
        "skill": skill,
        "person": person,
        "held": held,
        "is_own": person.pk == request.partner_person.pk,
    }
    return render(request, "enablement/partner/skills/tell.html", context, status=422 if form.errors else 200)


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_POST
def skill_take_back(request: Any, public_id: UUID) -> HttpResponse:
    """Take back what one said."""
    person = _whom(request)
    holdings.take_back(
        person=person, skill=_skill(request, public_id), source=SkillSource.TOLD, by=request.user, at=timezone.now()
    )
    return redirect("partner:skill-list")


@partner_view(Permission.USE_PARTNER_PORTAL)
@require_safe
def process_list(request: Any) -> HttpResponse:
    """Show the ways of working with where the partner is."""
    context = {
        "standings": ways.standings(request.partner, at=timezone.now()),
        "may_tell": allowed(request.user, Permission.MANAGE_OWN_PEOPLE),
    }
    return render(request, "enablement/partner/processes/list.html", context)


@partner_view(Permission.MANAGE_OWN_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def process_tell(request: Any, public_id: UUID) -> HttpResponse:
    """Say how far one's own company is with a way of working."""
    process = get_object_or_404(Process.objects.visible_to(request.user).filter(rule=None), public_id=public_id)
    said = request.partner.adoptions.filter(process=process, source=SkillSource.TOLD, ended_at=None).first()
    form = AdoptionForm(request.POST or None, initial={"state": said.state, "note": said.note} if said else {})
    if request.method == "POST" and form.is_valid():
        told = {"partner": request.partner, "process": process, "source": SkillSource.TOLD, "by": request.user}
        try:
            processes.say(**told, **form.cleaned_data, at=timezone.now())
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("partner:process-list")
    context = {"form": form, "process": process}
    return render(request, "enablement/partner/processes/tell.html", context, status=422 if form.errors else 200)


def _skill(request: Any, public_id: UUID) -> Skill:
    return get_object_or_404(Skill.objects.visible_to(request.user), public_id=public_id)


def _whom(request: Any) -> Person:
    """Return whose skill it is: one's own, or for partner admins that of the colleague the address names."""
    named = request.GET.get("person") or request.POST.get("person")
    if not named or not allowed(request.user, Permission.MANAGE_OWN_PEOPLE):
        mine: Person = request.partner_person
        return mine
    colleagues = Person.objects.of(request.partner).filter(left_at=None)
    return get_object_or_404(colleagues, public_id=_as_id(named))


def _as_id(named: str) -> UUID:
    try:
        return UUID(named)
    except ValueError:
        return UUID(int=0)


def _today() -> Any:
    return today(at=timezone.now(), zone=Program.current().zone)
