"""What applicants say in the conversation of their application, and the files they send with it.

They have no user: their files are fewer and smaller than those of people who sign in, and looked at in the same way.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.files.base import File
from django.utils.translation import gettext as _

from core.files import shown_name
from core.refusals import Refusal
from partners.models import ApplicationState, PartnerApplication
from partners.queries import applications as reads
from partners.services import applications, conversations

#: So many files with one message, so many in all, and how large each may be.
MOST_FILES = 5
MOST_FILES_IN_ALL = 30
MAX_FILE_BYTES = 10 * 1024 * 1024


def say(
    *,
    application: PartnerApplication,
    at: datetime,
    text: str,
    files: Iterable["File[bytes]"] = (),
    once_key: str = "",
) -> None:
    """Say something to the vendor in the application's conversation. Sent twice with one key, it is said once.

    Files are taken from those only whose address is proved; nothing can be handed in without that.
    """
    if application.state == ApplicationState.DRAFT or application.closed_at is not None:
        raise applications.NotEditable(_("There is nobody to write to about this application now."), code="wrong_state")
    sent = list(files)
    _check_files(application, sent)
    conversations.post(
        thread=conversations.thread_of(subject=application, by=None, at=at),
        by=None,
        at=at,
        text=text,
        files=sent,
        author_name=application.contact_name,
        author_email=application.contact_email,
        once_key=once_key,
    )


def _check_files(application: PartnerApplication, files: Sequence["File[bytes]"]) -> None:
    if not files:
        return
    if application.email_proved_at is None:
        raise Refusal({"attachments": _("Open the link in our e-mail first; files are taken after that.")})
    if len(files) > MOST_FILES:
        raise Refusal({"attachments": _("No more than %(limit)d files go with one message.") % {"limit": MOST_FILES}})
    if large := next((one for one in files if (one.size or 0) > MAX_FILE_BYTES), None):
        told = {"name": shown_name(large.name or ""), "limit": MAX_FILE_BYTES // 1024**2}
        raise Refusal({"attachments": _("%(name)s is larger than %(limit)d MB. Make it smaller.") % told})
    if reads.files_sent(application) + len(files) > MOST_FILES_IN_ALL:
        told = {"limit": MOST_FILES_IN_ALL}
        raise Refusal({"attachments": _("That are more than %(limit)d files in all. Link to the others.") % told})
