"""Addresses of packages' files: on an origin of their own, signed for one person and one version, for some hours.

Cookies are not sent there, so the address itself says who plays what.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from enablement.models import PackageVersion

HOURS = 4
SIGNER_SALT = "packages"
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class Bearer:
    """What an address says: who plays which version."""

    user_id: int
    version_id: UUID


def player(version: PackageVersion, *, user: Any, place: int) -> str:
    """Return the address of the frame in which an item plays."""
    signed = _signer().sign_object({"u": user.pk, "v": str(version.public_id)})
    return f"{settings.PACKAGES_URL}/{signed}/play/{place}/"


def read(signed: str) -> Bearer | None:
    """Return what an address says, or None when it is not ours or too old."""
    try:
        told = _signer().unsign_object(signed, max_age=HOURS * 3600)
        return Bearer(int(told["u"]), UUID(told["v"]))
    except (BadSignature, KeyError, TypeError, ValueError):
        return None


def host() -> str:
    """Return the host name, with its port, under which packages are served; empty when none is set."""
    return urlsplit(settings.PACKAGES_URL).netloc.lower()


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SIGNER_SALT, sep=SEPARATOR)
