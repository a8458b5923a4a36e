"""Changes that hosts ask for: the desk reads them field by field and approves or refuses, one or many."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from forums.change_words import described, described_all
from forums.models import CHANGE, ChangeRequest, ChangeState
from forums.operations import change_deciding
from waic.lib.desk import DeskAdmin
from waic.lib.merging import mark
from waic.lib.stepping import WordsForm


class ApproveForm(WordsForm):
    """The words to the host, and for each value that changed meanwhile: whose counts."""

    def __init__(self, *args, step, stale=(), **kwargs):
        super().__init__(*args, step=step, **kwargs)
        self.stale = {}
        for n, line in enumerate(stale):
            name = f"whose-{n}"
            seen = mark(line.raw_now)
            self.stale[name] = line.key
            self.fields[name] = forms.ChoiceField(
                label=line.name, help_text=line.stale_words, widget=UnfoldAdminRadioSelectWidget,
                choices=[(f"desk:{seen}", _("Keep what is there now")), (f"host:{seen}", _("Take what the host wants"))],
                error_messages={
                    "required": _("Please choose whose text counts."),
                    "invalid_choice": _("It changed again. Please look and choose once more."),
                },
            )  # fmt: skip

    def clean(self):
        data = super().clean()
        chosen = {key: tuple(data[name].split(":")) for name, key in self.stale.items() if data.get(name)}  # fmt: skip
        return {"reason": data.get("reason", ""), "choices": chosen}


@admin.register(ChangeRequest)
class ChangeRequestAdmin(DeskAdmin):
    list_display = ["forum", "requested_by", "shown_state", "shown_count", "asked_at", "decided_at"]
    list_filter = ["state", "forum__edition"]
    list_select_related = ["forum", "requested_by"]
    search_fields = ["forum__title_zh", "forum__title_en", "code", "requested_by__email"]
    readonly_fields = fields = [
        "forum", "requested_by", "state_name", "asked_at", "decided_at", "answer",
    ]  # fmt: skip
    workflow = CHANGE
    step_operations = {
        "approve": change_deciding.approve_changes,
        "refuse": change_deciding.refuse_changes,
    }
    step_forms = {"approve": ApproveForm}
    step_row_template = "admin/desk/_change_lines.html"
    step_notes = {
        "approve": _("The forum is changed and the host gets a mail. The public reads it at once, or with the next release where the edition has releases."),
        "refuse": _("The forum stays as it is; the host gets a mail with the reason."),
    }  # fmt: skip
    change_form_template = "admin/desk/change_request.html"

    def has_add_permission(self, request):
        return False  # hosts ask

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("changes"))
    def shown_count(self, change):
        return len(change.changes)

    def get_ordering(self, request):
        """What waits comes first."""
        return [Case(When(state=ChangeState.PENDING, then=0), default=1), "-asked_at", "-pk"]

    def look_at_rows(self, rows):
        lines = described_all(rows)
        for row in rows:
            row.lines = lines[row.pk]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            self.look_at_rows([obj])
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def step_view(self, request, object_id, name):
        request.stepping = self.get_object(request, unquote(object_id))
        return super().step_view(request, object_id, name)

    def _step_form(self, request, step):
        change = getattr(request, "stepping", None)
        if step.name != "approve" or change is None:
            return super()._step_form(request, step)
        stale = [line for line in described(change) if line.now is not None]
        is_given = request.method == "POST" and "confirmed" in request.POST
        return ApproveForm(request.POST if is_given else None, step=step, stale=stale)
