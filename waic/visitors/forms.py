"""What gate staff scan or type."""

from django import forms
from django.utils.translation import gettext_lazy as _

from waic.editions.models import Edition
from waic.visitors.models import Gate


class ScanForm(forms.Form):
    """One code at one gate of the current edition."""

    gate = forms.ModelChoiceField(Gate.objects.none(), label=_("Gate"))
    code = forms.CharField(
        label=_("Ticket code"),
        max_length=400,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        gates = Gate.objects.filter(venue__edition=Edition.objects.current())
        self.fields["gate"].queryset = gates.select_related("venue")
