"""What insight does on hearing others."""

from collections.abc import Mapping
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from core.services import outbox
from criteria.fields import RuleKind
from insight.models import Matrix
from insight.services import cell_plays
from partners.signals import users_asked


@outbox.handler(cell_plays.GIVE)
def give_cell_play(payload: Mapping[str, Any]) -> None:
    """Somebody gave the play of a cell to everybody in it: give it to a part of them."""
    cell_plays.give_part(payload, at=timezone.now())


@receiver(users_asked)
def matrices_of_a_region(kind: str, key: str, **_: Any) -> list[str]:
    """Somebody wants to merge a region: name the matrices that are of it."""
    if kind != RuleKind.REGION:
        return []
    return list(Matrix.objects.filter(region__key=key).order_by("pk").values_list("name", flat=True))
