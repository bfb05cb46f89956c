"""What other learning systems told, and what became of it."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import allowed, vendor_view
from accounts.permissions import Permission
from enablement.models import Course, LearningStatement, StatementOutcome
from enablement.queries import statements

PAGE_SIZE = 50
LONGEST_SEARCH = 200


@vendor_view(Permission.VIEW_PARTNERS, Permission.MANAGE_COURSES, Permission.MANAGE_INTEGRATIONS)
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """List what was told of people one sees, with what became of each and why."""
    user: Any = request.user
    asked = request.GET.get("outcome", "")
    outcome = asked if asked in StatementOutcome.values else ""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    course = _course(request.GET.get("course", ""))
    counts = statements.counts(user=user)
    rows = statements.told(user=user, outcome=outcome, words=words, course=course)
    query = {"outcome": outcome, "q": words, "course": str(course.public_id) if course else ""}
    context = {
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "outcomes": [(one.value, one.label, counts.get(one.value, 0)) for one in StatementOutcome],
        "total": sum(counts.values()),
        "outcome": outcome,
        "q": words,
        "course": course,
        "query": urlencode({name: value for name, value in query.items() if value}),
        "address": settings.PUBLIC_URL + reverse("xapi:nowhere"),
        "may_connect": allowed(user, Permission.MANAGE_INTEGRATIONS),
    }
    return render(request, "enablement/vendor/statements/list.html", context)


@vendor_view(Permission.VIEW_PARTNERS, Permission.MANAGE_COURSES, Permission.MANAGE_INTEGRATIONS)
@require_safe
def statement_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one statement: what was said, whom and what it is about here, what became of it and why."""
    rows = LearningStatement.objects.visible_to(request.user).select_related("integration", "person__partner", "course")
    statement: LearningStatement = get_object_or_404(rows, public_id=public_id)
    said = json.dumps(statement.said, ensure_ascii=False, indent=2)
    return render(request, "enablement/vendor/statements/detail.html", {"statement": statement, "said": said})


def _course(text: str) -> Course | None:
    try:
        return Course.objects.filter(public_id=UUID(text)).first()
    except ValueError:
        return None
