import core.models.base
import core.operations
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import enablement.models.quizzes
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# Whose a certificate counts for is told by the person who holds it.
KNOW_PARTNERS = """
    ALTER TABLE enablement_heldcertification DISABLE TRIGGER USER;
    UPDATE enablement_heldcertification held SET partner_id = person.partner_id
        FROM partners_person person WHERE person.id = held.person_id;
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    ALTER TABLE enablement_heldcertification ENABLE TRIGGER USER;
    ALTER TABLE enablement_heldcertificationevent DISABLE TRIGGER USER;
    UPDATE enablement_heldcertificationevent event SET partner_id = person.partner_id
        FROM partners_person person WHERE person.id = event.person_id;
    UPDATE enablement_heldcertificationevent SET partner_id = 0 WHERE partner_id IS NULL;
    ALTER TABLE enablement_heldcertificationevent ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('enablement', '0001_initial'),
        ('partners', '0001_initial'),
        ('segmentation', '0001_initial'),
    ]

    operations = [
        core.operations.Together(
            operations=[pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='stale_on_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='stale_on_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='stale_on_delete',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='certification',
                name='delete_delete',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='stale_on_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='stale_on_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='stale_on_delete',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='heldcertification',
                name='delete_delete',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='journeystep',
                name='bump_version',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='journeystep',
                name='insert_insert',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='journeystep',
                name='update_update',
            ), pgtrigger.migrations.RemoveTrigger(
                model_name='journeystep',
                name='delete_delete',
            ), migrations.CreateModel(
                name='Badge',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('token', models.CharField(editable=False, max_length=43, unique=True)),
                    ('issued_at', models.DateTimeField()),
                    ('held', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='badge', to='enablement.heldcertification')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('token'), 32), name='badge_token_unguessable')],
                },
            ), migrations.CreateModel(
                name='CertificationEnrollment',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('is_renewal', models.BooleanField(default=False)),
                    ('started_at', models.DateTimeField()),
                    ('completed_at', models.DateTimeField(null=True)),
                    ('certification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrollments', to='enablement.certification')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certification_enrollments', to='partners.person')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(condition=models.Q(('completed_at', None)), fields=('certification', 'person'), name='certification_enrollment_one_open'), models.CheckConstraint(condition=models.Q(('completed_at', None), ('completed_at__gte', models.F('started_at')), _connector='OR'), name='certification_enrollment_period')],
                },
            ), migrations.CreateModel(
                name='Quiz',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('for_functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('executive', 'Executive'), ('sales', 'Sales'), ('marketing', 'Marketing'), ('technical', 'Technical'), ('operations', 'Operations')], max_length=12), blank=True, default=list, size=None, verbose_name='for people who work in')),
                    ('for_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='for people who speak')),
                    ('for_certifications', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='for people who hold')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('summary', models.CharField(blank=True, max_length=500, verbose_name='summary')),
                    ('purpose', models.CharField(choices=[('check', 'Check what was learned'), ('assessment', 'Assess how ready people are')], default='check', max_length=10, verbose_name='purpose')),
                    ('measures', models.CharField(blank=True, choices=[('tech_savviness', 'Tech-savviness'), ('product_knowledge', 'Product knowledge')], max_length=20, verbose_name='measures')),
                    ('pass_percent', models.PositiveSmallIntegerField(default=70, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark in percent')),
                    ('questions_asked', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='questions in an attempt')),
                    ('max_attempts', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='attempts')),
                    ('minutes_limit', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes to answer')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('retired_at', models.DateTimeField(editable=False, null=True)),
                    ('audience', models.ForeignKey(blank=True, help_text='Empty: for every partner', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quizzes', to='segmentation.segment', verbose_name='audience')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(('pass_percent__lte', 100)), name='quiz_pass_mark'), models.CheckConstraint(condition=models.Q(models.Q(('max_attempts', None), ('max_attempts__gte', 1), _connector='OR'), models.Q(('minutes_limit', None), ('minutes_limit__gte', 1), _connector='OR'), models.Q(('questions_asked', None), ('questions_asked__gte', 1), _connector='OR')), name='quiz_limits_above_zero'), models.CheckConstraint(condition=models.Q(('purpose', 'assessment'), ('measures', ''), _connector='OR'), name='quiz_check_measures_nothing'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'assessment'), _negated=True), ('pass_percent', 0), _connector='OR'), name='quiz_assessment_has_no_pass_mark')],
                },
            ), migrations.CreateModel(
                name='StepReminder',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('is_late', models.BooleanField(default=False)),
                    ('reminded_at', models.DateTimeField()),
                    ('enrollment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='enablement.enrollment')),
                    ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enablement.journeystep')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('enrollment', 'step', 'is_late'), name='step_reminder_once')],
                },
            ), migrations.CreateModel(
                name='BadgeEvent',
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
                    ('token', models.CharField(editable=False, max_length=43)),
                    ('issued_at', models.DateTimeField()),
                    ('held', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.heldcertification')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.badge')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='CertificationEnrollmentEvent',
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
                    ('is_renewal', models.BooleanField(default=False)),
                    ('started_at', models.DateTimeField()),
                    ('completed_at', models.DateTimeField(null=True)),
                    ('certification', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.certification')),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.person')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.certificationenrollment')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Course',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('for_functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('executive', 'Executive'), ('sales', 'Sales'), ('marketing', 'Marketing'), ('technical', 'Technical'), ('operations', 'Operations')], max_length=12), blank=True, default=list, size=None, verbose_name='for people who work in')),
                    ('for_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='for people who speak')),
                    ('for_certifications', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='for people who hold')),
                    ('key', models.SlugField(max_length=60, unique=True)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('summary', models.CharField(blank=True, max_length=500, verbose_name='summary')),
                    ('product_line', models.CharField(blank=True, max_length=80, verbose_name='product line')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('retired_at', models.DateTimeField(editable=False, null=True)),
                    ('audience', models.ForeignKey(blank=True, help_text='Empty: for every partner', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='segmentation.segment', verbose_name='audience')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('quiz', models.ForeignKey(blank=True, help_text='Empty: the course is completed with its last lesson.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='enablement.quiz', verbose_name='quiz at the end')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='QuizAttempt',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('number', models.PositiveSmallIntegerField()),
                    ('asked', models.JSONField()),
                    ('solution', models.JSONField()),
                    ('answers', models.JSONField(default=dict)),
                    ('pass_percent', models.PositiveSmallIntegerField()),
                    ('started_at', models.DateTimeField()),
                    ('due_at', models.DateTimeField(null=True)),
                    ('handed_in_at', models.DateTimeField(null=True)),
                    ('ran_out', models.BooleanField(default=False, help_text='The time ended before it was handed in.')),
                    ('points', models.PositiveSmallIntegerField(null=True)),
                    ('percent', models.PositiveSmallIntegerField(null=True)),
                    ('passed', models.BooleanField(null=True)),
                    ('answered_rightly', models.JSONField(default=list, help_text='The ids of the questions answered rightly.')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='partners.person')),
                    ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                    'indexes': [models.Index(condition=models.Q(('handed_in_at', None)), fields=['due_at'], name='quiz_attempt_due')],
                    'constraints': [models.UniqueConstraint(fields=('quiz', 'person', 'round', 'number'), name='quiz_attempt_once'), models.UniqueConstraint(condition=models.Q(('handed_in_at', None)), fields=('quiz', 'person'), name='quiz_attempt_one_open'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='quiz_attempt_counted_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('handed_in_at', None), ('passed', None), ('percent', None), ('points', None)), models.Q(('handed_in_at__isnull', False), ('passed__isnull', False), ('percent__range', (0, 100)), ('points__gte', 0)), _connector='OR'), name='quiz_attempt_marked_when_handed_in'), models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.comparison.Coalesce('handed_in_at', 'started_at'), models.F('started_at')), name='quiz_attempt_period')],
                },
            ), migrations.CreateModel(
                name='QuizEvent',
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
                    ('for_functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('executive', 'Executive'), ('sales', 'Sales'), ('marketing', 'Marketing'), ('technical', 'Technical'), ('operations', 'Operations')], max_length=12), blank=True, default=list, size=None, verbose_name='for people who work in')),
                    ('for_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='for people who speak')),
                    ('for_certifications', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='for people who hold')),
                    ('key', models.SlugField(db_index=False, max_length=60)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('summary', models.CharField(blank=True, max_length=500, verbose_name='summary')),
                    ('purpose', models.CharField(choices=[('check', 'Check what was learned'), ('assessment', 'Assess how ready people are')], default='check', max_length=10, verbose_name='purpose')),
                    ('measures', models.CharField(blank=True, choices=[('tech_savviness', 'Tech-savviness'), ('product_knowledge', 'Product knowledge')], max_length=20, verbose_name='measures')),
                    ('pass_percent', models.PositiveSmallIntegerField(default=70, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='pass mark in percent')),
                    ('questions_asked', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='questions in an attempt')),
                    ('max_attempts', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='attempts')),
                    ('minutes_limit', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes to answer')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('retired_at', models.DateTimeField(editable=False, null=True)),
                    ('audience', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every partner', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='segmentation.segment', verbose_name='audience')),
                    ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='QuizStanding',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('best_percent', models.PositiveSmallIntegerField(null=True)),
                    ('last_percent', models.PositiveSmallIntegerField(null=True)),
                    ('taken_on', models.DateField(help_text='When it was handed in last.', null=True)),
                    ('passed_at', models.DateTimeField(help_text='When it was passed last.', null=True)),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_standings', to='partners.person')),
                    ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('quiz', 'person'), name='quiz_standing_once'), models.CheckConstraint(condition=models.Q(('best_percent', None), ('best_percent__range', (0, 100)), _connector='OR'), name='quiz_standing_percent')],
                },
            ), migrations.CreateModel(
                name='CertificationRequirement',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('kind', models.CharField(choices=[('course', 'Complete a course'), ('quiz', 'Pass a quiz'), ('certification', 'Hold another certification')], max_length=14, verbose_name='kind')),
                    ('again', models.BooleanField(default=False, help_text='A quiz is to be passed again, from the day on which the certificate may be renewed.', verbose_name='again for renewal')),
                    ('certification', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requirements', to='enablement.certification')),
                    ('required', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='required_by', to='enablement.certification')),
                    ('course', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='required_by', to='enablement.course')),
                    ('quiz', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='required_by', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('course__isnull', False), ('kind', 'course'), ('quiz', None), ('required', None)), models.Q(('course', None), ('kind', 'quiz'), ('quiz__isnull', False), ('required', None)), models.Q(('course', None), ('kind', 'certification'), ('quiz', None), ('required__isnull', False)), _connector='OR'), name='certification_requirement_of_its_kind'), models.CheckConstraint(condition=models.Q(('again', False), ('kind', 'quiz'), _connector='OR'), name='certification_requirement_again'), models.CheckConstraint(condition=models.Q(('required', None), models.Q(('required', models.F('certification')), _negated=True), _connector='OR'), name='certification_requires_another'), models.UniqueConstraint(fields=('certification', 'course', 'quiz', 'required'), name='certification_requirement_once', nulls_distinct=False)],
                },
            ), migrations.CreateModel(
                name='CourseEvent',
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
                    ('for_functions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('executive', 'Executive'), ('sales', 'Sales'), ('marketing', 'Marketing'), ('technical', 'Technical'), ('operations', 'Operations')], max_length=12), blank=True, default=list, size=None, verbose_name='for people who work in')),
                    ('for_languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None, verbose_name='for people who speak')),
                    ('for_certifications', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='for people who hold')),
                    ('key', models.SlugField(db_index=False, max_length=60)),
                    ('name', models.CharField(max_length=160, verbose_name='name')),
                    ('summary', models.CharField(blank=True, max_length=500, verbose_name='summary')),
                    ('product_line', models.CharField(blank=True, max_length=80, verbose_name='product line')),
                    ('published_at', models.DateTimeField(editable=False, null=True)),
                    ('retired_at', models.DateTimeField(editable=False, null=True)),
                    ('audience', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: for every partner', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='segmentation.segment', verbose_name='audience')),
                    ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.course')),
                    ('quiz', models.ForeignKey(blank=True, db_constraint=False, help_text='Empty: the course is completed with its last lesson.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.quiz', verbose_name='quiz at the end')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Lesson',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('position', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('body', models.TextField(blank=True, help_text='Markdown', verbose_name='text')),
                    ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='minutes it takes')),
                    ('asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enablement.asset', verbose_name='asset')),
                    ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='enablement.course')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('course', 'position'), name='lesson_position_once'), models.CheckConstraint(condition=models.Q(models.Q(('body', ''), _negated=True), ('asset__isnull', False), _connector='OR'), name='lesson_has_content')],
                },
            ), migrations.CreateModel(
                name='QuizStandingEvent',
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
                    ('round', models.PositiveSmallIntegerField(default=1)),
                    ('best_percent', models.PositiveSmallIntegerField(null=True)),
                    ('last_percent', models.PositiveSmallIntegerField(null=True)),
                    ('taken_on', models.DateField(help_text='When it was handed in last.', null=True)),
                    ('passed_at', models.DateTimeField(help_text='When it was passed last.', null=True)),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.person')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.quizstanding')),
                    ('quiz', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='CertificationRequirementEvent',
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
                    ('kind', models.CharField(choices=[('course', 'Complete a course'), ('quiz', 'Pass a quiz'), ('certification', 'Hold another certification')], max_length=14, verbose_name='kind')),
                    ('again', models.BooleanField(default=False, help_text='A quiz is to be passed again, from the day on which the certificate may be renewed.', verbose_name='again for renewal')),
                    ('certification', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.certification')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.certificationrequirement')),
                    ('required', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.certification')),
                    ('course', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.course')),
                    ('quiz', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='CourseProgress',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('started_at', models.DateTimeField()),
                    ('last_seen_at', models.DateTimeField()),
                    ('completed_at', models.DateTimeField(null=True)),
                    ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='enablement.course')),
                    ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='courses', to='partners.person')),
                    ('last_lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enablement.lesson')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('course', 'person'), name='course_progress_once'), models.CheckConstraint(condition=models.Q(('completed_at', None), ('completed_at__gte', models.F('started_at')), _connector='OR'), name='course_progress_period')],
                },
            ), migrations.CreateModel(
                name='LessonEvent',
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
                    ('position', models.PositiveSmallIntegerField()),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('body', models.TextField(blank=True, help_text='Markdown', verbose_name='text')),
                    ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='minutes it takes')),
                    ('asset', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.asset', verbose_name='asset')),
                    ('course', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.course')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.lesson')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='Question',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('kind', models.CharField(choices=[('single', 'One answer is right'), ('multiple', 'Several answers are right'), ('ordering', 'Put in order'), ('text', 'Type the answer')], default='single', max_length=8, verbose_name='kind')),
                    ('text', models.TextField(help_text='Markdown', max_length=2000, verbose_name='question')),
                    ('choices', models.JSONField(default=list, verbose_name='answers')),
                    ('explanation', models.TextField(blank=True, help_text='Markdown', max_length=2000, verbose_name='why')),
                    ('points', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='points')),
                    ('retired_at', models.DateTimeField(editable=False, help_text='Since then it is asked no more.', null=True)),
                    ('asset', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enablement.asset', verbose_name='asset to read again')),
                    ('read_again', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enablement.lesson', verbose_name='lesson to read again')),
                    ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='question_says_something'), models.CheckConstraint(condition=models.Q(('points__range', (1, 20))), name='question_points'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.GreaterThanOrEqual(enablement.models.quizzes.ArrayLength('choices'), 1), django.db.models.lookups.LessThanOrEqual(enablement.models.quizzes.ArrayLength('choices'), 8)), name='question_choices')],
                },
            ), migrations.CreateModel(
                name='CourseProgressEvent',
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
                    ('started_at', models.DateTimeField()),
                    ('last_seen_at', models.DateTimeField()),
                    ('completed_at', models.DateTimeField(null=True)),
                    ('course', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.course')),
                    ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.person')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.courseprogress')),
                    ('last_lesson', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.lesson')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.CreateModel(
                name='LessonDone',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('public_id', models.UUIDField(db_default=core.models.base.UuidV7(), editable=False, unique=True)),
                    ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ('version', models.PositiveIntegerField(db_default=1, editable=False)),
                    ('done_at', models.DateTimeField()),
                    ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='done', to='enablement.lesson')),
                    ('progress', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lessons_done', to='enablement.courseprogress')),
                ],
                options={
                    'abstract': False,
                    'constraints': [models.UniqueConstraint(fields=('progress', 'lesson'), name='lesson_done_once')],
                },
            ), migrations.CreateModel(
                name='QuestionEvent',
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
                    ('kind', models.CharField(choices=[('single', 'One answer is right'), ('multiple', 'Several answers are right'), ('ordering', 'Put in order'), ('text', 'Type the answer')], default='single', max_length=8, verbose_name='kind')),
                    ('text', models.TextField(help_text='Markdown', max_length=2000, verbose_name='question')),
                    ('choices', models.JSONField(default=list, verbose_name='answers')),
                    ('explanation', models.TextField(blank=True, help_text='Markdown', max_length=2000, verbose_name='why')),
                    ('points', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='points')),
                    ('retired_at', models.DateTimeField(editable=False, help_text='Since then it is asked no more.', null=True)),
                    ('asset', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.asset', verbose_name='asset to read again')),
                    ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', related_query_name='+', to='enablement.question')),
                    ('read_again', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.lesson', verbose_name='lesson to read again')),
                    ('quiz', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.quiz')),
                ],
                options={
                    'abstract': False,
                },
            ), migrations.AddField(
                model_name='certification',
                name='credit_until_on',
                field=models.DateField(blank=True, help_text='Of a retired one: the first day on which no certificate of it counts any more.', null=True, verbose_name='counts until'),
            ), migrations.AddField(
                model_name='certification',
                name='for_company',
                field=models.BooleanField(default=False, help_text='It counts for the company, and stays when the person who earned it leaves.', verbose_name='the company holds it'),
            ), migrations.AddField(
                model_name='certification',
                name='issued_by',
                field=models.CharField(blank=True, help_text='Empty: by us. Only ours have badges.', max_length=120, verbose_name='issued by'),
            ), migrations.AddField(
                model_name='certification',
                name='renewal_days',
                field=models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days before its end from which it is renewed'),
            ), migrations.AddField(
                model_name='certification',
                name='summary',
                field=models.CharField(blank=True, max_length=500, verbose_name='what it proves'),
            ), migrations.AddField(
                model_name='certificationevent',
                name='credit_until_on',
                field=models.DateField(blank=True, help_text='Of a retired one: the first day on which no certificate of it counts any more.', null=True, verbose_name='counts until'),
            ), migrations.AddField(
                model_name='certificationevent',
                name='for_company',
                field=models.BooleanField(default=False, help_text='It counts for the company, and stays when the person who earned it leaves.', verbose_name='the company holds it'),
            ), migrations.AddField(
                model_name='certificationevent',
                name='issued_by',
                field=models.CharField(blank=True, help_text='Empty: by us. Only ours have badges.', max_length=120, verbose_name='issued by'),
            ), migrations.AddField(
                model_name='certificationevent',
                name='renewal_days',
                field=models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(1)], verbose_name='days before its end from which it is renewed'),
            ), migrations.AddField(
                model_name='certificationevent',
                name='summary',
                field=models.CharField(blank=True, max_length=500, verbose_name='what it proves'),
            ), migrations.AddField(
                model_name='heldcertification',
                name='for_company',
                field=models.BooleanField(default=False),
            ), migrations.AddField(
                model_name='heldcertification',
                name='noticed_days',
                field=models.PositiveSmallIntegerField(help_text='How many days before its end people were told last.', null=True),
            ), migrations.AddField(
                model_name='heldcertification',
                name='origin',
                field=models.CharField(choices=[('earned', 'Earned here'), ('recorded', 'Recorded')], default='recorded', max_length=8),
            ), migrations.AddField(
                model_name='heldcertification',
                name='partner',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certifications', to='partners.partner'),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='partner',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.partner'),
            )],
        ),
        migrations.RunSQL(KNOW_PARTNERS, migrations.RunSQL.noop),
        core.operations.Together(
            operations=[migrations.AlterField(
                model_name='heldcertification',
                name='partner',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certifications', to='partners.partner'),
            ), migrations.AlterField(
                model_name='heldcertificationevent',
                name='partner',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.partner'),
            ), migrations.AddField(
                model_name='heldcertification',
                name='reference',
                field=models.CharField(blank=True, max_length=300, verbose_name='number or address of the certificate'),
            ), migrations.AddField(
                model_name='heldcertification',
                name='revoked_at',
                field=models.DateTimeField(null=True),
            ), migrations.AddField(
                model_name='heldcertification',
                name='revoked_by',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
            ), migrations.AddField(
                model_name='heldcertification',
                name='revoked_reason',
                field=models.CharField(blank=True, max_length=300),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='for_company',
                field=models.BooleanField(default=False),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='noticed_days',
                field=models.PositiveSmallIntegerField(help_text='How many days before its end people were told last.', null=True),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='origin',
                field=models.CharField(choices=[('earned', 'Earned here'), ('recorded', 'Recorded')], default='recorded', max_length=8),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='reference',
                field=models.CharField(blank=True, max_length=300, verbose_name='number or address of the certificate'),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='revoked_at',
                field=models.DateTimeField(null=True),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='revoked_by',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
            ), migrations.AddField(
                model_name='heldcertificationevent',
                name='revoked_reason',
                field=models.CharField(blank=True, max_length=300),
            ), migrations.AddField(
                model_name='journeystep',
                name='only_for',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segmentation.segment', verbose_name='only for'),
            ), migrations.AddField(
                model_name='journeystepevent',
                name='only_for',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='segmentation.segment', verbose_name='only for'),
            ), migrations.AlterField(
                model_name='activity',
                name='kind',
                field=models.CharField(choices=[('sign_in', 'Signed in'), ('view', 'Viewed content'), ('download', 'Downloaded'), ('step', 'Completed a journey step'), ('lesson', 'Finished a lesson'), ('quiz', 'Handed in a quiz')], max_length=10),
            ), migrations.AlterField(
                model_name='heldcertification',
                name='person',
                field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certifications', to='partners.person'),
            ), migrations.AlterField(
                model_name='heldcertificationevent',
                name='person',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='partners.person'),
            ), migrations.AlterField(
                model_name='journeystep',
                name='kind',
                field=models.CharField(choices=[('content', 'Read or watch'), ('task', 'Do something'), ('course', 'Take a course'), ('quiz', 'Pass a quiz'), ('certification', 'Get certified')], max_length=14, verbose_name='kind'),
            ), migrations.AlterField(
                model_name='journeystepevent',
                name='kind',
                field=models.CharField(choices=[('content', 'Read or watch'), ('task', 'Do something'), ('course', 'Take a course'), ('quiz', 'Pass a quiz'), ('certification', 'Get certified')], max_length=14, verbose_name='kind'),
            ), migrations.AddField(
                model_name='journeystep',
                name='course',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enablement.course', verbose_name='course'),
            ), migrations.AddField(
                model_name='journeystepevent',
                name='course',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.course', verbose_name='course'),
            ), migrations.AddField(
                model_name='journeystep',
                name='quiz',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enablement.quiz', verbose_name='quiz'),
            ), migrations.AddField(
                model_name='journeystepevent',
                name='quiz',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='enablement.quiz', verbose_name='quiz'),
            ), migrations.AddConstraint(
                model_name='certification',
                constraint=models.CheckConstraint(condition=models.Q(('renewal_days__gte', 1)), name='certification_renewal_days'),
            ), migrations.AddConstraint(
                model_name='certification',
                constraint=models.CheckConstraint(condition=models.Q(('credit_until_on', None), ('retired_at__isnull', False), _connector='OR'), name='certification_credit_ends_once_retired'),
            ), migrations.AddConstraint(
                model_name='heldcertification',
                constraint=models.UniqueConstraint(condition=models.Q(('person', None)), fields=('partner', 'certification', 'earned_on'), name='held_certification_of_company_once'),
            ), migrations.AddConstraint(
                model_name='heldcertification',
                constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), ('for_company', True), _connector='OR'), name='held_certification_by_somebody'),
            ), migrations.AddConstraint(
                model_name='heldcertification',
                constraint=models.CheckConstraint(condition=models.Q(('revoked_at', None), models.Q(('revoked_reason', ''), _negated=True), _connector='OR'), name='held_certification_revoked_with_reason'),
            ), migrations.AddConstraint(
                model_name='journeystep',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'course'), _negated=True), ('course__isnull', False), _connector='OR'), name='journey_step_has_course'),
            ), migrations.AddConstraint(
                model_name='journeystep',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'quiz'), _negated=True), ('quiz__isnull', False), _connector='OR'), name='journey_step_has_quiz'),
            ), core.operations.AddTriggers(
                triggers={'badge': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."held_id" IS DISTINCT FROM (NEW."held_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."token" IS DISTINCT FROM (NEW."token"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='7ba672071c192ff4fa56bb616c685da8dde38f1e', operation='UPDATE', pgid='pgtrigger_bump_version_3423f', table='enablement_badge', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_badgeevent" ("created_at", "held_id", "id", "issued_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "token", "updated_at", "version") VALUES (NEW."created_at", NEW."held_id", NEW."id", NEW."issued_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."token", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c2c88ddb617438ae92d9442b2a04f6ed8b894b5a', operation='INSERT', pgid='pgtrigger_insert_insert_23bdc', table='enablement_badge', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."held_id" IS DISTINCT FROM (NEW."held_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."token" IS DISTINCT FROM (NEW."token"))', func='INSERT INTO "enablement_badgeevent" ("created_at", "held_id", "id", "issued_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "token", "updated_at", "version") VALUES (NEW."created_at", NEW."held_id", NEW."id", NEW."issued_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."token", NEW."updated_at", NEW."version"); RETURN NULL;', hash='64ee334d049e1fa69c1971a8d7aae4309f46ea5a', operation='UPDATE', pgid='pgtrigger_update_update_8d003', table='enablement_badge', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_badgeevent" ("created_at", "held_id", "id", "issued_at", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "token", "updated_at", "version") VALUES (OLD."created_at", OLD."held_id", OLD."id", OLD."issued_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."token", OLD."updated_at", OLD."version"); RETURN NULL;', hash='4880f7ecb9215c7af4489fcd9c9acd3e4baa8b9c', operation='DELETE', pgid='pgtrigger_delete_delete_aa14c', table='enablement_badge', when='AFTER'))], 'badgeevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='feba9aeddb0aafe8de330439d039bedaff3fe759', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_10e74', table='enablement_badgeevent', when='BEFORE'))], 'certification': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."credit_until_on" IS DISTINCT FROM (NEW."credit_until_on") OR OLD."for_company" IS DISTINCT FROM (NEW."for_company") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_by" IS DISTINCT FROM (NEW."issued_by") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."product_line" IS DISTINCT FROM (NEW."product_line") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."renewal_days" IS DISTINCT FROM (NEW."renewal_days") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."valid_months" IS DISTINCT FROM (NEW."valid_months"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='3f46aeeb3b64e5b1a42c266dd40ed4e41cd23629', operation='UPDATE', pgid='pgtrigger_bump_version_5fea1', table='enablement_certification', when='BEFORE')), pgtrigger.compiler.Trigger(name='stale_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (\n    SELECT partner_id FROM enablement_heldcertification WHERE certification_id IN (SELECT id FROM changed)\n) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='66bdd7e2f2e6a08c74f38992fdb416ade34a8946', level='STATEMENT', operation='INSERT', pgid='pgtrigger_stale_on_insert_ad61c', referencing='REFERENCING NEW TABLE AS changed ', table='enablement_certification', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (\n    SELECT partner_id FROM enablement_heldcertification WHERE certification_id IN (SELECT id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed)\n) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='cdf07faa5fd10e07fbadfee8cbffe0f45464125d', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_stale_on_update_931ad', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='enablement_certification', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (\n    SELECT partner_id FROM enablement_heldcertification WHERE certification_id IN (SELECT id FROM changed)\n) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='27849a3a8f0b3b7713a2300cebd10e6b422b1395', level='STATEMENT', operation='DELETE', pgid='pgtrigger_stale_on_delete_714e1', referencing='REFERENCING OLD TABLE AS changed ', table='enablement_certification', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationevent" ("created_at", "credit_until_on", "for_company", "id", "issued_by", "key", "level", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "renewal_days", "retired_at", "summary", "updated_at", "valid_months", "version") VALUES (NEW."created_at", NEW."credit_until_on", NEW."for_company", NEW."id", NEW."issued_by", NEW."key", NEW."level", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."product_line", NEW."public_id", NEW."renewal_days", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."valid_months", NEW."version"); RETURN NULL;', hash='c653c859abce1001760e9f6b5642dd1540c31f2e', operation='INSERT', pgid='pgtrigger_insert_insert_c0688', table='enablement_certification', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."credit_until_on" IS DISTINCT FROM (NEW."credit_until_on") OR OLD."for_company" IS DISTINCT FROM (NEW."for_company") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_by" IS DISTINCT FROM (NEW."issued_by") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."product_line" IS DISTINCT FROM (NEW."product_line") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."renewal_days" IS DISTINCT FROM (NEW."renewal_days") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."valid_months" IS DISTINCT FROM (NEW."valid_months"))', func='INSERT INTO "enablement_certificationevent" ("created_at", "credit_until_on", "for_company", "id", "issued_by", "key", "level", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "renewal_days", "retired_at", "summary", "updated_at", "valid_months", "version") VALUES (NEW."created_at", NEW."credit_until_on", NEW."for_company", NEW."id", NEW."issued_by", NEW."key", NEW."level", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."product_line", NEW."public_id", NEW."renewal_days", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."valid_months", NEW."version"); RETURN NULL;', hash='2961c67f5242d57b4808c62cf84591ef39dc1562', operation='UPDATE', pgid='pgtrigger_update_update_909ff', table='enablement_certification', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationevent" ("created_at", "credit_until_on", "for_company", "id", "issued_by", "key", "level", "name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "renewal_days", "retired_at", "summary", "updated_at", "valid_months", "version") VALUES (OLD."created_at", OLD."credit_until_on", OLD."for_company", OLD."id", OLD."issued_by", OLD."key", OLD."level", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."product_line", OLD."public_id", OLD."renewal_days", OLD."retired_at", OLD."summary", OLD."updated_at", OLD."valid_months", OLD."version"); RETURN NULL;', hash='bec93968e3be7a1974c0bf69158e4f2f2dec897c', operation='DELETE', pgid='pgtrigger_delete_delete_5fdcd', table='enablement_certification', when='AFTER'))], 'certificationenrollment': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."completed_at" IS DISTINCT FROM (NEW."completed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_renewal" IS DISTINCT FROM (NEW."is_renewal") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='9827e12aa85e8ed1c2e04f69f06b7150672ff118', operation='UPDATE', pgid='pgtrigger_bump_version_34428', table='enablement_certificationenrollment', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationenrollmentevent" ("certification_id", "completed_at", "created_at", "id", "is_renewal", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (NEW."certification_id", NEW."completed_at", NEW."created_at", NEW."id", NEW."is_renewal", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."started_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='084443dfd46894168747d2b2f94f2fcdc211ca1b', operation='INSERT', pgid='pgtrigger_insert_insert_0004a', table='enablement_certificationenrollment', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."completed_at" IS DISTINCT FROM (NEW."completed_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_renewal" IS DISTINCT FROM (NEW."is_renewal") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func='INSERT INTO "enablement_certificationenrollmentevent" ("certification_id", "completed_at", "created_at", "id", "is_renewal", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (NEW."certification_id", NEW."completed_at", NEW."created_at", NEW."id", NEW."is_renewal", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."started_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='63dddc457c4eeea52bd947d04bd3610ee67c1f08', operation='UPDATE', pgid='pgtrigger_update_update_a1f77', table='enablement_certificationenrollment', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationenrollmentevent" ("certification_id", "completed_at", "created_at", "id", "is_renewal", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (OLD."certification_id", OLD."completed_at", OLD."created_at", OLD."id", OLD."is_renewal", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."started_at", OLD."updated_at", OLD."version"); RETURN NULL;', hash='7a10c4e1903136fdb1861128c71c04126f2fa09e', operation='DELETE', pgid='pgtrigger_delete_delete_e572b', table='enablement_certificationenrollment', when='AFTER'))], 'certificationenrollmentevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b7c6dc189a8e26b89b9a60428f918c63c59febe', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8aa3c', table='enablement_certificationenrollmentevent', when='BEFORE'))], 'certificationrequirement': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."again" IS DISTINCT FROM (NEW."again") OR OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."required_id" IS DISTINCT FROM (NEW."required_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='c5fda6fc7e1eb4c71719c320708c4bd3df2b4005', operation='UPDATE', pgid='pgtrigger_bump_version_da59c', table='enablement_certificationrequirement', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationrequirementevent" ("again", "certification_id", "course_id", "created_at", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "required_id", "updated_at", "version") VALUES (NEW."again", NEW."certification_id", NEW."course_id", NEW."created_at", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."quiz_id", NEW."required_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='309b123f3fd6c2babc40029741ffcfd589e0212f', operation='INSERT', pgid='pgtrigger_insert_insert_98d20', table='enablement_certificationrequirement', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."again" IS DISTINCT FROM (NEW."again") OR OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."required_id" IS DISTINCT FROM (NEW."required_id"))', func='INSERT INTO "enablement_certificationrequirementevent" ("again", "certification_id", "course_id", "created_at", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "required_id", "updated_at", "version") VALUES (NEW."again", NEW."certification_id", NEW."course_id", NEW."created_at", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."quiz_id", NEW."required_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e1c3a801af0966be686cfd4bf269c0599c9f4017', operation='UPDATE', pgid='pgtrigger_update_update_a8de8', table='enablement_certificationrequirement', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_certificationrequirementevent" ("again", "certification_id", "course_id", "created_at", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "required_id", "updated_at", "version") VALUES (OLD."again", OLD."certification_id", OLD."course_id", OLD."created_at", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."quiz_id", OLD."required_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='2b4e3e9a2aabd5f4deb0fa12719566a4d0af5d3d', operation='DELETE', pgid='pgtrigger_delete_delete_dadcb', table='enablement_certificationrequirement', when='AFTER'))], 'certificationrequirementevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b162b506d1e9e54dd3c93d1b087d1bf8723b17ef', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e5142', table='enablement_certificationrequirementevent', when='BEFORE'))], 'course': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."for_certifications" IS DISTINCT FROM (NEW."for_certifications") OR OLD."for_functions" IS DISTINCT FROM (NEW."for_functions") OR OLD."for_languages" IS DISTINCT FROM (NEW."for_languages") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."product_line" IS DISTINCT FROM (NEW."product_line") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='6f9a1f3ee986e7feaf25990fee975ba326bc302f', operation='UPDATE', pgid='pgtrigger_bump_version_480f6', table='enablement_course', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_courseevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "published_at", "quiz_id", "retired_at", "summary", "updated_at", "version") VALUES (NEW."audience_id", NEW."created_at", NEW."for_certifications", NEW."for_functions", NEW."for_languages", NEW."id", NEW."key", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."product_line", NEW."public_id", NEW."published_at", NEW."quiz_id", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."version"); RETURN NULL;', hash='082f30cb23ee16a80819d7dfc0a6ff7f2497fe30', operation='INSERT', pgid='pgtrigger_insert_insert_a64d7', table='enablement_course', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."for_certifications" IS DISTINCT FROM (NEW."for_certifications") OR OLD."for_functions" IS DISTINCT FROM (NEW."for_functions") OR OLD."for_languages" IS DISTINCT FROM (NEW."for_languages") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."product_line" IS DISTINCT FROM (NEW."product_line") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary"))', func='INSERT INTO "enablement_courseevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "published_at", "quiz_id", "retired_at", "summary", "updated_at", "version") VALUES (NEW."audience_id", NEW."created_at", NEW."for_certifications", NEW."for_functions", NEW."for_languages", NEW."id", NEW."key", NEW."name", NEW."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."product_line", NEW."public_id", NEW."published_at", NEW."quiz_id", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."version"); RETURN NULL;', hash='5625e3cc5ea4832032dcfaa3bb0b05f723e4d125', operation='UPDATE', pgid='pgtrigger_update_update_6ae83', table='enablement_course', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_courseevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "name", "owner_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_line", "public_id", "published_at", "quiz_id", "retired_at", "summary", "updated_at", "version") VALUES (OLD."audience_id", OLD."created_at", OLD."for_certifications", OLD."for_functions", OLD."for_languages", OLD."id", OLD."key", OLD."name", OLD."owner_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."product_line", OLD."public_id", OLD."published_at", OLD."quiz_id", OLD."retired_at", OLD."summary", OLD."updated_at", OLD."version"); RETURN NULL;', hash='572628a827b9dd8bdca09c91fadcad7e8bb25ee9', operation='DELETE', pgid='pgtrigger_delete_delete_f53ef', table='enablement_course', when='AFTER'))], 'courseevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f0a3b26c61effd8aad592c56571ae2c8c16e891e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5fecf', table='enablement_courseevent', when='BEFORE'))], 'courseprogress': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."completed_at" IS DISTINCT FROM (NEW."completed_at") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_lesson_id" IS DISTINCT FROM (NEW."last_lesson_id") OR OLD."last_seen_at" IS DISTINCT FROM (NEW."last_seen_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='e6c7fbaea2892da8a3c8c69de9ddf2428961cc5c', operation='UPDATE', pgid='pgtrigger_bump_version_688b7', table='enablement_courseprogress', when='BEFORE')), pgtrigger.compiler.Trigger(name='stale_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'courses', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='53a089175beed6706ee80269fabbbf9a6a2fb82d', level='STATEMENT', operation='INSERT', pgid='pgtrigger_stale_on_insert_d7909', referencing='REFERENCING NEW TABLE AS changed ', table='enablement_courseprogress', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'courses', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='97c35335fa249c1aac6b0f913110cd251b728a37', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_stale_on_update_dae6d', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='enablement_courseprogress', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'courses', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='f2ead3c7806d3bd0ba91ea009822cd5a2094fab5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_stale_on_delete_f1f23', referencing='REFERENCING OLD TABLE AS changed ', table='enablement_courseprogress', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_courseprogressevent" ("completed_at", "course_id", "created_at", "id", "last_lesson_id", "last_seen_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (NEW."completed_at", NEW."course_id", NEW."created_at", NEW."id", NEW."last_lesson_id", NEW."last_seen_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."started_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c706729a7ea741a2c0149c71a9140df63d29cb25', operation='INSERT', pgid='pgtrigger_insert_insert_1bb92', table='enablement_courseprogress', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."completed_at" IS DISTINCT FROM (NEW."completed_at") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_lesson_id" IS DISTINCT FROM (NEW."last_lesson_id") OR OLD."last_seen_at" IS DISTINCT FROM (NEW."last_seen_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func='INSERT INTO "enablement_courseprogressevent" ("completed_at", "course_id", "created_at", "id", "last_lesson_id", "last_seen_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (NEW."completed_at", NEW."course_id", NEW."created_at", NEW."id", NEW."last_lesson_id", NEW."last_seen_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."started_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='0033743d4df869f22933a77d8784cbbdf254a34a', operation='UPDATE', pgid='pgtrigger_update_update_a912f', table='enablement_courseprogress', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_courseprogressevent" ("completed_at", "course_id", "created_at", "id", "last_lesson_id", "last_seen_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "started_at", "updated_at", "version") VALUES (OLD."completed_at", OLD."course_id", OLD."created_at", OLD."id", OLD."last_lesson_id", OLD."last_seen_at", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."started_at", OLD."updated_at", OLD."version"); RETURN NULL;', hash='d612996ecc2d58d25c9179162f8b1ba7fe8bd839', operation='DELETE', pgid='pgtrigger_delete_delete_7ccec', table='enablement_courseprogress', when='AFTER'))], 'courseprogressevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e3dd1535585e8e730a853c74970ffeb8a49e3fbe', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c6168', table='enablement_courseprogressevent', when='BEFORE'))], 'heldcertification': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."earned_on" IS DISTINCT FROM (NEW."earned_on") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."for_company" IS DISTINCT FROM (NEW."for_company") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."noticed_days" IS DISTINCT FROM (NEW."noticed_days") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."revoked_by_id" IS DISTINCT FROM (NEW."revoked_by_id") OR OLD."revoked_reason" IS DISTINCT FROM (NEW."revoked_reason"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='8e853e9d9143cb04050a848b58e331712a9c2e29', operation='UPDATE', pgid='pgtrigger_bump_version_5be9b', table='enablement_heldcertification', when='BEFORE')), pgtrigger.compiler.Trigger(name='know_partner', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.partner_id IS NULL)', func='SELECT partner_id INTO NEW.partner_id FROM partners_person WHERE id = NEW.person_id; RETURN NEW;', hash='0f724871daf634a5a69e9031c074679e9e43c05d', operation='INSERT', pgid='pgtrigger_know_partner_32427', table='enablement_heldcertification', when='BEFORE')), pgtrigger.compiler.Trigger(name='stale_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (SELECT partner_id FROM changed) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='3c36d1aa98ac8db5cbb1b86b77a61a24a1a8712f', level='STATEMENT', operation='INSERT', pgid='pgtrigger_stale_on_insert_3a43d', referencing='REFERENCING NEW TABLE AS changed ', table='enablement_heldcertification', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (SELECT partner_id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='1f30d08c533624574d945106a329b9bc645b5137', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_stale_on_update_19d9e', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='enablement_heldcertification', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'certifications', now() FROM (SELECT partner_id FROM changed) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='d89960d8984aad887974fc25169d9958e12f0fc1', level='STATEMENT', operation='DELETE', pgid='pgtrigger_stale_on_delete_95a4a', referencing='REFERENCING OLD TABLE AS changed ', table='enablement_heldcertification', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_heldcertificationevent" ("certification_id", "created_at", "earned_on", "expires_on", "for_company", "id", "noticed_days", "origin", "partner_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reference", "revoked_at", "revoked_by_id", "revoked_reason", "updated_at", "version") VALUES (NEW."certification_id", NEW."created_at", NEW."earned_on", NEW."expires_on", NEW."for_company", NEW."id", NEW."noticed_days", NEW."origin", NEW."partner_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."reference", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f378d4a8fb3ffe1df0abc6e6835b6b334212bbe5', operation='INSERT', pgid='pgtrigger_insert_insert_654b3', table='enablement_heldcertification', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."earned_on" IS DISTINCT FROM (NEW."earned_on") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."for_company" IS DISTINCT FROM (NEW."for_company") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."noticed_days" IS DISTINCT FROM (NEW."noticed_days") OR OLD."origin" IS DISTINCT FROM (NEW."origin") OR OLD."partner_id" IS DISTINCT FROM (NEW."partner_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."revoked_at" IS DISTINCT FROM (NEW."revoked_at") OR OLD."revoked_by_id" IS DISTINCT FROM (NEW."revoked_by_id") OR OLD."revoked_reason" IS DISTINCT FROM (NEW."revoked_reason"))', func='INSERT INTO "enablement_heldcertificationevent" ("certification_id", "created_at", "earned_on", "expires_on", "for_company", "id", "noticed_days", "origin", "partner_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reference", "revoked_at", "revoked_by_id", "revoked_reason", "updated_at", "version") VALUES (NEW."certification_id", NEW."created_at", NEW."earned_on", NEW."expires_on", NEW."for_company", NEW."id", NEW."noticed_days", NEW."origin", NEW."partner_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."reference", NEW."revoked_at", NEW."revoked_by_id", NEW."revoked_reason", NEW."updated_at", NEW."version"); RETURN NULL;', hash='351a1d995df4d3c27db1b04414379e2d03259aaf', operation='UPDATE', pgid='pgtrigger_update_update_277b5', table='enablement_heldcertification', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_heldcertificationevent" ("certification_id", "created_at", "earned_on", "expires_on", "for_company", "id", "noticed_days", "origin", "partner_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "reference", "revoked_at", "revoked_by_id", "revoked_reason", "updated_at", "version") VALUES (OLD."certification_id", OLD."created_at", OLD."earned_on", OLD."expires_on", OLD."for_company", OLD."id", OLD."noticed_days", OLD."origin", OLD."partner_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."reference", OLD."revoked_at", OLD."revoked_by_id", OLD."revoked_reason", OLD."updated_at", OLD."version"); RETURN NULL;', hash='bd2f242ad3e8cb1f9f1669b6257933e6b37a9856', operation='DELETE', pgid='pgtrigger_delete_delete_93931', table='enablement_heldcertification', when='AFTER'))], 'journeystep': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."due_days" IS DISTINCT FROM (NEW."due_days") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."instructions" IS DISTINCT FROM (NEW."instructions") OR OLD."journey_version_id" IS DISTINCT FROM (NEW."journey_version_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."only_for_id" IS DISTINCT FROM (NEW."only_for_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='870159e0610f3b92696f1643c42388053f8fb21e', operation='UPDATE', pgid='pgtrigger_bump_version_f2834', table='enablement_journeystep', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_journeystepevent" ("asset_id", "certification_id", "course_id", "created_at", "due_days", "id", "instructions", "journey_version_id", "kind", "minutes", "only_for_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "quiz_id", "title", "updated_at", "version") VALUES (NEW."asset_id", NEW."certification_id", NEW."course_id", NEW."created_at", NEW."due_days", NEW."id", NEW."instructions", NEW."journey_version_id", NEW."kind", NEW."minutes", NEW."only_for_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."public_id", NEW."quiz_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='ddd0663dfbb233e4e514450715a00d74862949e7', operation='INSERT', pgid='pgtrigger_insert_insert_fe191', table='enablement_journeystep', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."certification_id" IS DISTINCT FROM (NEW."certification_id") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."due_days" IS DISTINCT FROM (NEW."due_days") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."instructions" IS DISTINCT FROM (NEW."instructions") OR OLD."journey_version_id" IS DISTINCT FROM (NEW."journey_version_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."only_for_id" IS DISTINCT FROM (NEW."only_for_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "enablement_journeystepevent" ("asset_id", "certification_id", "course_id", "created_at", "due_days", "id", "instructions", "journey_version_id", "kind", "minutes", "only_for_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "quiz_id", "title", "updated_at", "version") VALUES (NEW."asset_id", NEW."certification_id", NEW."course_id", NEW."created_at", NEW."due_days", NEW."id", NEW."instructions", NEW."journey_version_id", NEW."kind", NEW."minutes", NEW."only_for_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."public_id", NEW."quiz_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e2403fa108bb1475c8c9c4061ac0c9f777955311', operation='UPDATE', pgid='pgtrigger_update_update_d2ac9', table='enablement_journeystep', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_journeystepevent" ("asset_id", "certification_id", "course_id", "created_at", "due_days", "id", "instructions", "journey_version_id", "kind", "minutes", "only_for_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "quiz_id", "title", "updated_at", "version") VALUES (OLD."asset_id", OLD."certification_id", OLD."course_id", OLD."created_at", OLD."due_days", OLD."id", OLD."instructions", OLD."journey_version_id", OLD."kind", OLD."minutes", OLD."only_for_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."public_id", OLD."quiz_id", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;', hash='3082c423bc6049fdd6289c255ad9f3877f713805', operation='DELETE', pgid='pgtrigger_delete_delete_336a5', table='enablement_journeystep', when='AFTER'))], 'lesson': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='ce8978818b87d307dfc6871fc39653effa21da0c', operation='UPDATE', pgid='pgtrigger_bump_version_4d939', table='enablement_lesson', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_lessonevent" ("asset_id", "body", "course_id", "created_at", "id", "minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "title", "updated_at", "version") VALUES (NEW."asset_id", NEW."body", NEW."course_id", NEW."created_at", NEW."id", NEW."minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."position", NEW."public_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='3b012247f70c37d308d8ce317536aecf0bc708c7', operation='INSERT', pgid='pgtrigger_insert_insert_d0f55', table='enablement_lesson', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."course_id" IS DISTINCT FROM (NEW."course_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."title" IS DISTINCT FROM (NEW."title"))', func='INSERT INTO "enablement_lessonevent" ("asset_id", "body", "course_id", "created_at", "id", "minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "title", "updated_at", "version") VALUES (NEW."asset_id", NEW."body", NEW."course_id", NEW."created_at", NEW."id", NEW."minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."position", NEW."public_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e038458c1950cc530ddd184611cacb861ca73b76', operation='UPDATE', pgid='pgtrigger_update_update_3f8db', table='enablement_lesson', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_lessonevent" ("asset_id", "body", "course_id", "created_at", "id", "minutes", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "public_id", "title", "updated_at", "version") VALUES (OLD."asset_id", OLD."body", OLD."course_id", OLD."created_at", OLD."id", OLD."minutes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."position", OLD."public_id", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;', hash='8924bc9cc58abe684a6ec8b90cbc98c646544220', operation='DELETE', pgid='pgtrigger_delete_delete_8f35d', table='enablement_lesson', when='AFTER'))], 'lessondone': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."lesson_id" IS DISTINCT FROM (NEW."lesson_id") OR OLD."progress_id" IS DISTINCT FROM (NEW."progress_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='8846c04a3d084f9781a22a351dc27962b21b73ad', operation='UPDATE', pgid='pgtrigger_bump_version_2dd55', table='enablement_lessondone', when='BEFORE'))], 'lessonevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ac17a2c258ecac741ce60e05d1ff465cf64b42f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_adaab', table='enablement_lessonevent', when='BEFORE'))], 'question': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."choices" IS DISTINCT FROM (NEW."choices") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."explanation" IS DISTINCT FROM (NEW."explanation") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."read_again_id" IS DISTINCT FROM (NEW."read_again_id") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."text" IS DISTINCT FROM (NEW."text"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='a8fa419f1ddb7323339ddaf366236efa52c7face', operation='UPDATE', pgid='pgtrigger_bump_version_f3a49', table='enablement_question', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_questionevent" ("asset_id", "choices", "created_at", "explanation", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "public_id", "quiz_id", "read_again_id", "retired_at", "text", "updated_at", "version") VALUES (NEW."asset_id", NEW."choices", NEW."created_at", NEW."explanation", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."points", NEW."public_id", NEW."quiz_id", NEW."read_again_id", NEW."retired_at", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f63d4ce8025a3d76ccd75b299d80fc9d2a57ce2a', operation='INSERT', pgid='pgtrigger_insert_insert_40580', table='enablement_question', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asset_id" IS DISTINCT FROM (NEW."asset_id") OR OLD."choices" IS DISTINCT FROM (NEW."choices") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."explanation" IS DISTINCT FROM (NEW."explanation") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."read_again_id" IS DISTINCT FROM (NEW."read_again_id") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."text" IS DISTINCT FROM (NEW."text"))', func='INSERT INTO "enablement_questionevent" ("asset_id", "choices", "created_at", "explanation", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "public_id", "quiz_id", "read_again_id", "retired_at", "text", "updated_at", "version") VALUES (NEW."asset_id", NEW."choices", NEW."created_at", NEW."explanation", NEW."id", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."points", NEW."public_id", NEW."quiz_id", NEW."read_again_id", NEW."retired_at", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='39b6bd4ce1530d1e080492b330921132f53b0222', operation='UPDATE', pgid='pgtrigger_update_update_a8172', table='enablement_question', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_questionevent" ("asset_id", "choices", "created_at", "explanation", "id", "kind", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "public_id", "quiz_id", "read_again_id", "retired_at", "text", "updated_at", "version") VALUES (OLD."asset_id", OLD."choices", OLD."created_at", OLD."explanation", OLD."id", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."points", OLD."public_id", OLD."quiz_id", OLD."read_again_id", OLD."retired_at", OLD."text", OLD."updated_at", OLD."version"); RETURN NULL;', hash='42ba44cffbe235c9101f9410304c1e95c11a0a6a', operation='DELETE', pgid='pgtrigger_delete_delete_b6179', table='enablement_question', when='AFTER'))], 'questionevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2191bb88ffe385615104ec3507cb2cbe0c78d7e3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5292f', table='enablement_questionevent', when='BEFORE'))], 'quiz': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."for_certifications" IS DISTINCT FROM (NEW."for_certifications") OR OLD."for_functions" IS DISTINCT FROM (NEW."for_functions") OR OLD."for_languages" IS DISTINCT FROM (NEW."for_languages") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."max_attempts" IS DISTINCT FROM (NEW."max_attempts") OR OLD."measures" IS DISTINCT FROM (NEW."measures") OR OLD."minutes_limit" IS DISTINCT FROM (NEW."minutes_limit") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."pass_percent" IS DISTINCT FROM (NEW."pass_percent") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."questions_asked" IS DISTINCT FROM (NEW."questions_asked") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='d42ddc14f1c71fdcf46b792f1ca3f16c461d5a87', operation='UPDATE', pgid='pgtrigger_bump_version_5b246', table='enablement_quiz', when='BEFORE')), pgtrigger.compiler.Trigger(name='stale_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT person.partner_id FROM partners_person person JOIN enablement_quizstanding standing ON standing.person_id = person.id WHERE standing.quiz_id IN (SELECT id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='2532289d9dbfd1d4146066c0e18d6e6c6e1f05f7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_stale_on_insert_a8cf6', referencing='REFERENCING NEW TABLE AS changed ', table='enablement_quiz', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT person.partner_id FROM partners_person person JOIN enablement_quizstanding standing ON standing.person_id = person.id WHERE standing.quiz_id IN (SELECT id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='080ddf0e8ea8819a40c4d78b09102a2a1504c3e6', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_stale_on_update_8bf59', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='enablement_quiz', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT person.partner_id FROM partners_person person JOIN enablement_quizstanding standing ON standing.person_id = person.id WHERE standing.quiz_id IN (SELECT id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='0a8e67b5dd2fb3ffcddf7e52d0053b755da49af2', level='STATEMENT', operation='DELETE', pgid='pgtrigger_stale_on_delete_db567', referencing='REFERENCING OLD TABLE AS changed ', table='enablement_quiz', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_quizevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "max_attempts", "measures", "minutes_limit", "name", "owner_id", "pass_percent", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "purpose", "questions_asked", "retired_at", "summary", "updated_at", "version") VALUES (NEW."audience_id", NEW."created_at", NEW."for_certifications", NEW."for_functions", NEW."for_languages", NEW."id", NEW."key", NEW."max_attempts", NEW."measures", NEW."minutes_limit", NEW."name", NEW."owner_id", NEW."pass_percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."published_at", NEW."purpose", NEW."questions_asked", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."version"); RETURN NULL;', hash='6e8d57c667158528f6338bffd4b28b205cf36ba0', operation='INSERT', pgid='pgtrigger_insert_insert_5b283', table='enablement_quiz', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."audience_id" IS DISTINCT FROM (NEW."audience_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."for_certifications" IS DISTINCT FROM (NEW."for_certifications") OR OLD."for_functions" IS DISTINCT FROM (NEW."for_functions") OR OLD."for_languages" IS DISTINCT FROM (NEW."for_languages") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."max_attempts" IS DISTINCT FROM (NEW."max_attempts") OR OLD."measures" IS DISTINCT FROM (NEW."measures") OR OLD."minutes_limit" IS DISTINCT FROM (NEW."minutes_limit") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."pass_percent" IS DISTINCT FROM (NEW."pass_percent") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."questions_asked" IS DISTINCT FROM (NEW."questions_asked") OR OLD."retired_at" IS DISTINCT FROM (NEW."retired_at") OR OLD."summary" IS DISTINCT FROM (NEW."summary"))', func='INSERT INTO "enablement_quizevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "max_attempts", "measures", "minutes_limit", "name", "owner_id", "pass_percent", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "purpose", "questions_asked", "retired_at", "summary", "updated_at", "version") VALUES (NEW."audience_id", NEW."created_at", NEW."for_certifications", NEW."for_functions", NEW."for_languages", NEW."id", NEW."key", NEW."max_attempts", NEW."measures", NEW."minutes_limit", NEW."name", NEW."owner_id", NEW."pass_percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."published_at", NEW."purpose", NEW."questions_asked", NEW."retired_at", NEW."summary", NEW."updated_at", NEW."version"); RETURN NULL;', hash='221027cde0e13b608006c92e7caad349ead1b776', operation='UPDATE', pgid='pgtrigger_update_update_ee925', table='enablement_quiz', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_quizevent" ("audience_id", "created_at", "for_certifications", "for_functions", "for_languages", "id", "key", "max_attempts", "measures", "minutes_limit", "name", "owner_id", "pass_percent", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "published_at", "purpose", "questions_asked", "retired_at", "summary", "updated_at", "version") VALUES (OLD."audience_id", OLD."created_at", OLD."for_certifications", OLD."for_functions", OLD."for_languages", OLD."id", OLD."key", OLD."max_attempts", OLD."measures", OLD."minutes_limit", OLD."name", OLD."owner_id", OLD."pass_percent", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."published_at", OLD."purpose", OLD."questions_asked", OLD."retired_at", OLD."summary", OLD."updated_at", OLD."version"); RETURN NULL;', hash='037e16a5ea829c6028bba778d39dafa8a2cd8069', operation='DELETE', pgid='pgtrigger_delete_delete_f5288', table='enablement_quiz', when='AFTER'))], 'quizattempt': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answered_rightly" IS DISTINCT FROM (NEW."answered_rightly") OR OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."asked" IS DISTINCT FROM (NEW."asked") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."handed_in_at" IS DISTINCT FROM (NEW."handed_in_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."pass_percent" IS DISTINCT FROM (NEW."pass_percent") OR OLD."passed" IS DISTINCT FROM (NEW."passed") OR OLD."percent" IS DISTINCT FROM (NEW."percent") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."points" IS DISTINCT FROM (NEW."points") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."ran_out" IS DISTINCT FROM (NEW."ran_out") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."solution" IS DISTINCT FROM (NEW."solution") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='3c602d95b25b4b018e4b538bb892def5f4ecbc00', operation='UPDATE', pgid='pgtrigger_bump_version_6a23e', table='enablement_quizattempt', when='BEFORE')), pgtrigger.compiler.Trigger(name='limit_attempts', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE most integer;', func="\n        SELECT max_attempts INTO most FROM enablement_quiz WHERE id = NEW.quiz_id;\n        IF NEW.number > most THEN\n            RAISE EXCEPTION 'No attempt is left.' USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='dc2abf1d0c79e6cb81834e483f48c9fd932b124d', operation='INSERT', pgid='pgtrigger_limit_attempts_f1faf', table='enablement_quizattempt', when='BEFORE')), pgtrigger.compiler.Trigger(name='keep_handed_in', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.handed_in_at IS NOT NULL)', func="\n        IF (to_jsonb(NEW) - '{person_id,version,updated_at}'::text[]) IS DISTINCT FROM\n           (to_jsonb(OLD) - '{person_id,version,updated_at}'::text[]) THEN\n            RAISE EXCEPTION 'What was handed in is never changed.' USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='03a3cff443d094f905a0158173fb70e543fb6a33', operation='UPDATE', pgid='pgtrigger_keep_handed_in_b5607', table='enablement_quizattempt', when='BEFORE'))], 'quizevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='38a83ecbd000ec51eadbc1d3900d7a2decf10b10', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4a547', table='enablement_quizevent', when='BEFORE'))], 'quizstanding': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."best_percent" IS DISTINCT FROM (NEW."best_percent") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_percent" IS DISTINCT FROM (NEW."last_percent") OR OLD."passed_at" IS DISTINCT FROM (NEW."passed_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."taken_on" IS DISTINCT FROM (NEW."taken_on"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='edf30894435aa92fe4eeede33faeb76d35ad4ee5', operation='UPDATE', pgid='pgtrigger_bump_version_68b71', table='enablement_quizstanding', when='BEFORE')), pgtrigger.compiler.Trigger(name='stale_on_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='2b45eccf23ace3cf08b316f561593db0d1dfcf0a', level='STATEMENT', operation='INSERT', pgid='pgtrigger_stale_on_insert_07031', referencing='REFERENCING NEW TABLE AS changed ', table='enablement_quizstanding', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) AS changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='ac9988ae24a07197afa7cb4d98cff0ffd10b8877', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_stale_on_update_1e13b', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='enablement_quizstanding', when='AFTER')), pgtrigger.compiler.Trigger(name='stale_on_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO segmentation_stalepartner (partner_id, source, marked_at) SELECT DISTINCT ids.id, 'quizzes', now() FROM (SELECT partner_id FROM partners_person WHERE id IN (SELECT person_id FROM changed)) AS ids(id) WHERE ids.id IS NOT NULL; RETURN NULL;", hash='f29c6b534061ae7d71b47dc863c566428665a22d', level='STATEMENT', operation='DELETE', pgid='pgtrigger_stale_on_delete_2cdb5', referencing='REFERENCING OLD TABLE AS changed ', table='enablement_quizstanding', when='AFTER')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_quizstandingevent" ("best_percent", "created_at", "id", "last_percent", "passed_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "round", "taken_on", "updated_at", "version") VALUES (NEW."best_percent", NEW."created_at", NEW."id", NEW."last_percent", NEW."passed_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."quiz_id", NEW."round", NEW."taken_on", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e9cb754d7c97346192aa1a32337c12d8b98fd0d3', operation='INSERT', pgid='pgtrigger_insert_insert_fcff3', table='enablement_quizstanding', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."best_percent" IS DISTINCT FROM (NEW."best_percent") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."last_percent" IS DISTINCT FROM (NEW."last_percent") OR OLD."passed_at" IS DISTINCT FROM (NEW."passed_at") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."quiz_id" IS DISTINCT FROM (NEW."quiz_id") OR OLD."round" IS DISTINCT FROM (NEW."round") OR OLD."taken_on" IS DISTINCT FROM (NEW."taken_on"))', func='INSERT INTO "enablement_quizstandingevent" ("best_percent", "created_at", "id", "last_percent", "passed_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "round", "taken_on", "updated_at", "version") VALUES (NEW."best_percent", NEW."created_at", NEW."id", NEW."last_percent", NEW."passed_at", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."quiz_id", NEW."round", NEW."taken_on", NEW."updated_at", NEW."version"); RETURN NULL;', hash='635a1885a4d4b2f5b4a92e6416d5b8db2294e4e2', operation='UPDATE', pgid='pgtrigger_update_update_cb754', table='enablement_quizstanding', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "enablement_quizstandingevent" ("best_percent", "created_at", "id", "last_percent", "passed_at", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "quiz_id", "round", "taken_on", "updated_at", "version") VALUES (OLD."best_percent", OLD."created_at", OLD."id", OLD."last_percent", OLD."passed_at", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."quiz_id", OLD."round", OLD."taken_on", OLD."updated_at", OLD."version"); RETURN NULL;', hash='fce9d9fe5ebe3251d30c610accf369c035c36494', operation='DELETE', pgid='pgtrigger_delete_delete_eb99a', table='enablement_quizstanding', when='AFTER'))], 'quizstandingevent': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ce5fd5e0ce7a53e77e1526b6e38bddde3cf3a78e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_feef5', table='enablement_quizstandingevent', when='BEFORE'))], 'stepreminder': [pgtrigger.compiler.Trigger(name='bump_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."enrollment_id" IS DISTINCT FROM (NEW."enrollment_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_late" IS DISTINCT FROM (NEW."is_late") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."reminded_at" IS DISTINCT FROM (NEW."reminded_at") OR OLD."step_id" IS DISTINCT FROM (NEW."step_id"))', func='NEW.version := OLD.version + 1; NEW.updated_at := now(); RETURN NEW;', hash='d501eb15acf01aef9cc309191f475bd45c3bc283', operation='UPDATE', pgid='pgtrigger_bump_version_911ad', table='enablement_stepreminder', when='BEFORE'))]},
            )],
        ),
    ]
