"""Abstract records: what every row of the business has, and what every published definition has."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class UuidV7(models.Func):
    """PostgreSQL's time-ordered UUID."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


BUMP_VERSION = pgtrigger.Trigger(
    name="bump_version",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(exclude=["version", "updated_at"]),
    func="NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;",
)


class Record(models.Model):
    """A row of the business: a public id for the outside, and a version that the database counts.

    `version` and `updated_at` are set by a trigger, so that bulk writes and imports cannot forget them; an instance in
    memory shows the old ones until it is refreshed.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(unique=True, editable=False, db_default=UuidV7())
    created_at = models.DateTimeField(editable=False, db_default=Now())
    updated_at = models.DateTimeField(editable=False, db_default=Now())
    version = models.PositiveIntegerField(editable=False, db_default=1)

    class Meta:
        abstract = True
        triggers: ClassVar = [BUMP_VERSION]


class VersionState(models.TextChoices):
    """Where a version of a definition is in its life."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


PROTECT_PUBLISHED = pgtrigger.Trigger(
    name="protect_published",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    condition=pgtrigger.Condition("OLD.state <> 'draft'"),
    func="""
        IF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'A published version is never deleted.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF (to_jsonb(NEW) - '{state,version,updated_at}'::text[]) IS DISTINCT FROM
           (to_jsonb(OLD) - '{state,version,updated_at}'::text[]) THEN
            RAISE EXCEPTION 'A published version is never changed.' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


class DefinitionVersion(Record):
    """One text of a definition: edited while a draft, immutable once published.

    A subclass adds a foreign key to its definition called `definition` (related_name="versions") and its own texts, and
    the constraints of `version_constraints`.
    """

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=VersionState, default=VersionState.DRAFT)
    criteria = models.JSONField(null=True, blank=True, help_text=_("One criteria document; empty means nobody."))
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(Record.Meta):
        abstract = True
        triggers: ClassVar = [*Record.Meta.triggers, PROTECT_PUBLISHED]


class TranslatedVersion(DefinitionVersion):
    """A version whose texts are there in several languages. `translations` holds language → text → words.

    A text that a language leaves out is read in the program's own language. `name` is the definition's name there.
    """

    #: The texts that may be said in other languages, beside the definition's name.
    translatable: ClassVar[tuple[str, ...]] = ()
    #: The texts without which a version means nothing to its readers.
    required_texts: ClassVar[tuple[str, ...]] = ()

    translations = models.JSONField(_("translations"), default=dict, blank=True)
    #: Language → text → digest of the original that the translation was made from, or last compared with.
    translated_from = models.JSONField(default=dict, blank=True, editable=False)

    class Meta(DefinitionVersion.Meta):
        abstract = True


def version_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for the versions of one definition: numbered once, at most one draft, at most one published."""
    return [
        models.UniqueConstraint(fields=["definition", "number"], name=f"{name}_number_once"),
        models.UniqueConstraint(
            fields=["definition"],
            condition=models.Q(state=VersionState.DRAFT),
            name=f"{name}_one_draft",
        ),
        models.UniqueConstraint(
            fields=["definition"],
            condition=models.Q(state=VersionState.PUBLISHED),
            name=f"{name}_one_published",
        ),
        models.CheckConstraint(
            condition=models.Q(state=VersionState.DRAFT) | models.Q(published_at__isnull=False),
            name=f"{name}_published_at_known",
        ),
    ]
