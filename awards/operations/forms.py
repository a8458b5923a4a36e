"""Defining the form of a call."""

from django.db import transaction

from awards.models import FormField


@transaction.atomic
def define_form(call, definition):
    """Write the fields of a call's form in order; a field that answers exist for is changed, never dropped."""
    for order, values in enumerate(definition):
        row = {k: v for k, v in values.items() if k != "key"}
        FormField.objects.update_or_create(
            call=call, key=values["key"], defaults={**row, "order": order}
        )
    return list(call.fields.all())
