"""E-mails out of templates. Called by outbox handlers only, so that a mail server that is away loses nothing."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from core.models import Program


def send(
    *,
    to: str,
    template: str,
    language: str,
    context: Mapping[str, Any],
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send one e-mail in the reader's language.

    `template` names three files, such as `emails/accounts/invitation`: `….subject.txt`, `….txt` and `….html`.
    Answers go to `reply_to`, to the sender where it is empty.
    """
    with translation.override(language):
        known = {"program": Program.current(), "public_url": settings.PUBLIC_URL, **context}
        subject = " ".join(render_to_string(f"{template}.subject.txt", known).split())
        message = EmailMultiAlternatives(
            subject,
            render_to_string(f"{template}.txt", known),
            to=[to],
            reply_to=[reply_to] if reply_to else None,
            headers=dict(headers or {}),
        )
        message.attach_alternative(render_to_string(f"{template}.html", known), "text/html")
        message.send()
