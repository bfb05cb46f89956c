"""The addresses of conversations, collected by `urls.py`."""

from django.urls import path

from partners.views.partner import conversations as own
from partners.views.vendor import conversations

# under /vendor/
vendor = [
    path("conversations/", conversations.conversation_list, name="conversation-list"),
    path("conversations/<slug:about>/<uuid:public_id>/", conversations.conversation_detail, name="conversation-detail"),
    path("conversations/<slug:about>/<uuid:public_id>/say/", conversations.conversation_post, name="conversation-post"),
    path(
        "conversations/<slug:about>/<uuid:public_id>/mute/", conversations.conversation_mute, name="conversation-mute"
    ),
    path("messages/<uuid:public_id>/edit/", conversations.message_edit, name="message-edit"),
    path("messages/<uuid:public_id>/remove/", conversations.message_remove, name="message-remove"),
    path("messages/files/<uuid:message_file_id>/", conversations.message_file, name="message-file"),
]

# under /partner/
partner = [
    path("waiting/panel/", own.waiting_panel, name="waiting-panel"),
    path("conversations/", own.conversation_list, name="conversation-list"),
    path("conversations/<slug:about>/<uuid:public_id>/", own.conversation_detail, name="conversation-detail"),
    path("conversations/<slug:about>/<uuid:public_id>/say/", own.conversation_post, name="conversation-post"),
    path("conversations/<slug:about>/<uuid:public_id>/mute/", own.conversation_mute, name="conversation-mute"),
    path("messages/<uuid:public_id>/edit/", own.message_edit, name="message-edit"),
    path("messages/<uuid:public_id>/remove/", own.message_remove, name="message-remove"),
    path("messages/files/<uuid:message_file_id>/", own.message_file, name="message-file"),
]
