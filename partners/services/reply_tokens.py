"""The addresses to which people answer an e-mail: each proves one person in one thread, and fits a mail address.

A token is the id of a `ThreadReader` and a signature, in letters and digits that survive mail systems which fold case.
"""

import base64
import binascii

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from partners.models import ThreadReader

SALT = "partners.reply"
ID_BYTES, SIGNATURE_BYTES = 7, 18
PREFIX = "reply+"


def token_of(reader: ThreadReader) -> str:
    """Return the token of a person in a thread."""
    raw = reader.pk.to_bytes(ID_BYTES, "big")
    return base64.b32encode(raw + _signature(raw)).decode().rstrip("=").lower()


def address_of(reader: ThreadReader) -> str:
    """Return the address for answers; nothing where no mail comes in."""
    domain = settings.INBOUND_MAIL_DOMAIN
    return f"{PREFIX}{token_of(reader)}@{domain}" if domain else ""


def reader_of(token: str) -> ThreadReader | None:
    """Return whom a token proves, or None for one that we did not make."""
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        raw = base64.b32decode(padded)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != ID_BYTES + SIGNATURE_BYTES:
        return None
    head, signature = raw[:ID_BYTES], raw[ID_BYTES:]
    if not constant_time_compare(signature, _signature(head)):
        return None
    rows = ThreadReader.objects.select_related("thread", "user")
    return rows.filter(pk=int.from_bytes(head, "big")).first()


def _signature(raw: bytes) -> bytes:
    return salted_hmac(SALT, raw, algorithm="sha256").digest()[:SIGNATURE_BYTES]
