from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0008_noting_changes_costs_less'),
        ('segmentation', '0003_failures_are_kept_and_tried_again'),
    ]

    operations = [
        migrations.AlterField(
            model_name='ruletransition',
            name='partner',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rule_transitions', to='partners.partner'),
        ),
        migrations.AlterField(
            model_name='runrange',
            name='run',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ranges', to='segmentation.fullrun'),
        ),
    ]
