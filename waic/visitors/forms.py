"""What gate staff scan or type."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from waic.visitors.gates import gates_now


class CodeForm(forms.Form):
    """One ticket's code."""

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


class ScanForm(CodeForm):
    """One code at one gate of the current edition."""

    gate = forms.TypedChoiceField(label=_("Gate"), coerce=int)
    field_order = ("gate", "code")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        gates = [(gate.pk, str(gate)) for gate in self.gates]
        # With one gate there is nothing to choose.
        first = [] if len(gates) == 1 else [("", _("Choose the gate"))]
        self.fields["gate"].choices = [*first, *gates]

    @cached_property
    def gates(self):
        return gates_now()

    def clean_gate(self):
        """The gate itself."""
        return next(gate for gate in self.gates if gate.pk == self.cleaned_data["gate"])
