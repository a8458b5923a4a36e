"""Forms in the look: `{{ form }}` and `{{ field.as_field_group }}` give its markup."""

from django.forms.renderers import TemplatesSetting


class LookRenderer(TemplatesSetting):
    """Label, help, control, error; the errors once more on top, as links."""

    form_template_name = "look/form.html"
    field_template_name = "look/field.html"
