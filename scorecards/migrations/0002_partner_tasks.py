import core.models.base
import core.operations
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0001_initial'),
        ('scorecards', '0001_initial'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.CreateModel(
                name='PartnerTask',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('title', models.CharField(max_length=200, verbose_name='task')),
                    ('detail', models.TextField(blank=True, verbose_name='details')),
                    ('side', models.CharField(choices=[('vendor', 'Us'), ('partner', 'The partner')], max_length=7, verbose_name='who does it')),
                    ('is_shared', models.BooleanField(default=True, verbose_name='the partner sees it')),
                    ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                    ('done_at', models.DateTimeField(editable=False, null=True)),
                    ('origin_kind', models.CharField(blank=True, editable=False, max_length=30)),
                    ('origin_id', models.BigIntegerField(editable=False, null=True)),
                    ('once_key', models.UUIDField(editable=False, null=True, unique=True)),
                    ('late_told_at', models.DateTimeField(editable=False, null=True)),
                    ('added_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='partner_tasks', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                    ('done_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='partners.partner')),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(fields=['partner', 'done_at', 'due_on'], name='partner_task_by_partner'), models.Index(condition=models.Q(('done_at__isnull', True)), fields=['assignee', 'due_on'], name='partner_task_open'), models.Index(condition=models.Q(('done_at__isnull', True), ('late_told_at__isnull', True)), fields=['due_on'], name='partner_task_to_be_late'), models.Index(condition=models.Q(('origin_id__isnull', False)), fields=['origin_kind', 'origin_id'], name='partner_task_by_origin')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='partner_task_says_what'), models.CheckConstraint(condition=models.Q(('side__in', ['vendor', 'partner'])), name='partner_task_side_known'), models.CheckConstraint(condition=models.Q(('is_shared', True), ('side', 'vendor'), _connector='OR'), name='partner_task_of_partner_is_shared'), models.CheckConstraint(condition=models.Q(('done_at__isnull', False), ('done_by__isnull', True), _connector='OR'), name='partner_task_done_by_when_done'), models.CheckConstraint(condition=models.Q(models.Q(('origin_id__isnull', True), ('origin_kind', '')), models.Q(models.Q(('origin_kind', ''), _negated=True), ('origin_id__isnull', False)), _connector='OR'), name='partner_task_origin_whole'), models.CheckConstraint(condition=models.Q(('late_told_at__isnull', True), ('due_on__isnull', False), _connector='OR'), name='partner_task_late_has_day')],
                },
            ), migrations.CreateModel(
                name='PartnerTaskEvent',
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
                    ('title', models.CharField(max_length=200, verbose_name='task')),
                    ('detail', models.TextField(blank=True, verbose_name='details')),
                    ('side', models.CharField(choices=[('vendor', 'Us'), ('partner', 'The partner')], max_length=7, verbose_name='who does it')),
                    ('is_shared', models.BooleanField(default=True, verbose_name='the partner sees it')),
                    ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                    ('done_at', models.DateTimeField(editable=False, null=True)),
                    ('origin_kind', models.CharField(blank=True, editable=False, max_length=30)),
                    ('origin_id', models.BigIntegerField(editable=False, null=True)),
                    ('once_key', models.UUIDField(editable=False, null=True)),
                    ('late_told_at', models.DateTimeField(editable=False, null=True)),
                    ('added_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('assignee', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to')),
                    ('done_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.partner')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='scorecards.partnertask')),
                ],
                options={
                    'abstract': False,
                },
            ), core.operations.AddTriggers(
                triggers={'partnertask': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_shared" IS DISTINCT FROM (NEW."is_shared") OR OLD."late_told_at" IS DISTINCT FROM (NEW."late_told_at") OR OLD."once_key" IS DISTINCT FROM (NEW."once_key") OR OLD."origin_id" IS DISTINCT FROM (NEW."origin_id") OR OLD."origin_kind" IS DISTINCT FROM (NEW."origin_kind") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='424e4212a1e0520b04149b9993c553bd31d83f40', operation='UPDATE', pgid='pgtrigger_bump_version_44563', table='scorecards_partnertask', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_partnertaskevent" ("added_by_id", "assignee_id", "created_at", "detail", "done_at", "done_by_id", "due_on", "id", "is_shared", "late_told_at", "once_key", "origin_id", "origin_kind", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "side", "title", "updated_at", "version") VALUES (NEW."added_by_id", NEW."assignee_id", NEW."created_at", NEW."detail", NEW."done_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."is_shared", NEW."late_told_at", NEW."once_key", NEW."origin_id", NEW."origin_kind", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."side", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e9206b3d439adb3679623bdc7ee5c47554e9aeb2', operation='INSERT', pgid='pgtrigger_insert_insert_39343', table='scorecards_partnertask', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."added_by_id" IS DISTINCT FROM (NEW."added_by_id") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."detail" IS DISTINCT FROM (NEW."detail") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_shared" IS DISTINCT FROM (NEW."is_shared") OR OLD."late_told_at" IS DISTINCT FROM (NEW."late_told_at") OR OLD."once_key" IS DISTINCT FROM (NEW."once_key") OR OLD."origin_id" IS DISTINCT FROM (NEW."origin_id") OR OLD."origin_kind" IS DISTINCT FROM (NEW."origin_kind") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "scorecards_partnertaskevent" ("added_by_id", "assignee_id", "created_at", "detail", "done_at", "done_by_id", "due_on", "id", "is_shared", "late_told_at", "once_key", "origin_id", "origin_kind", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "side", "title", "updated_at", "version") VALUES (NEW."added_by_id", NEW."assignee_id", NEW."created_at", NEW."detail", NEW."done_at", NEW."done_by_id", NEW."due_on", NEW."id", NEW."is_shared", NEW."late_told_at", NEW."once_key", NEW."origin_id", NEW."origin_kind", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."side", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='1b1b7180dfb7e73c5a84a9f158527ac4cf62ddbc', operation='UPDATE', pgid='pgtrigger_update_update_67249', table='scorecards_partnertask', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_partnertaskevent" ("added_by_id", "assignee_id", "created_at", "detail", "done_at", "done_by_id", "due_on", "id", "is_shared", "late_told_at", "once_key", "origin_id", "origin_kind", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "side", "title", "updated_at", "version") VALUES (OLD."added_by_id", OLD."assignee_id", OLD."created_at", OLD."detail", OLD."done_at", OLD."done_by_id", OLD."due_on", OLD."id", OLD."is_shared", OLD."late_told_at", OLD."once_key", OLD."origin_id", OLD."origin_kind", OLD."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."side", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;', hash='8f8a4f91c0c7d8ab417cd88056f71a146e0adb45', operation='DELETE', pgid='pgtrigger_delete_delete_1014e', table='scorecards_partnertask', when='AFTER'))], 'partnertaskevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b427ba2d561315e18d01a3d6d287f687b1bc349a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_09d7a', table='scorecards_partnertaskevent', when='BEFORE'))]},
            )],
        ),
    ]
