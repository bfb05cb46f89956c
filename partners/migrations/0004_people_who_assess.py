import core.operations
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0003_region_merges_and_reviews_opened_by_hand'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.AddField(
                model_name='person',
                name='may_assess',
                field=models.BooleanField(db_default=False, default=False, verbose_name='answers self-assessments'),
            ), migrations.AddField(
                model_name='personevent',
                name='may_assess',
                field=models.BooleanField(db_default=False, default=False, verbose_name='answers self-assessments'),
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='person',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='person',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='person',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='person',
                name='delete_delete',
            ), core.operations.AddTriggers(
                triggers={'person': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_admin" IS DISTINCT FROM (NEW."is_admin") OR OLD."job_function" IS DISTINCT FROM (NEW."job_function") OR OLD."job_title" IS DISTINCT FROM (NEW."job_title") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."left_at" IS DISTINCT FROM (NEW."left_at") OR OLD."may_assess" IS DISTINCT FROM (NEW."may_assess") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='d52e3f4d9a2110ea43c589b6dfdc5a39483158e1', operation='UPDATE', pgid='pgtrigger_bump_version_34797', table='partners_person', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_personevent" ("created_at", "email", "id", "is_admin", "job_function", "job_title", "language", "left_at", "may_assess", "name", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "public_id", "updated_at", "user_id", "version") VALUES (NEW."created_at", NEW."email", NEW."id", NEW."is_admin", NEW."job_function", NEW."job_title", NEW."language", NEW."left_at", NEW."may_assess", NEW."name", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."phone", NEW."public_id", NEW."updated_at", NEW."user_id", NEW."version"); RETURN NULL;', hash='0267ade10789e20b50fe298a8c0b25d7ae398c70', operation='INSERT', pgid='pgtrigger_insert_insert_85018', table='partners_person', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_admin" IS DISTINCT FROM (NEW."is_admin") OR OLD."job_function" IS DISTINCT FROM (NEW."job_function") OR OLD."job_title" IS DISTINCT FROM (NEW."job_title") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."left_at" IS DISTINCT FROM (NEW."left_at") OR OLD."may_assess" IS DISTINCT FROM (NEW."may_assess") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='INSERT INTO "partners_personevent" ("created_at", "email", "id", "is_admin", "job_function", "job_title", "language", "left_at", "may_assess", "name", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "public_id", "updated_at", "user_id", "version") VALUES (NEW."created_at", NEW."email", NEW."id", NEW."is_admin", NEW."job_function", NEW."job_title", NEW."language", NEW."left_at", NEW."may_assess", NEW."name", NEW."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."phone", NEW."public_id", NEW."updated_at", NEW."user_id", NEW."version"); RETURN NULL;', hash='b84de576f85fa263beb025aed305df5c41469255', operation='UPDATE', pgid='pgtrigger_update_update_2d6cd', table='partners_person', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "partners_personevent" ("created_at", "email", "id", "is_admin", "job_function", "job_title", "language", "left_at", "may_assess", "name", "partner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "public_id", "updated_at", "user_id", "version") VALUES (OLD."created_at", OLD."email", OLD."id", OLD."is_admin", OLD."job_function", OLD."job_title", OLD."language", OLD."left_at", OLD."may_assess", OLD."name", OLD."partner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."phone", OLD."public_id", OLD."updated_at", OLD."user_id", OLD."version"); RETURN NULL;', hash='a2eb0a7bb007c0e2b709b7d9d3568211c43595a6', operation='DELETE', pgid='pgtrigger_delete_delete_efc5b', table='partners_person', when='AFTER'))]},
            )],
        ),
    ]
