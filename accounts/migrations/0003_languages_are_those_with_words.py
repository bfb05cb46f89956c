"""Who had chosen German or Arabic reads English as before; the one with Germany's formats, the other with ours."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_integrations'),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE accounts_user SET language = CASE language WHEN 'de' THEN 'en-de' ELSE 'en' END"
            " WHERE language NOT IN ('en', 'en-gb', 'en-de')",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(choices=[('en', 'English: 12,400.50, 12/31/2026'), ('en-gb', 'English, as written in Britain: 12,400.50, 31/12/2026'), ('en-de', 'English, as written in Germany: 12.400,50, 31.12.2026')], default='en', max_length=10, verbose_name='language'),
        ),
        migrations.AlterField(
            model_name='userevent',
            name='language',
            field=models.CharField(choices=[('en', 'English: 12,400.50, 12/31/2026'), ('en-gb', 'English, as written in Britain: 12,400.50, 31/12/2026'), ('en-de', 'English, as written in Germany: 12.400,50, 31.12.2026')], default='en', max_length=10, verbose_name='language'),
        ),
    ]
