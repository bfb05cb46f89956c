import core.models.base
import core.operations
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_integrations'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.CreateModel(
                name='SavedView',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('page', models.CharField(max_length=40)),
                    ('name', models.CharField(max_length=60, verbose_name='name')),
                    ('filters', models.JSONField(blank=True, default=dict)),
                    ('columns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                    ('sort', models.CharField(blank=True, max_length=40)),
                    ('is_shared', models.BooleanField(default=False, verbose_name='colleagues see it, too')),
                    ('is_default', models.BooleanField(default=False, verbose_name='open the page with it')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('is_shared', True)), fields=['page'], name='saved_view_shared')],
                    'constraints': [models.UniqueConstraint(models.F('user'), models.F('page'), django.db.models.functions.text.Lower('name'), name='saved_view_name_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('user', 'page'), name='saved_view_one_default'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_named')],
                },
            ), core.operations.AddTriggers(
                triggers={'savedview': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."columns" IS DISTINCT FROM (NEW."columns") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."filters" IS DISTINCT FROM (NEW."filters") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_default" IS DISTINCT FROM (NEW."is_default") OR OLD."is_shared" IS DISTINCT FROM (NEW."is_shared") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."page" IS DISTINCT FROM (NEW."page") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."sort" IS DISTINCT FROM (NEW."sort") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='3b506c8b7cbacc5b443a851628f920867e788f02', operation='UPDATE', pgid='pgtrigger_bump_version_e3d46', table='accounts_savedview', when='BEFORE'))]},
            )],
        ),
    ]
