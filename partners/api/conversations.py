"""Conversations: the threads of records and what is said in them, to read and to add to."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import person_behind
from accounts.permissions import Permission
from core.api.filters import EXACT, ORDERED, ReferenceFilter, ResourceFilterSet
from core.api.serializers import InstantField, ReferenceField, ResourceSerializer
from core.api.viewsets import ActingViewSet, ReadOnlyResourceViewSet
from partners import conversing
from partners.api.fields import ColleagueField
from partners.models import CameBy, Message, Partner, Thread
from partners.services import conversations

ABOUT_SCHEMA = {
    "type": "object",
    "required": ["kind", "id"],
    "properties": {"kind": {"type": "string", "example": "partner"}, "id": {"type": "string", "format": "uuid"}},
}


@extend_schema_field(ABOUT_SCHEMA)
class AboutField(serializers.Field):
    """The record a conversation is about: its kind, such as partner or deal, and its id."""

    default_error_messages = {
        "invalid": gettext_lazy("Send an object with kind and id."),
        "unresolved_reference": gettext_lazy("There is no such record that you may see."),
    }

    def get_attribute(self, instance: Any) -> Any:
        """Return the thread: it keeps kind and id of its record."""
        return getattr(instance, "thread", instance)

    def to_internal_value(self, data: Any) -> Any:
        """Return the record."""
        if not isinstance(data, dict) or set(data) != {"kind", "id"}:
            self.fail("invalid")
        subject = conversing.subject_of(str(data["kind"]))
        try:
            wanted = UUID(str(data["id"]))
        except ValueError:
            self.fail("unresolved_reference")
        found = subject.visible_to(self.context["request"].user).filter(public_id=wanted).first() if subject else None
        if found is None:
            self.fail("unresolved_reference")
        return found

    def to_representation(self, value: Thread) -> dict[str, str]:
        """Return kind and id."""
        return {"kind": value.subject_kind, "id": str(value.subject_public_id)}


class ConversationSerializer(ResourceSerializer):
    """Everything said about one record. `waiting_since` is the first word of the other side without an answer."""

    about = AboutField(source="*", read_only=True)
    partner = ReferenceField("partners", Partner.objects.visible_to, read_only=True)

    class Meta:
        model = Thread
        has_external_ids = False
        fields = ("about", "partner", "title", "last_message_at", "waiting_since")
        read_only_fields = fields


class ConversationFilters(ResourceFilterSet):
    """What a list of conversations can be narrowed by."""

    partner = ReferenceFilter("partner")

    class Meta(ResourceFilterSet.Meta):
        model = Thread
        fields: ClassVar = {
            "subject_kind": EXACT,
            "last_message_at": [*ORDERED, "isnull"],
            "waiting_since": [*ORDERED, "isnull"],
            "updated_at": ORDERED,
        }


class ConversationViewSet(ReadOnlyResourceViewSet):
    """Conversations."""

    resource = "conversations"
    permissions: ClassVar = {"GET": Permission.VIEW_CONVERSATIONS}
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilters
    sorts = ("last_message_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the conversations the caller may read."""
        return Thread.objects.visible_to(self.request.user).select_related("partner")


class MessageSerializer(ResourceSerializer):
    """Something said about a record. An internal one is a note of the vendor's that partners never see.

    Without `author` the owner of the integration says it. A message that was taken away has no text.
    """

    about = AboutField()
    conversation = ReferenceField("conversations", Thread.objects.visible_to, source="thread", read_only=True)
    author = ColleagueField(write_only=True, required=False)
    text = serializers.CharField(max_length=conversations.MAX_TEXT_LENGTH)
    removed_at = InstantField(read_only=True, allow_null=True)

    class Meta:
        model = Message
        has_external_ids = False
        fields = (
            *("about", "conversation", "author", "author_name", "side", "text", "is_internal", "came_by", "sent_at"),
            *("edited_at", "removed_at"),
        )
        read_only_fields = ("author_name", "side", "came_by", "sent_at", "edited_at")


class MessageFilters(ResourceFilterSet):
    """What a list of messages can be narrowed by."""

    conversation = ReferenceFilter("thread")
    partner = ReferenceFilter("thread__partner")

    class Meta(ResourceFilterSet.Meta):
        model = Message
        fields: ClassVar = {"side": EXACT, "is_internal": ["exact"], "sent_at": ORDERED, "updated_at": ORDERED}


class MessageViewSet(ActingViewSet):
    """What is said in conversations."""

    resource = "messages"
    required_scopes: ClassVar = {"GET": "conversations:read", "POST": "conversations:write"}
    permissions: ClassVar = {"GET": Permission.VIEW_CONVERSATIONS, "POST": Permission.VIEW_CONVERSATIONS}
    serializer_class = MessageSerializer
    filterset_class = MessageFilters
    sorts = ("sent_at", "updated_at")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the messages the caller may read."""
        return Message.objects.visible_to(self.request.user).select_related("thread", "author")

    def create_record(self, data: dict[str, Any], *, at: datetime) -> Message:
        """Say something; whoever it concerns is told."""
        said = dict(data)
        by = said.pop("author", None) or person_behind(self.request.user)
        thread = conversations.thread_of(subject=said.pop("about"), by=by, at=at)
        return conversations.post(thread=thread, by=by, at=at, came_by=CameBy.API, **said)
