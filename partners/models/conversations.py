"""Conversations: a thread for each partner, and one for each record that people talk about."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from partners.models.partners import Partner
from partners.querysets import MessageQuerySet, ThreadQuerySet


class Side(models.TextChoices):
    """For whom somebody spoke."""

    VENDOR = "vendor", _("Vendor")
    PARTNER = "partner", _("Partner")
    OUTSIDE = "outside", _("Outside")


class CameBy(models.TextChoices):
    """How a message came in."""

    PORTAL = "portal", _("Portal")
    EMAIL = "email", _("E-mail")
    API = "api", _("Another system")


class Thread(Record):
    """Everything said about one record. `partners.conversing` knows the kinds; `partner` is whose record it is.

    What lists show is kept here: `last_message_at` of all messages, `last_public_at` of those partners may read, and
    `waiting_since`, the first word of the other side that the vendor has not answered yet.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    subject_public_id = models.UUIDField()
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="threads")
    title = models.CharField(max_length=200)
    last_message_at = models.DateTimeField(null=True)
    last_public_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)

    objects = ThreadQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="thread_once_per_subject"),
            models.CheckConstraint(
                condition=models.Q(last_public_at__isnull=True)
                | models.Q(last_message_at__gte=models.F("last_public_at")),
                name="thread_public_within_all",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-last_message_at"], name="thread_by_last_message"),
            models.Index(
                fields=["waiting_since"], condition=models.Q(waiting_since__isnull=False), name="thread_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.title


ONLY_GROWS = pgtrigger.Trigger(
    name="only_grows",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A message is never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF (to_jsonb(NEW) - '{text,edited_at,removed_at,removed_by_id,version,updated_at}'::text[]) IS DISTINCT FROM
           (to_jsonb(OLD) - '{text,edited_at,removed_at,removed_by_id,version,updated_at}'::text[])
           OR OLD.removed_at IS NOT NULL THEN
            RAISE EXCEPTION 'Only the text of a message changes.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


@tracked()
class Message(Record):
    """Something said in a thread. An internal one is a note of the vendor's that partners never see.

    It may be corrected for a while and taken away; the row stays, and the audit trail keeps what it said. `once_key` is
    the form's or the e-mail's own name: sent twice, it is said once.
    """

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=150)
    author_email = models.EmailField(blank=True, help_text=_("Of somebody without a user."))
    side = models.CharField(max_length=7, choices=Side)
    text = models.TextField(_("message"), blank=True)
    is_internal = models.BooleanField(_("internal note"), default=False)
    came_by = models.CharField(max_length=6, choices=CameBy, default=CameBy.PORTAL)
    once_key = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta(Record.Meta):
        triggers: ClassVar = [*Record.Meta.triggers, ONLY_GROWS]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["thread", "once_key"], condition=~models.Q(once_key=""), name="message_said_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_internal=False) | models.Q(side=Side.VENDOR), name="message_internal_is_vendors"
            ),
            models.CheckConstraint(
                condition=models.Q(side=Side.OUTSIDE, author__isnull=True)
                | (~models.Q(side=Side.OUTSIDE) & models.Q(author__isnull=False)),
                name="message_author_known",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(text=""), name="message_removed_is_empty"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread", "id"], name="message_by_thread"),
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="message_words"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.sent_at}"


@tracked()
class MessageFile(Record):
    """A file sent with a message. It lies in storage under a random name; `file_name` is what people see."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to="messages/")
    file_name = models.CharField(max_length=200)
    file_type = models.CharField(max_length=100)
    file_bytes = models.PositiveBigIntegerField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(file=""), name="message_file_is_there"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ThreadReader(models.Model):
    """Whom a thread concerns: how far they have read it, and up to which message they were written to by e-mail."""

    id = models.BigAutoField(primary_key=True)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="threads_read")
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True, help_text=_("Of somebody without a user."))
    language = models.CharField(max_length=10, blank=True)
    read_up_to = models.BigIntegerField(default=0, help_text=_("The id of the last message seen."))
    mailed_up_to = models.BigIntegerField(default=0, help_text=_("The id of the last message sent by e-mail."))
    is_muted = models.BooleanField(default=False, help_text=_("No e-mails and no counts, but for mentions."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "user"], name="thread_reader_once"),
            models.UniqueConstraint(
                fields=["thread", "email"], condition=models.Q(user__isnull=True), name="thread_outsider_once"
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False, email="") | (models.Q(user__isnull=True) & ~models.Q(email="")),
                name="thread_reader_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.email)
