"""Addresses of signing in, of one's own account, and of the vendor's pages about users and integrations."""

from django.urls import path

from accounts.views import invitations, notices, notifications, passwords, profile, sign_in, tokens
from accounts.views.vendor import integrations, users

# under /, in the namespace `accounts`
own = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", passwords.request_reset, name="password-request"),
    path("password/sent/", passwords.reset_sent, name="password-sent"),
    path("password/<uuid:user>/<str:token>/", passwords.set_password, name="password-set"),
    path("invitations/<str:token>/", invitations.accept, name="invitation-accept"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.change_password, name="password-change"),
    path("profile/notices/", notices.notice_choices, name="notice-choices"),
]

# under /, for both sides
site = [
    path("notifications/", notifications.notification_list, name="notification-list"),
    path("notifications/badge/", notifications.notification_badge, name="notification-badge"),
    path("notifications/read/", notifications.notification_read_all, name="notification-read-all"),
    path("notifications/<uuid:notification>/read/", notifications.notification_read, name="notification-read"),
    path("notices/<str:unsubscribe_token>/off/", notices.notices_off, name="notices-off"),
    path("o/token", tokens.Token.as_view(), name="token"),
]

# under /vendor/
vendor = [
    path("users/", users.user_list, name="user-list"),
    path("users/invite/", users.user_invite, name="user-invite"),
    path("users/<uuid:user>/", users.user_edit, name="user-edit"),
    path("users/<uuid:user>/deactivate/", users.user_deactivate, name="user-deactivate"),
    path("users/<uuid:user>/reactivate/", users.user_reactivate, name="user-reactivate"),
    path("users/<uuid:user>/resend/", users.user_resend, name="user-resend"),
    path("integrations/", integrations.integration_list, name="integration-list"),
    path("integrations/new/", integrations.integration_create, name="integration-create"),
    path("integrations/<uuid:integration>/", integrations.integration_detail, name="integration-detail"),
    path("integrations/<uuid:integration>/revoke/", integrations.integration_revoke, name="integration-revoke"),
    path(
        "integrations/<uuid:integration>/credentials/add/",
        integrations.integration_credential_add,
        name="integration-credential-add",
    ),
    path(
        "integrations/<uuid:integration>/credentials/<uuid:credential>/remove/",
        integrations.integration_credential_remove,
        name="integration-credential-remove",
    ),
]
