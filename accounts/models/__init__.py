"""Records of people and credentials."""

from accounts.models.integrations import Integration, IntegrationCredential
from accounts.models.notices import DigestSetting, NoticeChoice, Rhythm, Weekday
from accounts.models.notifications import Notification
from accounts.models.saved_views import SavedView
from accounts.models.users import Invitation, SignInAttempt, User, UserManager

__all__ = [
    "DigestSetting",
    "NoticeChoice",
    "Rhythm",
    "Weekday",
    "Integration",
    "IntegrationCredential",
    "Invitation",
    "Notification",
    "SavedView",
    "SignInAttempt",
    "User",
    "UserManager",
]
