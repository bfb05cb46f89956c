"""Audiences, and partners who are in them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partners.models import Partner
from segmentation.models import Classification, Segment


@pytest.fixture(autouse=True)
def _media_folder(settings: Any, tmp_path: Path) -> None:
    """Keep uploads of tests apart."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def gold(db: None) -> Segment:
    """A segment to use as an audience."""
    return Segment.objects.create(key="gold", name="Gold partners")


@pytest.fixture
def classify() -> Callable[..., None]:
    """Return a function that puts a partner into segments, and out of all others."""

    def put(partner: Partner, *segments: Segment) -> None:
        ids = sorted(segment.pk for segment in segments)
        Classification.objects.update_or_create(partner=partner, defaults={"segment_ids": ids})

    return put
