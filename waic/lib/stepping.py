"""Steps of a workflow in the admin: buttons on the change page, a page that says what will happen, bulk actions."""

from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminTextareaWidget

from waic.lib.steps import Workflow, history
from waic.lib.text import clean_text
from waic.lib.versions import step_sentence

MOST_AT_ONCE = 500
MOST_REFUSALS = 20
TOO_LATE = ("stale", "not_allowed")


class StepForm(forms.Form):
    """The reason of a step. A subclass may ask for more; what it cleans is handed to the operation by name."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 4})
    )  # fmt: skip

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.required = step.needs_reason
        field.error_messages["required"] = _("Please give a reason.")
        field.help_text = (
            _("The other side reads it.")
            if step.needs_reason
            else _("Optional; it is kept on record.")
        )

    def clean_reason(self):
        return clean_text(self.cleaned_data["reason"])


class WordsForm(StepForm):
    """For a step whose words go to the other side although none are needed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Words to the other side")
        self.fields["reason"].help_text = _("Optional; the other side reads them.")


class SteppingMixin:
    """For a ModelAdmin: what its rows can go through.

    workflow: the Workflow of the model. step_operations: step name → callable(obj, *, by, reason, version).
    step_notes: step name → a sentence about what will happen. step_forms: step name → StepForm subclass.
    bulk_steps: names offered for several rows at once; None means all. step_row_template: shown for each `row` of a
    step page, after `look_at_rows` had a look at them.
    """

    workflow: Workflow | None = None
    step_operations = {}
    step_notes = {}
    step_forms = {}
    bulk_steps = None
    # Several at once need the versions that the page showed; where one was not shown, the row stays as it is.
    insists_on_seen = False
    step_row_template = ""

    def look_at_rows(self, rows):
        """Put on rows what `step_row_template` shows; in a fixed number of queries."""

    def has_step_permission(self, request, obj=None, name=None):
        """Whether the person may take this step of this object (of any, without one)."""
        return self.has_change_permission(request, obj)

    # --- One object -----------------------------------------------------------------------------

    def get_urls(self):
        if self.workflow is None:
            return super().get_urls()
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        view = self.admin_site.admin_view(self.step_view)
        return [path("<path:object_id>/step/<slug:name>/", view, name=name), *super().get_urls()]

    def available_steps(self, request, obj):
        """Steps that this person may take of this object now."""
        if self.workflow is None:
            return []
        return [
            step for step in self.workflow.from_state(obj.state)
            if step.name in self.step_operations and self.has_step_permission(request, obj, step.name)
        ]  # fmt: skip

    def step_links(self, request, obj):
        """[{"step", "url"}] for the buttons of the change page."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            {"step": step, "url": reverse(name, args=[obj.pk, step.name])}
            for step in self.available_steps(request, obj)
        ]

    def state_label(self, state):
        """The name of a state in the reader's language."""
        return dict(self.model._meta.get_field("state").flatchoices).get(state, state)

    def describe_step(self, record):
        """A line of the history for a StepRecord."""
        labels = {step.name: step.label for step in self.workflow.steps} if self.workflow else {}
        if self.workflow is None:
            return str(record)
        before = self.state_label(record.before)
        return (
            f"{labels.get(record.step, record.step)}: {before} → {self.state_label(record.after)}"
        )

    def step_view(self, request, object_id, name):
        """GET says what will happen and asks for the reason; POST does it."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or name not in self.step_operations:
            raise Http404
        if not self.has_step_permission(request, obj, name):
            raise PermissionDenied
        step = self.workflow[name]
        if obj.state not in step.sources:
            self.message_user(request, _("This step is not possible any more."), messages.ERROR)
            return HttpResponseRedirect(self._change_url(request, obj))
        form = self._step_form(request, step)
        if form.is_bound and form.is_valid() and self._take(request, obj, step, form):
            return HttpResponseRedirect(self._change_url(request, obj))
        self.look_at_rows([obj])
        context = self._step_context(request, step, form)
        context.update(
            subtitle=str(obj),
            object=obj,
            version=request.POST.get("version") or getattr(obj, "version", ""),
        )
        status = 400 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/desk/step.html", context, status=status)

    def _step_form(self, request, step):
        form_class = self.step_forms.get(step.name, StepForm)
        is_given = request.method == "POST" and "confirmed" in request.POST
        return form_class(
            request.POST if is_given else None, request.FILES if is_given else None, step=step
        )

    def _take(self, request, obj, step, form):
        """True when the step was taken or cannot be taken any more; False when the form should be shown again."""
        try:
            self._operate(request, obj, step, form, number_of(request.POST.get("version")))
        except ValidationError as refusal:
            if getattr(refusal, "code", None) in TOO_LATE:
                self.message_user(request, self._told(obj, refusal), messages.ERROR)
                return True
            form.add_error(None, refusal.messages)
            return False
        done = _("%(step)s: %(object)s") % {"step": step.label, "object": obj}
        self.message_user(request, done, messages.SUCCESS)
        return True

    def _told(self, obj, refusal):
        """A refusal in words, with what others did meanwhile where that is why."""
        is_late = getattr(refusal, "code", None) in TOO_LATE
        return " ".join([*refusal.messages, *(self.what_changed(obj) if is_late else ())])

    def what_changed(self, obj):
        """Sentences about what was done to a row last, for whoever was a moment too late."""
        return [step_sentence(obj, record) for record in history(obj)[:1]]

    def _operate(self, request, obj, step, form, version):
        with transaction.atomic():
            operation = self.step_operations[step.name]
            operation(obj, by=request.user, version=version, **form.cleaned_data)

    def _step_context(self, request, step, form):
        return {
            **self.admin_site.each_context(request),
            "title": step.label, "opts": self.opts, "step": step, "form": form, "row_template": self.step_row_template,
            "note": self.step_notes.get(step.name, ""), "after": self.state_label(step.target),
            "back": reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "media": self.media + form.media,
        }  # fmt: skip

    def _change_url(self, request, obj):
        names = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        if self.has_view_or_change_permission(request, obj):
            return reverse(f"{names}_change", args=[obj.pk])
        return reverse(f"{names}_changelist")

    # --- Several at once ------------------------------------------------------------------------

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self.workflow is None or not self.has_step_permission(request):
            return actions
        names = self.step_operations if self.bulk_steps is None else self.bulk_steps
        for name in names:
            step = self.workflow[name]
            function = partial(type(self).take_step_of_selected, step=step)
            actions[f"step_{name}"] = (function, f"step_{name}", step.label)
        return actions

    def take_step_of_selected(self, request, queryset, *, step):
        """The admin action of one step: a page with what will happen to which rows, then each in its own savepoint."""
        rows = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        if len(rows) > MOST_AT_ONCE:
            text = _("At most %d at once. Please choose fewer.") % MOST_AT_ONCE
            return self.message_user(request, text, messages.ERROR)
        form = self._step_form(request, step)
        if form.is_bound and form.is_valid():
            return self._take_each(request, rows, step, form)
        allowed = [row for row in rows if row.state in step.sources]
        self.look_at_rows(allowed)
        context = self._step_context(request, step, form)
        context.update(
            rows=allowed, refused=[row for row in rows if row.state not in step.sources],
            action=f"step_{step.name}", checkbox=ACTION_CHECKBOX_NAME, back=request.get_full_path(),
        )  # fmt: skip
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "admin/desk/step.html", context, status=status)

    def _take_each(self, request, rows, step, form):
        seen = self.seen_texts(request)
        count, refusals = 0, []
        for row in rows:
            try:
                if not self.has_step_permission(request, row, step.name):
                    raise ValidationError(_("You may not do this."))
                self._operate(request, row, step, form, self._seen_of(row, seen))
                count += 1
            except ValidationError as refusal:
                refusals.append(f"{row}: {self._told(row, refusal)}")
        if count:
            text = ngettext("%(step)s: %(count)d done.", "%(step)s: %(count)d done.", count)
            self.message_user(
                request, text % {"step": step.label, "count": count}, messages.SUCCESS
            )
        self._report(request, refusals)

    def _seen_of(self, row, seen):
        version = number_of(seen.get(str(row.pk)))
        if version is None and self.insists_on_seen:
            raise ValidationError(
                _("The page did not show this row. Look at it and choose again."), code="unseen"
            )
        return version

    @staticmethod
    def seen_texts(request):
        """{number of a row, as text: the version its page showed, as text}"""
        return dict(pair.split(":", 1) for pair in request.POST.getlist("seen") if ":" in pair)

    def _report(self, request, refusals):
        for sentence in refusals[:MOST_REFUSALS]:
            self.message_user(request, sentence, messages.WARNING)
        if len(refusals) > MOST_REFUSALS:
            more = _("… and %d more that could not be done.") % (len(refusals) - MOST_REFUSALS)
            self.message_user(request, more, messages.WARNING)


def number_of(text):
    """A version from a form; None where none was sent, ValidationError where it is nonsense."""
    if not text:
        return None
    if not str(text).isdecimal() or len(str(text)) > 9:
        raise ValidationError(
            _("This page cannot be saved any more. Reload it and try again."), code="stale"
        )
    return int(text)
