import core.models.base
import core.operations
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


#: What there was becomes the published version of each scorecard, with one section; scores are measured anew the same day.
BACKFILL = """
DELETE FROM scorecards_benchmark;
UPDATE scorecards_scorerun SET slot = NULL;
UPDATE scorecards_scorecard SET sharing = 'everything';
INSERT INTO scorecards_scorecardversion (definition_id, number, state, note, published_at, stages, amber_from, green_from, peers)
SELECT id, 1, CASE WHEN EXISTS (SELECT FROM scorecards_metric m WHERE m.scorecard_id = s.id) THEN 'published' ELSE 'draft' END,
  '', now(), '{}', 40, 70, 'stage' FROM scorecards_scorecard s;
INSERT INTO scorecards_scorecardsection (scorecard_version_id, key, name, description, position)
SELECT id, 'metrics', 'Metrics', '', 0 FROM scorecards_scorecardversion WHERE state = 'published';
UPDATE scorecards_metric metric SET scorecard_version_id = found.version_id, section_id = found.section_id, position = found.place
FROM (
  SELECT m.id, v.id AS version_id, s.id AS section_id,
    row_number() OVER (PARTITION BY v.id ORDER BY m.position, m.id) - 1 AS place
  FROM scorecards_metric m JOIN scorecards_scorecardversion v ON v.definition_id = m.scorecard_id
  JOIN scorecards_scorecardsection s ON s.scorecard_version_id = v.id
) found WHERE found.id = metric.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('partners', '0001_initial'),
        ('scorecards', '0003_success_plans_and_goals'),
        ('segmentation', '0001_initial'),
    ]

    operations = [
        core.operations.Together(
            operations=[pgtrigger.migrations.RemoveTrigger(
                model_name='metric',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='metric',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='metric',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='metric',
                name='delete_delete',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='scorecard',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='scorecard',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='scorecard',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='scorecard',
                name='delete_delete',
            ), migrations.CreateModel(
                name='ScorecardVersion',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('number', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('superseded', 'Superseded')], default='draft', max_length=12)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('criteria', models.JSONField(blank=True, help_text='One criteria document; empty means everybody.', null=True)),
                    ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None, verbose_name='life stages')),
                    ('amber_from', models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='amber from')),
                    ('green_from', models.PositiveSmallIntegerField(default=70, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(100)], verbose_name='green from')),
                    ('peers', models.CharField(default='stage', max_length=80, verbose_name='compared with')),
                    ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='scorecards.scorecard')),
                    ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='PeriodScore',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('starts_on', models.DateField(help_text='The first day of the period.')),
                    ('exact', models.DecimalField(decimal_places=3, max_digits=6)),
                    ('figures', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=4, max_digits=24, null=True), default=list, size=None)),
                    ('points', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(null=True), default=list, size=None)),
                    ('section_points', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(null=True), default=list, size=None)),
                    ('peer_group', models.CharField(blank=True, help_text='With whom it is compared; empty: with nobody.', max_length=80)),
                    ('is_current', models.BooleanField(default=True)),
                    ('computed_at', models.DateTimeField()),
                    ('partner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='period_scores', to='partners.partner')),
                    ('scorecard', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='period_scores', to='scorecards.scorecard')),
                    ('scorecard_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scorecards.scorecardversion')),
                ],
            ), migrations.CreateModel(
                name='ScorecardSection',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('key', models.SlugField(max_length=60)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('description', models.CharField(blank=True, max_length=300, verbose_name='description')),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('scorecard_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='scorecards.scorecardversion')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ScorecardSectionEvent',
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
                    ('key', models.SlugField(db_index=False, max_length=60)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('description', models.CharField(blank=True, max_length=300, verbose_name='description')),
                    ('position', models.PositiveSmallIntegerField(default=0)),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='scorecards.scorecardsection')),
                    ('scorecard_version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scorecards.scorecardversion')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='ScorecardVersionEvent',
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
                    ('number', models.PositiveIntegerField()),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('superseded', 'Superseded')], default='draft', max_length=12)),
                    ('note', models.CharField(blank=True, max_length=500)),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('criteria', models.JSONField(blank=True, help_text='One criteria document; empty means everybody.', null=True)),
                    ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None, verbose_name='life stages')),
                    ('amber_from', models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='amber from')),
                    ('green_from', models.PositiveSmallIntegerField(default=70, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(100)], verbose_name='green from')),
                    ('peers', models.CharField(default='stage', max_length=80, verbose_name='compared with')),
                    ('definition', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scorecards.scorecard')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='scorecards.scorecardversion')),
                    ('published_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.RemoveField(
                model_name='metricscore',
                name='metric',
            ), migrations.RemoveField(
                model_name='metricscore',
                name='partner',
            ), migrations.RemoveConstraint(
                model_name='benchmark',
                name='benchmark_once',
            ), migrations.RemoveConstraint(
                model_name='metric',
                name='metric_key_once',
            ), migrations.RemoveField(
                model_name='benchmark',
                name='stage',
            ), migrations.RemoveField(
                model_name='metricevent',
                name='scorecard',
            ), migrations.AddField(
                model_name='benchmark',
                name='counts',
                field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=list, size=None),
            ), migrations.AddField(
                model_name='benchmark',
                name='peer_group',
                field=models.CharField(default='', max_length=80),
                preserve_default=False,
            ), migrations.AddField(
                model_name='metric',
                name='anchors',
                field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=5, verbose_name='what each level means'),
            ), migrations.AddField(
                model_name='metric',
                name='asked_of',
                field=models.CharField(choices=[('nobody', 'Nobody: it is measured'), ('cam', 'The channel manager'), ('partner', 'The partner'), ('both', "Both: the channel manager's answer counts")], default='nobody', max_length=8, verbose_name='who says it'),
            ), migrations.AddField(
                model_name='metric',
                name='benchmark_kind',
                field=models.CharField(choices=[('average', 'The average of its peers'), ('percentile', 'A percentile of its peers'), ('fixed', 'A fixed value')], default='average', max_length=10, verbose_name='compared with'),
            ), migrations.AddField(
                model_name='metric',
                name='benchmark_percentile',
                field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='percentile'),
            ), migrations.AddField(
                model_name='metric',
                name='benchmark_value',
                field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='fixed value'),
            ), migrations.AddField(
                model_name='metric',
                name='half_life_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='half-life in days'),
            ), migrations.AddField(
                model_name='metricevent',
                name='anchors',
                field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=5, verbose_name='what each level means'),
            ), migrations.AddField(
                model_name='metricevent',
                name='asked_of',
                field=models.CharField(choices=[('nobody', 'Nobody: it is measured'), ('cam', 'The channel manager'), ('partner', 'The partner'), ('both', "Both: the channel manager's answer counts")], default='nobody', max_length=8, verbose_name='who says it'),
            ), migrations.AddField(
                model_name='metricevent',
                name='benchmark_kind',
                field=models.CharField(choices=[('average', 'The average of its peers'), ('percentile', 'A percentile of its peers'), ('fixed', 'A fixed value')], default='average', max_length=10, verbose_name='compared with'),
            ), migrations.AddField(
                model_name='metricevent',
                name='benchmark_percentile',
                field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='percentile'),
            ), migrations.AddField(
                model_name='metricevent',
                name='benchmark_value',
                field=models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name='fixed value'),
            ), migrations.AddField(
                model_name='metricevent',
                name='half_life_days',
                field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='half-life in days'),
            ), migrations.AddField(
                model_name='scorecard',
                name='period',
                field=models.CharField(choices=[('month', 'Month'), ('quarter', 'Quarter'), ('half', 'Half-year'), ('year', 'Year')], default='quarter', max_length=8, verbose_name='period'),
            ), migrations.AddField(
                model_name='scorecard',
                name='purpose_kind',
                field=models.CharField(choices=[('profile', 'Profiling a prospect'), ('activation', 'Activation basics'), ('reactivation', 'Reactivation'), ('sales', 'Sales capability'), ('marketing', 'Marketing capability'), ('growth', 'Growth execution'), ('other', 'Something else')], default='other', max_length=12, verbose_name='kind'),
            ), migrations.AddField(
                model_name='scorecard',
                name='reach',
                field=models.CharField(choices=[('everybody', 'Everybody it applies to'), ('switched_on', 'Partners it was switched on for')], default='everybody', max_length=12, verbose_name='who is measured'),
            ), migrations.AddField(
                model_name='scorecard',
                name='retired_at',
                field=models.DateTimeField(editable=False, null=True),
            ), migrations.AddField(
                model_name='scorecard',
                name='sharing',
                field=models.CharField(choices=[('nothing', 'Nothing'), ('score', 'Its score'), ('everything', 'Its score, sections and metrics')], default='nothing', max_length=10, verbose_name='what the partner sees'),
            ), migrations.AddField(
                model_name='scorecardevent',
                name='period',
                field=models.CharField(choices=[('month', 'Month'), ('quarter', 'Quarter'), ('half', 'Half-year'), ('year', 'Year')], default='quarter', max_length=8, verbose_name='period'),
            ), migrations.AddField(
                model_name='scorecardevent',
                name='purpose_kind',
                field=models.CharField(choices=[('profile', 'Profiling a prospect'), ('activation', 'Activation basics'), ('reactivation', 'Reactivation'), ('sales', 'Sales capability'), ('marketing', 'Marketing capability'), ('growth', 'Growth execution'), ('other', 'Something else')], default='other', max_length=12, verbose_name='kind'),
            ), migrations.AddField(
                model_name='scorecardevent',
                name='reach',
                field=models.CharField(choices=[('everybody', 'Everybody it applies to'), ('switched_on', 'Partners it was switched on for')], default='everybody', max_length=12, verbose_name='who is measured'),
            ), migrations.AddField(
                model_name='scorecardevent',
                name='retired_at',
                field=models.DateTimeField(editable=False, null=True),
            ), migrations.AddField(
                model_name='scorecardevent',
                name='sharing',
                field=models.CharField(choices=[('nothing', 'Nothing'), ('score', 'Its score'), ('everything', 'Its score, sections and metrics')], default='nothing', max_length=10, verbose_name='what the partner sees'),
            ), migrations.AlterField(
                model_name='metric',
                name='expression',
                field=models.JSONField(blank=True, null=True, verbose_name='what is measured'),
            ), migrations.AlterField(
                model_name='metricevent',
                name='expression',
                field=models.JSONField(blank=True, null=True, verbose_name='what is measured'),
            ), migrations.AddField(
                model_name='metric',
                name='section',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='metrics', to='scorecards.scorecardsection'),
            ), migrations.AddField(
                model_name='metricevent',
                name='section',
                field=models.ForeignKey(db_constraint=False, default=0, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scorecards.scorecardsection'),
                preserve_default=False,
            ), migrations.AddField(
                model_name='metric',
                name='scorecard_version',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='metrics', to='scorecards.scorecardversion'),
            ), migrations.AddField(
                model_name='metricevent',
                name='scorecard_version',
                field=models.ForeignKey(db_constraint=False, default=0, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='scorecards.scorecardversion'),
                preserve_default=False,
            ), migrations.DeleteModel(
                name='MetricScore',
            )],
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        core.operations.Together(
            operations=[migrations.AlterField(
                model_name='metric',
                name='scorecard_version',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='metrics', to='scorecards.scorecardversion'),
            ), migrations.AlterField(
                model_name='metric',
                name='section',
                field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='metrics', to='scorecards.scorecardsection'),
            ), migrations.RemoveField(
                model_name='metric',
                name='scorecard',
            ), migrations.AddConstraint(
                model_name='benchmark',
                constraint=models.UniqueConstraint(fields=('scorecard', 'metric', 'peer_group'), name='benchmark_once', nulls_distinct=False),
            ), migrations.AddConstraint(
                model_name='benchmark',
                constraint=models.CheckConstraint(condition=models.Q(('counts__len', 0), ('counts__len', 101), _connector='OR'), name='benchmark_counts_points'),
            ), migrations.AddConstraint(
                model_name='scorecard',
                constraint=models.CheckConstraint(condition=models.Q(('is_main', False), ('retired_at__isnull', True), _connector='OR'), name='scorecard_main_in_use'),
            ), migrations.AddConstraint(
                model_name='scorecard',
                constraint=models.CheckConstraint(condition=models.Q(('reach__in', ['everybody', 'switched_on'])), name='scorecard_reach_known'),
            ), migrations.AddConstraint(
                model_name='scorecard',
                constraint=models.CheckConstraint(condition=models.Q(('period__in', ['month', 'quarter', 'half', 'year'])), name='scorecard_period_known'),
            ), migrations.AddConstraint(
                model_name='scorecard',
                constraint=models.CheckConstraint(condition=models.Q(('sharing__in', ['nothing', 'score', 'everything'])), name='scorecard_sharing_known'),
            ), migrations.AddConstraint(
                model_name='metric',
                constraint=models.UniqueConstraint(fields=('scorecard_version', 'key'), name='metric_key_once'),
            ), migrations.AddConstraint(
                model_name='metric',
                constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('section', 'position'), name='metric_position_once'),
            ), migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('anchors__len', 0), ('asked_of', 'nobody'), ('expression__isnull', False)), models.Q(('asked_of__in', ['cam', 'partner', 'both']), ('expression__isnull', True), ('anchors__len', 5), ('floor', 1), ('target', 5)), _connector='OR'), name='metric_measured_or_answered'),
            ), migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(('half_life_days__isnull', True), ('half_life_days__gte', 1), _connector='OR'), name='metric_fades_in_days'),
            ), migrations.AddConstraint(
                model_name='metric',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('benchmark_kind', 'fixed'), ('benchmark_value__isnull', False)), models.Q(('benchmark_kind', 'percentile'), ('benchmark_percentile__isnull', False), ('benchmark_percentile__range', (1, 99))), ('benchmark_kind', 'average'), _connector='OR'), name='metric_benchmark_complete'),
            ), migrations.AddConstraint(
                model_name='scorecardversion',
                constraint=models.UniqueConstraint(fields=('definition', 'number'), name='scorecard_version_number_once'),
            ), migrations.AddConstraint(
                model_name='scorecardversion',
                constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('definition',), name='scorecard_version_one_draft'),
            ), migrations.AddConstraint(
                model_name='scorecardversion',
                constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('definition',), name='scorecard_version_one_published'),
            ), migrations.AddConstraint(
                model_name='scorecardversion',
                constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='OR'), name='scorecard_version_published_at_known'),
            ), migrations.AddConstraint(
                model_name='scorecardversion',
                constraint=models.CheckConstraint(condition=models.Q(('amber_from__gte', 1), ('green_from__gt', models.F('amber_from')), ('green_from__lte', 100)), name='scorecard_version_zones_in_order'),
            ), migrations.AddConstraint(
                model_name='scorecardsection',
                constraint=models.UniqueConstraint(fields=('scorecard_version', 'key'), name='scorecard_section_key_once'),
            ), migrations.AddConstraint(
                model_name='scorecardsection',
                constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('scorecard_version', 'position'), name='scorecard_section_position_once'),
            ), migrations.AddConstraint(
                model_name='periodscore',
                constraint=models.UniqueConstraint(fields=('partner', 'scorecard', 'starts_on'), name='period_score_once'),
            ), migrations.AddConstraint(
                model_name='periodscore',
                constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('partner', 'scorecard'), name='period_score_one_current'),
            ), migrations.AddConstraint(
                model_name='periodscore',
                constraint=models.CheckConstraint(condition=models.Q(('exact__range', (0, 100))), name='period_score_range'),
            ), migrations.AddConstraint(
                model_name='periodscore',
                constraint=models.CheckConstraint(condition=models.Q(('figures__len', models.F('points__len'))), name='period_score_figures_have_points'),
            ), core.operations.AddTriggers(
                triggers={'metric': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."advice" IS DISTINCT FROM (NEW."advice") OR OLD."anchors" IS DISTINCT FROM (NEW."anchors") OR OLD."asked_of" IS DISTINCT FROM (NEW."asked_of") OR OLD."benchmark_kind" IS DISTINCT FROM (NEW."benchmark_kind") OR OLD."benchmark_percentile" IS DISTINCT FROM (NEW."benchmark_percentile") OR OLD."benchmark_value" IS DISTINCT FROM (NEW."benchmark_value") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."expression" IS DISTINCT FROM (NEW."expression") OR OLD."floor" IS DISTINCT FROM (NEW."floor") OR OLD."half_life_days" IS DISTINCT FROM (NEW."half_life_days") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."scorecard_version_id" IS DISTINCT FROM (NEW."scorecard_version_id") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."target" IS DISTINCT FROM (NEW."target") OR OLD."timing" IS DISTINCT FROM (NEW."timing") OR OLD."unit" IS DISTINCT FROM (NEW."unit") OR OLD."weight" IS DISTINCT FROM (NEW."weight"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='49e681b791ec1b662b82bc55ba3fd8247f12c0a4', operation='UPDATE', pgid='pgtrigger_bump_version_ab4e4', table='scorecards_metric', when='BEFORE')), pgtrigger.compiler.Trigger(name='protect_published', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched bigint[];', func="\n            touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.scorecard_version_id]\n                WHEN 'DELETE' THEN ARRAY[OLD.scorecard_version_id]\n                ELSE ARRAY[OLD.scorecard_version_id, NEW.scorecard_version_id] END;\n            IF EXISTS (SELECT FROM scorecards_scorecardversion WHERE id = ANY(touched) AND state <> 'draft') THEN\n                RAISE EXCEPTION 'The metrics of a published version are never changed.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='d3154cc1f836bf2b6ed30ae82f3db054396bda91', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_protect_published_35171', table='scorecards_metric', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_metricevent" ("advice", "anchors", "asked_of", "benchmark_kind", "benchmark_percentile", "benchmark_value", "created_at", "description", "direction", "expression", "floor", "half_life_days", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "section_id", "target", "timing", "unit", "updated_at", "version", "weight") VALUES (NEW."advice", NEW."anchors", NEW."asked_of", NEW."benchmark_kind", NEW."benchmark_percentile", NEW."benchmark_value", NEW."created_at", NEW."description", NEW."direction", NEW."expression", NEW."floor", NEW."half_life_days", NEW."id", NEW."key", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."public_id", NEW."scorecard_version_id", NEW."section_id", NEW."target", NEW."timing", NEW."unit", NEW."updated_at", NEW."version", NEW."weight"); RETURN NULL;', hash='e99a9eed721079e91abb8d1da118cc775535706e', operation='INSERT', pgid='pgtrigger_insert_insert_8008a', table='scorecards_metric', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."advice" IS DISTINCT FROM (NEW."advice") OR OLD."anchors" IS DISTINCT FROM (NEW."anchors") OR OLD."asked_of" IS DISTINCT FROM (NEW."asked_of") OR OLD."benchmark_kind" IS DISTINCT FROM (NEW."benchmark_kind") OR OLD."benchmark_percentile" IS DISTINCT FROM (NEW."benchmark_percentile") OR OLD."benchmark_value" IS DISTINCT FROM (NEW."benchmark_value") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."direction" IS DISTINCT FROM (NEW."direction") OR OLD."expression" IS DISTINCT FROM (NEW."expression") OR OLD."floor" IS DISTINCT FROM (NEW."floor") OR OLD."half_life_days" IS DISTINCT FROM (NEW."half_life_days") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."scorecard_version_id" IS DISTINCT FROM (NEW."scorecard_version_id") OR OLD."section_id" IS DISTINCT FROM (NEW."section_id") OR OLD."target" IS DISTINCT FROM (NEW."target") OR OLD."timing" IS DISTINCT FROM (NEW."timing") OR OLD."unit" IS DISTINCT FROM (NEW."unit") OR OLD."weight" IS DISTINCT FROM (NEW."weight"))', func='INSERT INTO "scorecards_metricevent" ("advice", "anchors", "asked_of", "benchmark_kind", "benchmark_percentile", "benchmark_value", "created_at", "description", "direction", "expression", "floor", "half_life_days", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "section_id", "target", "timing", "unit", "updated_at", "version", "weight") VALUES (NEW."advice", NEW."anchors", NEW."asked_of", NEW."benchmark_kind", NEW."benchmark_percentile", NEW."benchmark_value", NEW."created_at", NEW."description", NEW."direction", NEW."expression", NEW."floor", NEW."half_life_days", NEW."id", NEW."key", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."public_id", NEW."scorecard_version_id", NEW."section_id", NEW."target", NEW."timing", NEW."unit", NEW."updated_at", NEW."version", NEW."weight"); RETURN NULL;', hash='9b32426155e5c458ff83e23803375161523af812', operation='UPDATE', pgid='pgtrigger_update_update_35a44', table='scorecards_metric', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_metricevent" ("advice", "anchors", "asked_of", "benchmark_kind", "benchmark_percentile", "benchmark_value", "created_at", "description", "direction", "expression", "floor", "half_life_days", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "section_id", "target", "timing", "unit", "updated_at", "version", "weight") VALUES (OLD."advice", OLD."anchors", OLD."asked_of", OLD."benchmark_kind", OLD."benchmark_percentile", OLD."benchmark_value", OLD."created_at", OLD."description", OLD."direction", OLD."expression", OLD."floor", OLD."half_life_days", OLD."id", OLD."key", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."public_id", OLD."scorecard_version_id", OLD."section_id", OLD."target", OLD."timing", OLD."unit", OLD."updated_at", OLD."version", OLD."weight"); RETURN NULL;', hash='6ac32221b45cafd1ba5f17acbec7d0477f71a690', operation='DELETE', pgid='pgtrigger_delete_delete_ed40b', table='scorecards_metric', when='AFTER'))], 'scorecard': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_main" IS DISTINCT FROM (NEW."is_main") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."purpose_kind" IS DISTINCT FROM (NEW."purpose_kind") OR OLD."reach" IS DISTINCT FROM (NEW."reach") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."sharing" IS DISTINCT FROM (NEW."sharing"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='3bf6b4b1bd79494e3382d503edde9d7d1f3f76ab', operation='UPDATE', pgid='pgtrigger_bump_version_2a36b', table='scorecards_scorecard', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardevent" ("created_at", "id", "is_main", "key", "name", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "purpose_kind", "reach", "retired_at", "sharing", "updated_at", "version") VALUES (NEW."created_at", NEW."id", NEW."is_main", NEW."key", NEW."name", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."purpose", NEW."purpose_kind", NEW."reach", NEW."retired_at", NEW."sharing", NEW."updated_at", NEW."version"); RETURN NULL;', hash='8cf89442c821f60fdc745f6b5cfca4b241b981ae', operation='INSERT', pgid='pgtrigger_insert_insert_984a7', table='scorecards_scorecard', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_main" IS DISTINCT FROM (NEW."is_main") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."period" IS DISTINCT FROM (NEW."period") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."purpose_kind" IS DISTINCT FROM (NEW."purpose_kind") OR OLD."reach" IS DISTINCT FROM (NEW."reach") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."sharing" IS DISTINCT FROM (NEW."sharing"))', func='INSERT INTO "scorecards_scorecardevent" ("created_at", "id", "is_main", "key", "name", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "purpose_kind", "reach", "retired_at", "sharing", "updated_at", "version") VALUES (NEW."created_at", NEW."id", NEW."is_main", NEW."key", NEW."name", NEW."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."purpose", NEW."purpose_kind", NEW."reach", NEW."retired_at", NEW."sharing", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c8ec27a375b9c5507b59363173d4dceb5ae3e009', operation='UPDATE', pgid='pgtrigger_update_update_ce212', table='scorecards_scorecard', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardevent" ("created_at", "id", "is_main", "key", "name", "period", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "purpose", "purpose_kind", "reach", "retired_at", "sharing", "updated_at", "version") VALUES (OLD."created_at", OLD."id", OLD."is_main", OLD."key", OLD."name", OLD."period", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."purpose", OLD."purpose_kind", OLD."reach", OLD."retired_at", OLD."sharing", OLD."updated_at", OLD."version"); RETURN NULL;', hash='344f5c131d33e9780f9eb3eb4a9f4fe12bebb09b', operation='DELETE', pgid='pgtrigger_delete_delete_3ba48', table='scorecards_scorecard', when='AFTER'))], 'scorecardsection': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."scorecard_version_id" IS DISTINCT FROM (NEW."scorecard_version_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='685f2199083db5f0b1d47717f3b96e8f6f72dab0', operation='UPDATE', pgid='pgtrigger_bump_version_dc027', table='scorecards_scorecardsection', when='BEFORE')), pgtrigger.compiler.Trigger(name='protect_published', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE touched bigint[];', func="\n            touched := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.scorecard_version_id]\n                WHEN 'DELETE' THEN ARRAY[OLD.scorecard_version_id]\n                ELSE ARRAY[OLD.scorecard_version_id, NEW.scorecard_version_id] END;\n            IF EXISTS (SELECT FROM scorecards_scorecardversion WHERE id = ANY(touched) AND state <> 'draft') THEN\n                RAISE EXCEPTION 'The sections of a published version are never changed.'\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='e02e03804f0f59446e2fdaf904f5da329f10c552', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_protect_published_3333d', table='scorecards_scorecardsection', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardsectionevent" ("created_at", "description", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."key", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."public_id", NEW."scorecard_version_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='cb2282a4dba5a40bb96279174731114d158b7ae1', operation='INSERT', pgid='pgtrigger_insert_insert_18efa', table='scorecards_scorecardsection', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."scorecard_version_id" IS DISTINCT FROM (NEW."scorecard_version_id"))', func='INSERT INTO "scorecards_scorecardsectionevent" ("created_at", "description", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."key", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."public_id", NEW."scorecard_version_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='3796732c82dc7963c159d00753baac352f852e2f', operation='UPDATE', pgid='pgtrigger_update_update_2fb1d', table='scorecards_scorecardsection', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardsectionevent" ("created_at", "description", "id", "key", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "scorecard_version_id", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."key", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."public_id", OLD."scorecard_version_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='018ed2b8b036539d7391d7496c51d228a181bfb2', operation='DELETE', pgid='pgtrigger_delete_delete_e3c1c', table='scorecards_scorecardsection', when='AFTER'))], 'scorecardsectionevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ae698e444af2255beef9868a651f7cd6ecde60c2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_38e6c', table='scorecards_scorecardsectionevent', when='BEFORE'))], 'scorecardversion': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amber_from" IS DISTINCT FROM (NEW."amber_from") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."criteria" IS DISTINCT FROM (NEW."criteria") OR OLD."definition_id" IS DISTINCT FROM (NEW."definition_id") OR OLD."green_from" IS DISTINCT FROM (NEW."green_from") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."peers" IS DISTINCT FROM (NEW."peers") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."stages" IS DISTINCT FROM (NEW."stages") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='04e64d8d8e5623c8b8301ecc4212266c1eb42046', operation='UPDATE', pgid='pgtrigger_bump_version_fa429', table='scorecards_scorecardversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='protect_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'draft')", func="\n        IF TG_OP = 'DELETE' THEN\n            RAISE EXCEPTION 'A published version is never deleted.' USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        IF (to_jsonb(NEW) - '{state,version,updated_at}'::text[]) IS DISTINCT FROM\n           (to_jsonb(OLD) - '{state,version,updated_at}'::text[]) THEN\n            RAISE EXCEPTION 'A published version is never changed.' USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='13bf2aaf15eba2cad247bf0351798dc030dbf80d', operation='UPDATE OR DELETE', pgid='pgtrigger_protect_published_6e32f', table='scorecards_scorecardversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardversionevent" ("amber_from", "created_at", "criteria", "definition_id", "green_from", "id", "note", "number", "peers", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "published_by_id", "stages", "state", "updated_at", "version") VALUES (NEW."amber_from", NEW."created_at", NEW."criteria", NEW."definition_id", NEW."green_from", NEW."id", NEW."note", NEW."number", NEW."peers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."stages", NEW."state", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e1f5014395d6a9af5f557b08d2e7c34bbdc18acb', operation='INSERT', pgid='pgtrigger_insert_insert_2f2b6', table='scorecards_scorecardversion', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."amber_from" IS DISTINCT FROM (NEW."amber_from") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."criteria" IS DISTINCT FROM (NEW."criteria") OR OLD."definition_id" IS DISTINCT FROM (NEW."definition_id") OR OLD."green_from" IS DISTINCT FROM (NEW."green_from") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."peers" IS DISTINCT FROM (NEW."peers") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."stages" IS DISTINCT FROM (NEW."stages") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "scorecards_scorecardversionevent" ("amber_from", "created_at", "criteria", "definition_id", "green_from", "id", "note", "number", "peers", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "published_by_id", "stages", "state", "updated_at", "version") VALUES (NEW."amber_from", NEW."created_at", NEW."criteria", NEW."definition_id", NEW."green_from", NEW."id", NEW."note", NEW."number", NEW."peers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."published_at", NEW."published_by_id", NEW."stages", NEW."state", NEW."updated_at", NEW."version"); RETURN NULL;', hash='ede0cd5fee2ab097b6e941fa1cfe1d7084741782', operation='UPDATE', pgid='pgtrigger_update_update_2a5b0', table='scorecards_scorecardversion', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "scorecards_scorecardversionevent" ("amber_from", "created_at", "criteria", "definition_id", "green_from", "id", "note", "number", "peers", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "published_by_id", "stages", "state", "updated_at", "version") VALUES (OLD."amber_from", OLD."created_at", OLD."criteria", OLD."definition_id", OLD."green_from", OLD."id", OLD."note", OLD."number", OLD."peers", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."published_at", OLD."published_by_id", OLD."stages", OLD."state", OLD."updated_at", OLD."version"); RETURN NULL;', hash='a54714d29cdcd24b45e632b7b3fd2b64cee61d50', operation='DELETE', pgid='pgtrigger_delete_delete_5fab9', table='scorecards_scorecardversion', when='AFTER'))], 'scorecardversionevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6d434fda5d6e9b96005d6514ddbf885ed0256982', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_161ef', table='scorecards_scorecardversionevent', when='BEFORE'))]},
            )],
        ),
    ]
