"""Takes one e-mail from standard input: `receive_mail < message`, for a mail server that pipes answers to us."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from partners.services import inbound_mail


class Command(BaseCommand):
    """Ends well whatever the message was, so that no mail server answers strangers on our behalf."""

    help = "Take an answer by e-mail from standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read at most what is allowed and a byte more, which is too much."""
        raw = sys.stdin.buffer.read(settings.INBOUND_MAIL_BYTES + 1)
        inbound_mail.receive(raw, at=timezone.now())
