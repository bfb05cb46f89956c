"""Groups of companies: who stands below whom, at any depth. Kept by triggers on the partners' table."""

from typing import ClassVar

import pgtrigger
from django.db import models

from core.triggers import marks_stale


class GroupLink(models.Model):
    """`member` stands below `top`, at any depth. A ring would put a partner below itself: refused."""

    id = models.BigAutoField(primary_key=True)
    top_id = models.BigIntegerField()
    member_id = models.BigIntegerField()

    class Meta:
        triggers: ClassVar = [*marks_stale("SELECT top_id FROM changed", source="group")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["top_id", "member_id"], name="group_link_once"),
            models.CheckConstraint(condition=~models.Q(top_id=models.F("member_id")), name="partner_not_below_itself"),
        ]
        indexes: ClassVar = [models.Index(fields=["member_id"], name="group_link_member")]

    def __str__(self) -> str:
        return f"{self.member_id} below {self.top_id}"


#: Two changes at once could make a ring that neither sees.
ALONE = "PERFORM pg_advisory_xact_lock(hashtextextended('partners.groups', 0));"
TAKE_AWAY = """
    DELETE FROM partners_grouplink
    WHERE top_id IN (SELECT top_id FROM partners_grouplink WHERE member_id = OLD.id)
      AND (member_id = OLD.id OR member_id IN (SELECT member_id FROM partners_grouplink WHERE top_id = OLD.id));
"""
ADD = """
    IF NEW.parent_id IS NOT NULL THEN
        INSERT INTO partners_grouplink (top_id, member_id)
        SELECT tops.id, members.id
        FROM (SELECT NEW.parent_id AS id
              UNION SELECT top_id FROM partners_grouplink WHERE member_id = NEW.parent_id) tops,
             (SELECT NEW.id AS id UNION SELECT member_id FROM partners_grouplink WHERE top_id = NEW.id) members
        ON CONFLICT (top_id, member_id) DO NOTHING;
    END IF;
"""

#: What keeps the links when partners are added, put elsewhere or taken away.
KEEP_GROUPS = [
    pgtrigger.Trigger(
        name="group_on_insert",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__parent__isnull=False),
        func=f"{ALONE} {ADD} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="group_on_update",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("parent_id"),
        condition=pgtrigger.AnyChange("parent"),
        func=f"{ALONE} {TAKE_AWAY} {ADD} RETURN NULL;",
    ),
    pgtrigger.Trigger(
        name="group_on_delete",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        func="DELETE FROM partners_grouplink WHERE top_id = OLD.id OR member_id = OLD.id; RETURN NULL;",
    ),
]
