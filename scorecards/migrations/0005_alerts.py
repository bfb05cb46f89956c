import core.models.base
import core.operations
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('partners', '0002_secondary_managers_and_leave_covers'),
        ('scorecards', '0004_versions_with_sections'),
    ]

    operations = [
        core.operations.Together(
            operations=[migrations.CreateModel(
                name='AlertRun',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('reason', models.CharField(max_length=200)),
                    ('slot', models.CharField(help_text='A day of the program: each is run once, however many beats.', max_length=80, null=True, unique=True)),
                    ('next_id', models.BigIntegerField(default=0, help_text='Partners below it are done.')),
                    ('done_at', models.DateTimeField(null=True)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['id'], name='alert_run_waiting')],
                },
            ), migrations.CreateModel(
                name='ActionChoice',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('key', models.CharField(max_length=60)),
                    ('title', models.CharField(help_text='What it was, for the list of what was set aside.', max_length=300)),
                    ('set_aside_at', models.DateTimeField(null=True)),
                    ('until_on', models.DateField(help_text='The day on which it comes back; none: never.', null=True)),
                    ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                    ('quadrant', models.CharField(blank=True, choices=[('now', 'Do now'), ('plan', 'Plan'), ('quick', 'Quick wins'), ('later', 'Later')], max_length=5)),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='action_choices', to='partners.partner')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='action_choices', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(fields=['partner', 'user'], name='action_choice_by_partner')],
                    'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='action_choice_once'), models.CheckConstraint(condition=models.Q(('set_aside_at__isnull', False), models.Q(('until_on__isnull', True), ('reason', ''), models.Q(('quadrant', ''), _negated=True)), _connector='OR'), name='action_choice_says_something'), models.CheckConstraint(condition=models.Q(('set_aside_at__isnull', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='action_choice_set_aside_for_a_reason'), models.CheckConstraint(condition=models.Q(('quadrant', ''), ('quadrant__in', ['now', 'plan', 'quick', 'later']), _connector='OR'), name='action_choice_quadrant_known')],
                },
            ), migrations.CreateModel(
                name='Alert',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('kind', models.CharField(choices=[('deal', 'Stalled deal'), ('tier', 'Tier at risk'), ('review', 'Review due'), ('certification', 'Certification expiring'), ('engagement', 'Engagement dropped'), ('silent', 'Silent partner')], max_length=14)),
                    ('facts', models.JSONField(default=dict)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField(null=True)),
                    ('told_at', models.DateTimeField(null=True)),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='partners.partner')),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(fields=['partner', '-starts_at'], name='alert_by_partner'), models.Index(condition=models.Q(('ends_at__isnull', True), ('told_at__isnull', True)), fields=['partner'], name='alert_to_be_told')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True)), fields=('partner', 'kind'), name='alert_one_open'), models.CheckConstraint(condition=models.Q(('kind__in', ['deal', 'tier', 'review', 'certification', 'engagement', 'silent'])), name='alert_kind_known'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='alert_period')],
                },
            ), migrations.CreateModel(
                name='AlertPolicy',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('deal_quiet_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='an open deal has not changed for (days)')),
                    ('tier_days', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a review that lowers, or the end of grace, comes within (days)')),
                    ('review_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a review of a category is due within (days)')),
                    ('certification_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a certification expires within (days)')),
                    ('engagement_drop_percent', models.PositiveSmallIntegerField(default=50, help_text='Against the average of the 90 days before.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='activity of 30 days has dropped by (percent)')),
                    ('engagement_least', models.PositiveSmallIntegerField(default=15, help_text='Sign-ins, views, downloads and steps; with less, a drop says nothing.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='and there was this much activity in the 90 days before')),
                    ('silent_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='nobody was in touch and nobody signed in for (days)')),
                    ('switched_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('deal', 'Stalled deal'), ('tier', 'Tier at risk'), ('review', 'Review due'), ('certification', 'Certification expiring'), ('engagement', 'Engagement dropped'), ('silent', 'Silent partner')], max_length=14), blank=True, default=list, size=None)),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='alert_policy_single_row'), models.CheckConstraint(condition=models.Q(('engagement_drop_percent__range', (1, 100))), name='alert_policy_drop_in_percent'), models.CheckConstraint(condition=models.Q(('switched_off__contained_by', ['deal', 'tier', 'review', 'certification', 'engagement', 'silent'])), name='alert_policy_kinds_known')],
                },
            ), migrations.CreateModel(
                name='AlertPolicyEvent',
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
                    ('deal_quiet_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='an open deal has not changed for (days)')),
                    ('tier_days', models.PositiveSmallIntegerField(default=45, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a review that lowers, or the end of grace, comes within (days)')),
                    ('review_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a review of a category is due within (days)')),
                    ('certification_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='a certification expires within (days)')),
                    ('engagement_drop_percent', models.PositiveSmallIntegerField(default=50, help_text='Against the average of the 90 days before.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='activity of 30 days has dropped by (percent)')),
                    ('engagement_least', models.PositiveSmallIntegerField(default=15, help_text='Sign-ins, views, downloads and steps; with less, a drop says nothing.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='and there was this much activity in the 90 days before')),
                    ('silent_days', models.PositiveSmallIntegerField(default=60, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)], verbose_name='nobody was in touch and nobody signed in for (days)')),
                    ('switched_off', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('deal', 'Stalled deal'), ('tier', 'Tier at risk'), ('review', 'Review due'), ('certification', 'Certification expiring'), ('engagement', 'Engagement dropped'), ('silent', 'Silent partner')], max_length=14), blank=True, default=list, size=None)),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='scorecards.alertpolicy')),
                ],
                options={
                    'abstract': False,
                },
            ), core.operations.AddTriggers(
                triggers={'actionchoice': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quadrant" IS DISTINCT FROM (NEW."quadrant") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."set_aside_at" IS DISTINCT FROM (NEW."set_aside_at") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."until_on" IS DISTINCT FROM (NEW."until_on") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='f6f6682ab6c6b3f8058c1309f34d9e4d77abe6d9', operation='UPDATE', pgid='pgtrigger_bump_version_87a05', table='scorecards_actionchoice', when='BEFORE'))], 'alert': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."told_at" IS DISTINCT FROM (NEW."told_at"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='b01ac0ef7e795c96373cbc8299b7725bd8749279', operation='UPDATE', pgid='pgtrigger_bump_version_6afbc', table='scorecards_alert', when='BEFORE'))], 'alertpolicy': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_days" IS DISTINCT FROM (NEW."certification_days") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deal_quiet_days" IS DISTINCT FROM (NEW."deal_quiet_days") OR OLD."engagement_drop_percent" IS DISTINCT FROM (NEW."engagement_drop_percent") OR OLD."engagement_least" IS DISTINCT FROM (NEW."engagement_least") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."review_days" IS DISTINCT FROM (NEW."review_days") OR OLD."silent_days" IS DISTINCT FROM (NEW."silent_days") OR OLD."switched_off" IS DISTINCT FROM (NEW."switched_off") OR OLD."tier_days" IS DISTINCT FROM (NEW."tier_days"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='23bbbaf1d19e7d030b8614abd3eecdae820ebb5a', operation='UPDATE', pgid='pgtrigger_bump_version_9a691', table='scorecards_alertpolicy', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_alertpolicyevent" ("certification_days", "created_at", "deal_quiet_days", "engagement_drop_percent", "engagement_least", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "review_days", "silent_days", "switched_off", "tier_days", "updated_at", "version") VALUES (NEW."certification_days", NEW."created_at", NEW."deal_quiet_days", NEW."engagement_drop_percent", NEW."engagement_least", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."review_days", NEW."silent_days", NEW."switched_off", NEW."tier_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='022be6fc94d7d141407739cdcfe631be66056903', operation='INSERT', pgid='pgtrigger_insert_insert_0902f', table='scorecards_alertpolicy', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_days" IS DISTINCT FROM (NEW."certification_days") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."deal_quiet_days" IS DISTINCT FROM (NEW."deal_quiet_days") OR OLD."engagement_drop_percent" IS DISTINCT FROM (NEW."engagement_drop_percent") OR OLD."engagement_least" IS DISTINCT FROM (NEW."engagement_least") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."review_days" IS DISTINCT FROM (NEW."review_days") OR OLD."silent_days" IS DISTINCT FROM (NEW."silent_days") OR OLD."switched_off" IS DISTINCT FROM (NEW."switched_off") OR OLD."tier_days" IS DISTINCT FROM (NEW."tier_days"))', func='INSERT INTO "scorecards_alertpolicyevent" ("certification_days", "created_at", "deal_quiet_days", "engagement_drop_percent", "engagement_least", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "review_days", "silent_days", "switched_off", "tier_days", "updated_at", "version") VALUES (NEW."certification_days", NEW."created_at", NEW."deal_quiet_days", NEW."engagement_drop_percent", NEW."engagement_least", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."review_days", NEW."silent_days", NEW."switched_off", NEW."tier_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='6b5aa453700c8959e4db30456f98f8056f0395e6', operation='UPDATE', pgid='pgtrigger_update_update_23185', table='scorecards_alertpolicy', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_alertpolicyevent" ("certification_days", "created_at", "deal_quiet_days", "engagement_drop_percent", "engagement_least", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "review_days", "silent_days", "switched_off", "tier_days", "updated_at", "version") VALUES (OLD."certification_days", OLD."created_at", OLD."deal_quiet_days", OLD."engagement_drop_percent", OLD."engagement_least", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."review_days", OLD."silent_days", OLD."switched_off", OLD."tier_days", OLD."updated_at", OLD."version"); RETURN NULL;', hash='78f9764fb5cd1e30141d3dd07451539d22f8a7e4', operation='DELETE', pgid='pgtrigger_delete_delete_6659c', table='scorecards_alertpolicy', when='AFTER'))], 'alertpolicyevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f2ce508244c914fd40e459651653c2f9f8d58b9f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_efc11', table='scorecards_alertpolicyevent', when='BEFORE'))], 'alertrun': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."next_id" IS DISTINCT FROM (NEW."next_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."slot" IS DISTINCT FROM (NEW."slot"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='4f18a937f94714a5ab2f6a85833a7bdb9518040f', operation='UPDATE', pgid='pgtrigger_bump_version_8c4d9', table='scorecards_alertrun', when='BEFORE'))]},
            )],
        ),
    ]
