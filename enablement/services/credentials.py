"""Badges as verifiable credentials: Open Badges 3.0, signed as JSON Web Tokens (VC-JWT, RS256).

The keys are in the file `BADGE_KEY_FILE` names: the first of its PEM blocks signs, the others are what was signed with
before, so that older downloads still verify. A file that is not there is made, once, readable by us alone.
"""

import json
import os
import re
import tempfile
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from jwcrypto import jwk, jwt
from jwcrypto.common import JWException

from core.models import Program
from enablement.models import Badge

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
PEM = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)
KEY_BITS = 2048


def document(badge: Badge) -> dict[str, Any]:
    """Return the credential a badge stands for, unsigned. It says who, what, since and until when; no address."""
    held, program = badge.held, Program.current()
    certification = held.certification
    until = min((day for day in (held.expires_on, certification.credit_until_on) if day), default=None)
    address = address_of(badge)
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certification.name,
        "issuer": issuer(),
        "validFrom": _written(_start_of(held.earned_on, program)),
        "credentialSubject": {
            "id": f"urn:uuid:{held.public_id}",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": str(held.holder),
                    "identityType": "name",
                    "hashed": False,
                }
            ],
            "achievement": {
                "id": f"urn:uuid:{certification.public_id}",
                "type": ["Achievement"],
                "name": certification.name,
                "description": certification.summary or certification.name,
                "criteria": {"narrative": _narrative(badge)},
            },
        },
        "credentialStatus": {"id": f"{address}status/", "type": "1EdTechRevocationList"},
    }
    if until is not None:
        said["validUntil"] = _written(_start_of(until, program))
    return said


def signed(badge: Badge) -> str:
    """Return the credential as a compact JSON Web Token: the document, and the claims that say it once more."""
    said, program, key = document(badge), Program.current(), keys()[0]
    claims = {
        **said,
        "iss": said["issuer"]["id"],
        "jti": said["id"],
        "sub": said["credentialSubject"]["id"],
        "nbf": int(_start_of(badge.held.earned_on, program).timestamp()),
    }
    if "validUntil" in said:
        claims["exp"] = int(datetime.fromisoformat(said["validUntil"]).timestamp())
    token = jwt.JWT(header={"alg": "RS256", "typ": "JWT", "kid": _key_address(key)}, claims=claims)
    token.make_signed_token(key)
    return str(token.serialize())


def issuer() -> dict[str, Any]:
    """Return who gives the badges."""
    program = Program.current()
    return {
        "id": settings.PUBLIC_URL + reverse("badge-issuer"),
        "type": ["Profile"],
        "name": program.name,
        "url": settings.PUBLIC_URL,
    }


def status(badge: Badge) -> dict[str, Any]:
    """Return the list of what is revoked of this one badge: itself, or nothing."""
    address = address_of(badge)
    revoked = [{"id": address, "revoked": True, "revocationReason": badge.held.revoked_reason}]
    return {
        "id": f"{address}status/",
        "issuer": issuer()["id"],
        "revokedCredential": revoked if badge.held.revoked_at else [],
    }


def public_key(thumbprint: str) -> dict[str, Any] | None:
    """Return the public half of the key with this thumbprint."""
    for key in keys():
        if key.thumbprint() == thumbprint:
            return {**key.export_public(as_dict=True), "kid": _key_address(key), "alg": "RS256", "use": "sig"}
    return None


def address_of(badge: Badge) -> str:
    """Return the public address of a badge."""
    return settings.PUBLIC_URL + reverse("badge-detail", args=[badge.token])


def keys() -> tuple[jwk.JWK, ...]:
    """Return the keys, the one that signs first."""
    return _read(Path(settings.BADGE_KEY_FILE))


@cache
def _read(file: Path) -> tuple[jwk.JWK, ...]:
    if not file.exists():
        _make(file)
    try:
        found = tuple(jwk.JWK.from_pem(block) for block in PEM.findall(file.read_bytes()))
    except (JWException, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"BADGE_KEY_FILE {file} cannot be read as private keys in PEM.") from error
    if not found or any(json.loads(key.export_public())["kty"] != "RSA" for key in found):
        raise ImproperlyConfigured(f"BADGE_KEY_FILE {file} needs a private RSA key of {KEY_BITS} bits or more, in PEM.")
    return found


def _make(file: Path) -> None:
    """Write a new key to the file. Where two processes do so at once, the first one's stays."""
    key = jwk.JWK.generate(kty="RSA", size=KEY_BITS)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:  # readable by its owner alone
        temporary.write(key.export_to_pem(private_key=True, password=None))
    try:
        os.link(temporary.name, file)
    except FileExistsError:
        pass
    finally:
        Path(temporary.name).unlink()


def _narrative(badge: Badge) -> str:
    names = [str(one) for one in badge.held.certification.requirements.select_related("course", "quiz", "required")]
    return "; ".join(names) or badge.held.certification.summary or badge.held.certification.name


def _key_address(key: jwk.JWK) -> str:
    return settings.PUBLIC_URL + reverse("badge-key", args=[key.thumbprint()])


def _start_of(day: date, program: Program) -> datetime:
    return datetime.combine(day, time(), tzinfo=program.zone)


def _written(at: datetime) -> str:
    return at.isoformat()
