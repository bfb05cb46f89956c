import core.models.base
import core.operations
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0002_secondary_managers_and_leave_covers'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.CreateModel(
                name='RegionMerge',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('key', models.SlugField(max_length=40)),
                    ('name', models.CharField(max_length=120)),
                    ('parent_id', models.BigIntegerField(help_text='Where it stood; none was at the top.', null=True)),
                    ('partner_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('child_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('category_override_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('tier_override_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('application_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('user_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('moved_grant_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('merged_at', models.DateTimeField()),
                    ('undone_at', models.DateTimeField(null=True)),
                    ('into', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='partners.region')),
                    ('merged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(('undone_at__isnull', True), ('undone_at__gte', models.F('merged_at')), _connector='OR'), name='region_merge_undone_later')],
                },
            ), migrations.CreateModel(
                name='RegionMergeEvent',
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
                    ('key', models.SlugField(db_index=False, max_length=40)),
                    ('name', models.CharField(max_length=120)),
                    ('parent_id', models.BigIntegerField(help_text='Where it stood; none was at the top.', null=True)),
                    ('child_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('category_override_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('tier_override_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('application_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('user_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('moved_grant_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                    ('merged_at', models.DateTimeField()),
                    ('undone_at', models.DateTimeField(null=True)),
                    ('into', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.region')),
                    ('merged_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='partners.regionmerge')),
                    ('undone_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.AddField(
                model_name='membershipreview',
                name='opened_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ), migrations.AddField(
                model_name='membershipreview',
                name='reason',
                field=models.CharField(blank=True, max_length=300, verbose_name='why now'),
            ), migrations.AddField(
                model_name='membershipreviewevent',
                name='opened_by',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ), migrations.AddField(
                model_name='membershipreviewevent',
                name='reason',
                field=models.CharField(blank=True, max_length=300, verbose_name='why now'),
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='membershipreview',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='membershipreview',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='membershipreview',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='membershipreview',
                name='delete_delete',
            ), migrations.AlterField(
                model_name='message',
                name='came_by',
                field=models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail'), ('api', 'Another system')], default='portal', max_length=6),
            ), migrations.AlterField(
                model_name='messageevent',
                name='came_by',
                field=models.CharField(choices=[('portal', 'Portal'), ('email', 'E-mail'), ('api', 'Another system')], default='portal', max_length=6),
            ), core.operations.AddTriggers(
                triggers={'membershipreview': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."category_version_id" IS DISTINCT FROM (NEW."category_version_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."differs" IS DISTINCT FROM (NEW."differs") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."escalation" IS DISTINCT FROM (NEW."escalation") OR OLD."found" IS DISTINCT FROM (NEW."found") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."membership_id" IS DISTINCT FROM (NEW."membership_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."reminded_days" IS DISTINCT FROM (NEW."reminded_days") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement" IS DISTINCT FROM (NEW."statement"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='c9e203900a84d27c6bb66442cd6294790a83fbf5', operation='UPDATE', pgid='pgtrigger_bump_version_c5e1e', table='partners_membershipreview', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_membershipreviewevent" ("answer", "answered_at", "answered_by_id", "category_version_id", "created_at", "decided_at", "decided_by_id", "decision", "differs", "due_on", "escalation", "found", "id", "membership_id", "note", "opened_at", "opened_by_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "reminded_days", "state", "statement", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."category_version_id", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."differs", NEW."due_on", NEW."escalation", NEW."found", NEW."id", NEW."membership_id", NEW."note", NEW."opened_at", NEW."opened_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reason", NEW."reminded_days", NEW."state", NEW."statement", NEW."updated_at", NEW."version"); RETURN NULL;', hash='3ca30d0a81fd176e8b07801002f135f4c8d765ea', operation='INSERT', pgid='pgtrigger_insert_insert_e407b', table='partners_membershipreview', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."category_version_id" IS DISTINCT FROM (NEW."category_version_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."differs" IS DISTINCT FROM (NEW."differs") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."escalation" IS DISTINCT FROM (NEW."escalation") OR OLD."found" IS DISTINCT FROM (NEW."found") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."membership_id" IS DISTINCT FROM (NEW."membership_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."reminded_days" IS DISTINCT FROM (NEW."reminded_days") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."statement" IS DISTINCT FROM (NEW."statement"))', func='INSERT INTO "partners_membershipreviewevent" ("answer", "answered_at", "answered_by_id", "category_version_id", "created_at", "decided_at", "decided_by_id", "decision", "differs", "due_on", "escalation", "found", "id", "membership_id", "note", "opened_at", "opened_by_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "reminded_days", "state", "statement", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."category_version_id", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."differs", NEW."due_on", NEW."escalation", NEW."found", NEW."id", NEW."membership_id", NEW."note", NEW."opened_at", NEW."opened_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."reason", NEW."reminded_days", NEW."state", NEW."statement", NEW."updated_at", NEW."version"); RETURN NULL;', hash='214bfa2f1c6a6ed82b90c2bbcd878785b1194432', operation='UPDATE', pgid='pgtrigger_update_update_9d555', table='partners_membershipreview', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_membershipreviewevent" ("answer", "answered_at", "answered_by_id", "category_version_id", "created_at", "decided_at", "decided_by_id", "decision", "differs", "due_on", "escalation", "found", "id", "membership_id", "note", "opened_at", "opened_by_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reason", "reminded_days", "state", "statement", "updated_at", "version") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."category_version_id", OLD."created_at", OLD."decided_at", OLD."decided_by_id", OLD."decision", OLD."differs", OLD."due_on", OLD."escalation", OLD."found", OLD."id", OLD."membership_id", OLD."note", OLD."opened_at", OLD."opened_by_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."reason", OLD."reminded_days", OLD."state", OLD."statement", OLD."updated_at", OLD."version"); RETURN NULL;', hash='4f840fff30e91acf8edee85706a34a8c7a74b04e', operation='DELETE', pgid='pgtrigger_delete_delete_54809', table='partners_membershipreview', when='AFTER'))], 'regionmerge': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."application_ids" IS DISTINCT FROM (NEW."application_ids") OR OLD."category_override_ids" IS DISTINCT FROM (NEW."category_override_ids") OR OLD."child_ids" IS DISTINCT FROM (NEW."child_ids") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."into_id" IS DISTINCT FROM (NEW."into_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."merged_at" IS DISTINCT FROM (NEW."merged_at") OR OLD."merged_by_id" IS DISTINCT FROM (NEW."merged_by_id") OR OLD."moved_grant_ids" IS DISTINCT FROM (NEW."moved_grant_ids") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."partner_ids" IS DISTINCT FROM (NEW."partner_ids") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."tier_override_ids" IS DISTINCT FROM (NEW."tier_override_ids") OR OLD."undone_at" IS DISTINCT FROM (NEW."undone_at") OR OLD."undone_by_id" IS DISTINCT FROM (NEW."undone_by_id") OR OLD."user_ids" IS DISTINCT FROM (NEW."user_ids"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='19d5ad4fb2b4b83ed7343cece7137e4f12549d19', operation='UPDATE', pgid='pgtrigger_bump_version_2252f', table='partners_regionmerge', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_regionmergeevent" ("application_ids", "category_override_ids", "child_ids", "created_at", "id", "into_id", "key", "merged_at", "merged_by_id", "moved_grant_ids", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "tier_override_ids", "undone_at", "undone_by_id", "updated_at", "user_ids", "version") VALUES (NEW."application_ids", NEW."category_override_ids", NEW."child_ids", NEW."created_at", NEW."id", NEW."into_id", NEW."key", NEW."merged_at", NEW."merged_by_id", NEW."moved_grant_ids", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."tier_override_ids", NEW."undone_at", NEW."undone_by_id", NEW."updated_at", NEW."user_ids", NEW."version"); RETURN NULL;', hash='978f89846b5650c81b673d9c19cf550453dd628e', operation='INSERT', pgid='pgtrigger_insert_insert_a2e42', table='partners_regionmerge', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."application_ids" IS DISTINCT FROM (NEW."application_ids") OR OLD."category_override_ids" IS DISTINCT FROM (NEW."category_override_ids") OR OLD."child_ids" IS DISTINCT FROM (NEW."child_ids") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."into_id" IS DISTINCT FROM (NEW."into_id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."merged_at" IS DISTINCT FROM (NEW."merged_at") OR OLD."merged_by_id" IS DISTINCT FROM (NEW."merged_by_id") OR OLD."moved_grant_ids" IS DISTINCT FROM (NEW."moved_grant_ids") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."tier_override_ids" IS DISTINCT FROM (NEW."tier_override_ids") OR OLD."undone_at" IS DISTINCT FROM (NEW."undone_at") OR OLD."undone_by_id" IS DISTINCT FROM (NEW."undone_by_id") OR OLD."user_ids" IS DISTINCT FROM (NEW."user_ids"))', func='INSERT INTO "partners_regionmergeevent" ("application_ids", "category_override_ids", "child_ids", "created_at", "id", "into_id", "key", "merged_at", "merged_by_id", "moved_grant_ids", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "tier_override_ids", "undone_at", "undone_by_id", "updated_at", "user_ids", "version") VALUES (NEW."application_ids", NEW."category_override_ids", NEW."child_ids", NEW."created_at", NEW."id", NEW."into_id", NEW."key", NEW."merged_at", NEW."merged_by_id", NEW."moved_grant_ids", NEW."name", NEW."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."tier_override_ids", NEW."undone_at", NEW."undone_by_id", NEW."updated_at", NEW."user_ids", NEW."version"); RETURN NULL;', hash='0a9cd2b2355900453e534dc40a634dbd068de737', operation='UPDATE', pgid='pgtrigger_update_update_6b94d', table='partners_regionmerge', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_regionmergeevent" ("application_ids", "category_override_ids", "child_ids", "created_at", "id", "into_id", "key", "merged_at", "merged_by_id", "moved_grant_ids", "name", "parent_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "tier_override_ids", "undone_at", "undone_by_id", "updated_at", "user_ids", "version") VALUES (OLD."application_ids", OLD."category_override_ids", OLD."child_ids", OLD."created_at", OLD."id", OLD."into_id", OLD."key", OLD."merged_at", OLD."merged_by_id", OLD."moved_grant_ids", OLD."name", OLD."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."tier_override_ids", OLD."undone_at", OLD."undone_by_id", OLD."updated_at", OLD."user_ids", OLD."version"); RETURN NULL;', hash='8adf469a5001f187d4186f6bff3339fff9084de6', operation='DELETE', pgid='pgtrigger_delete_delete_4ec94', table='partners_regionmerge', when='AFTER'))], 'regionmergeevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='91377b674880a3e3b426e835e3226d80e0d4e18e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e10b5', table='partners_regionmergeevent', when='BEFORE'))]},
            )],
        ),
    ]
