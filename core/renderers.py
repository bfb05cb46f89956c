"""The project's FORM_RENDERER: Django's own field groups, in our templates."""

from django.forms.renderers import TemplatesSetting


class HubRenderer(TemplatesSetting):
    """Renders forms, fields and widgets from templates/django/forms/."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
