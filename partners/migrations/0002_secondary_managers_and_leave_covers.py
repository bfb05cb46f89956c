import core.models.base
import core.operations
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import partners.models.memberships
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0001_initial'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.CreateModel(
                name='LeaveCover',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                    ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                    ('arranged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('stand_in', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='covers_for_others', to=settings.AUTH_USER_MODEL, verbose_name='who stands in')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leave_covers', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('withdrawn_at__isnull', True)), fields=['stand_in', 'ends_at'], name='leave_cover_by_stand_in')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='leave_cover_ends_at_after_start'), models.CheckConstraint(condition=models.Q(('user', models.F('stand_in')), _negated=True), name='leave_cover_is_by_somebody_else'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('withdrawn_at__isnull', True)), expressions=[('user', '='), (partners.models.memberships.Period('starts_at', 'ends_at'), '&&')], name='leave_cover_one_at_a_time')],
                },
            ), migrations.CreateModel(
                name='LeaveCoverEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                    ('withdrawn_at', models.DateTimeField(editable=False, null=True)),
                    ('arranged_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='partners.leavecover')),
                    ('stand_in', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who stands in')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='SecondaryAssignment',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField(null=True)),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='why')),
                    ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secondary_assignments', to='partners.partner')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secondary_assignments', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('ends_at__isnull', True)), fields=['user'], name='secondary_assignment_by_user')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True)), fields=('partner', 'user'), name='secondary_assignment_one_open'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='secondary_assignment_period')],
                },
            ), migrations.CreateModel(
                name='SecondaryAssignmentEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('pgh_context', pghistory.utils.JSONField(null=True)),
                    ('id', models.BigIntegerField()),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField(null=True)),
                    ('reason', models.CharField(blank=True, max_length=200, verbose_name='why')),
                    ('added_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.partner')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='partners.secondaryassignment')),
                    ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ), core.operations.AddTriggers(
                triggers={'leavecover': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."arranged_by_id" IS DISTINCT FROM (NEW."arranged_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."stand_in_id" IS DISTINCT FROM (NEW."stand_in_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='9112f66c107624d7d20b24b132a835ee1593f575', operation='UPDATE', pgid='pgtrigger_bump_version_2921f', table='partners_leavecover', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_leavecoverevent" ("arranged_by_id", "created_at", "ends_at", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "stand_in_id", "starts_at", "updated_at", "user_id", "version", "withdrawn_at") VALUES (NEW."arranged_by_id", NEW."created_at", NEW."ends_at", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."stand_in_id", NEW."starts_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."withdrawn_at"); RETURN NULL;', hash='d5238bad4ab17b39193e4d05dc62bca65d8d33f0', operation='INSERT', pgid='pgtrigger_insert_insert_6f1aa', table='partners_leavecover', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."arranged_by_id" IS DISTINCT FROM (NEW."arranged_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."stand_in_id" IS DISTINCT FROM (NEW."stand_in_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='INSERT INTO "partners_leavecoverevent" ("arranged_by_id", "created_at", "ends_at", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "stand_in_id", "starts_at", "updated_at", "user_id", "version", "withdrawn_at") VALUES (NEW."arranged_by_id", NEW."created_at", NEW."ends_at", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."stand_in_id", NEW."starts_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."withdrawn_at"); RETURN NULL;', hash='1ac1d0b8c92f5fef5538c8de3587cc6ef84c42d8', operation='UPDATE', pgid='pgtrigger_update_update_cc181', table='partners_leavecover', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_leavecoverevent" ("arranged_by_id", "created_at", "ends_at", "id", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "stand_in_id", "starts_at", "updated_at", "user_id", "version", "withdrawn_at") VALUES (OLD."arranged_by_id", OLD."created_at", OLD."ends_at", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."stand_in_id", OLD."starts_at", OLD."updated_at", OLD."user_id", OLD."version", OLD."withdrawn_at"); RETURN NULL;', hash='1341739f3887d35495ca56aa0b56dbb141d7290e', operation='DELETE', pgid='pgtrigger_delete_delete_4ac36', table='partners_leavecover', when='AFTER'))], 'leavecoverevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a5f5d50b4568b8018f41ff9a3503116b4218579d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3ad52', table='partners_leavecoverevent', when='BEFORE'))], 'secondaryassignment': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='46b97f4c982350de34b9a27afebf9e34c176b16a', operation='UPDATE', pgid='pgtrigger_bump_version_0e6c9', table='partners_secondaryassignment', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_secondaryassignmentevent" ("added_by_id", "created_at", "ends_at", "id", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts_at", "updated_at", "user_id", "version") VALUES (NEW."added_by_id", NEW."created_at", NEW."ends_at", NEW."id", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."starts_at", NEW."updated_at", NEW."user_id", NEW."version"); RETURN NULL;', hash='c48fa5884fe4030f45c056561492974bf481861a', operation='INSERT', pgid='pgtrigger_insert_insert_4815b', table='partners_secondaryassignment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "partners_secondaryassignmentevent" ("added_by_id", "created_at", "ends_at", "id", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts_at", "updated_at", "user_id", "version") VALUES (NEW."added_by_id", NEW."created_at", NEW."ends_at", NEW."id", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."starts_at", NEW."updated_at", NEW."user_id", NEW."version"); RETURN NULL;', hash='abe44003b521253c841f4d601de564286111e620', operation='UPDATE', pgid='pgtrigger_update_update_8a7ef', table='partners_secondaryassignment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_secondaryassignmentevent" ("added_by_id", "created_at", "ends_at", "id", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "starts_at", "updated_at", "user_id", "version") VALUES (OLD."added_by_id", OLD."created_at", OLD."ends_at", OLD."id", OLD."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."reason", OLD."starts_at", OLD."updated_at", OLD."user_id", OLD."version"); RETURN NULL;', hash='40ac563b7b1b828d71fb5927e6b1b8f768da253b', operation='DELETE', pgid='pgtrigger_delete_delete_8008d', table='partners_secondaryassignment', when='AFTER'))], 'secondaryassignmentevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='80d1d4d139012de03d604cb667986e97dc267f69', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0439c', table='partners_secondaryassignmentevent', when='BEFORE'))]},
            )],
        ),
    ]
