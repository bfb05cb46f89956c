"""What follows from surveys: feedback given in person, what we make of it, and what we reply."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record
from enablement.models.surveys import Survey
from enablement.querysets import SurveyActionQuerySet, SurveyResponseQuerySet
from partners.models import Partner, Person


@tracked()
class SurveyFeedback(Record):
    """What somebody of a partner said to one of us about what a survey asks, in person."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="feedback")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="survey_feedback")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("who said it")
    )
    text = models.TextField(_("what they said"))
    heard_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    heard_on = models.DateField(_("when"))

    objects = SurveyResponseQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="survey_feedback_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class SurveyActionState(models.TextChoices):
    """How far something is that we decided to do."""

    OPEN = "open", _("Open")
    DOING = "doing", _("Under way")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Not done")


#: States in which somebody still owes something.
UNFINISHED = (SurveyActionState.OPEN, SurveyActionState.DOING)


@tracked()
class SurveyAction(Record):
    """You said, we did: what partners told us, what we make of it, whose it is, and the reply once there is one."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="actions")
    title = models.CharField(_("what we do about it"), max_length=200)
    heard = models.TextField(_("you said"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=SurveyActionState, default=SurveyActionState.OPEN)
    reply = models.TextField(_("we did"), blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SurveyActionQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(replied_at=None) | ~models.Q(reply=""), name="survey_action_reply_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(replied_at=None) | models.Q(state__in=["done", "dropped"]),
                name="survey_action_replied_when_over",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@tracked()
class SurveyActionGuest(Record):
    """A partner invited to work an action out with us. Its people read the conversation and take part."""

    action = models.ForeignKey(SurveyAction, on_delete=models.CASCADE, related_name="guests")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="survey_action_guests")

    objects = SurveyResponseQuerySet.as_manager()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "partner"], name="survey_action_guest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} at {self.action_id}"
