"""The vendor's skills: the catalogue, what proves each, who has it, and where nobody does."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from core.models import Program
from core.periods import today
from core.refusals import Refusal
from enablement.forms.skills import ConfirmSkillForm, EvidenceForm, SkillForm
from enablement.models import Skill, SkillEvidence, SkillSource
from enablement.queries import holdings as reads
from enablement.queries import processes as ways
from enablement.services import holdings, skills
from partners.forms.refusals import show_refusal
from partners.models import Partner, Person

PARTNERS_SHOWN = 25
#: All who have a skill stand on one page, the best first.
HOLDERS_A_PAGE = 50


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def skill_list(request: HttpRequest) -> HttpResponse:
    """List the skills, area by area."""
    said = Q(held__ended_at=None)
    rows = Skill.objects.annotate(
        proofs=Count("evidence", distinct=True),
        told=Count("held", filter=said & Q(held__source="told"), distinct=True),
        confirmed=Count("held", filter=said & Q(held__source="confirmed"), distinct=True),
    )
    context = {
        "skills": rows.order_by(F("retired_at").asc(nulls_first=True), "area", "name"),
        "may_edit": allowed(request.user, Permission.MANAGE_SKILLS),
        "may_see_partners": allowed(request.user, Permission.VIEW_PARTNERS),
    }
    return render(request, "enablement/vendor/skills/list.html", context)


@vendor_view(Permission.VIEW_DEFINITIONS)
@require_safe
def skill_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a skill is, what proves it, and who has it at the partners one sees."""
    return _detail(request, _skill(public_id))


@vendor_view(Permission.MANAGE_SKILLS)
@require_http_methods(["GET", "HEAD", "POST"])
def skill_create(request: HttpRequest) -> HttpResponse:
    """Define a skill."""
    form = SkillForm(request.POST or None, initial={"owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        try:
            made = skills.create(by=_me(request), at=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Say what proves it, then publish it."))
            return redirect("vendor:skill-detail", made.public_id)
    return _form_page(request, form)


@vendor_view(Permission.MANAGE_SKILLS)
@require_http_methods(["GET", "HEAD", "POST"])
def skill_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change how a skill is described."""
    skill = _skill(public_id)
    form = SkillForm(request.POST or None, initial=model_to_dict(skill))
    if request.method == "POST" and form.is_valid():
        try:
            skills.update(skill=skill, by=_me(request), at=timezone.now(), changes=form.cleaned_data)
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("vendor:skill-detail", public_id)
    return _form_page(request, form, _skill(public_id))


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def skill_publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a skill to partners."""
    try:
        skills.publish(skill=_skill(public_id), by=_me(request), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Published. Partners see it."))
    return redirect("vendor:skill-detail", public_id)


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def skill_retire(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a skill no more."""
    skills.retire(skill=_skill(public_id), by=_me(request), at=timezone.now())
    return redirect("vendor:skill-detail", public_id)


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def skill_prove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a course or certification that proves a skill."""
    skill = _skill(public_id)
    form = EvidenceForm(request.POST)
    if form.is_valid():
        skills.prove(skill=skill, by=_me(request), at=timezone.now(), **form.cleaned_data)
        return redirect("vendor:skill-detail", public_id)
    return _detail(request, skill, form=form, status=422)


@vendor_view(Permission.MANAGE_SKILLS)
@require_POST
def skill_disprove(request: HttpRequest, public_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Let something prove a skill no more."""
    evidence = get_object_or_404(SkillEvidence, public_id=evidence_id, skill__public_id=public_id)
    skills.disprove(evidence=evidence, by=_me(request), at=timezone.now())
    return redirect("vendor:skill-detail", public_id)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def skill_coverage(request: HttpRequest) -> HttpResponse:
    """Show how many people of each partner have each skill, and where nobody has it."""
    partners = Partner.objects.visible_to(request.user).filter(status="active").order_by("name", "pk")
    page = Paginator(partners, PARTNERS_SHOWN).get_page(request.GET.get("page"))
    listed = reads.offered()
    rows = reads.coverage(list(page.object_list), listed, day=_today())
    return render(request, "enablement/vendor/skills/coverage.html", {"page": page, "skills": listed, "rows": rows})


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_skills_panel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the skills of a partner's people and how it works, for its page."""
    partner = _partner(request, public_id)
    listed = reads.offered()
    context = {
        "partner": partner,
        "skills": [
            (skill, counted) for _one, row in reads.coverage([partner], listed, day=_today()) for skill, counted in row
        ],
        "standings": ways.standings(partner, at=timezone.now()),
        "may_confirm": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/skills/_panel.html", context)


@vendor_view(Permission.VIEW_PARTNERS)
@require_safe
def partner_skills(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show person by person who of a partner has which skill, and who says so."""
    partner, listed = _partner(request, public_id), reads.offered()
    context = {
        "partner": partner,
        "skills": listed,
        "rows": reads.team(partner, listed, day=_today()),
        "may_confirm": allowed(request.user, Permission.EDIT_PARTNERS),
    }
    return render(request, "enablement/vendor/skills/partner.html", context)


@vendor_view(Permission.EDIT_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_skill_confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm a skill of somebody at a partner, with how one knows."""
    partner = _partner(request, public_id)
    people = Person.objects.of(partner).filter(left_at=None).order_by("name", "pk")
    form = ConfirmSkillForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            holdings.say(**said, source=SkillSource.CONFIRMED, by=_me(request), at=timezone.now())
        except ValidationError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Confirmed. %(person)s is being told.") % {"person": said["person"]})
            return redirect("vendor:partner-skills", public_id)
    context = {"form": form, "partner": partner}
    return render(request, "enablement/vendor/skills/confirm.html", context, status=422 if form.errors else 200)


def _skill(public_id: UUID) -> Skill:
    return get_object_or_404(Skill.objects.select_related("owner"), public_id=public_id)


def _partner(request: HttpRequest, public_id: UUID) -> Partner:
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)


def _me(request: HttpRequest) -> Any:
    return request.user


def _today() -> Any:
    return today(at=timezone.now(), zone=Program.current().zone)


def _form_page(request: HttpRequest, form: SkillForm, skill: Skill | None = None) -> HttpResponse:
    context = {"form": form, "skill": skill}
    return render(request, "enablement/vendor/skills/form.html", context, status=422 if form.errors else 200)


def _detail(request: HttpRequest, skill: Skill, *, form: EvidenceForm | None = None, status: int = 200) -> HttpResponse:
    may_edit = allowed(request.user, Permission.MANAGE_SKILLS)
    may_see_people = allowed(request.user, Permission.VIEW_PARTNERS)
    holders = reads.holders(skill, user=request.user, day=_today()) if may_see_people else []
    context = {
        "skill": skill,
        "evidence": skill.evidence.select_related("course", "certification").order_by("-level", "pk"),
        "form": form or (EvidenceForm() if may_edit else None),
        "page": Paginator(holders, HOLDERS_A_PAGE).get_page(request.GET.get("page")),
        "may_see_people": may_see_people,
        "may_edit": may_edit,
    }
    return render(request, "enablement/vendor/skills/detail.html", context, status=status)
