"""The base of every admin page: short lists, step buttons, one history, nobody overwrites anybody.

    @admin.register(Application)
    class ApplicationAdmin(DeskAdmin):
        list_display = ["name", "organisation", "shown_state"]
        list_select_related = ["organisation"]
        workflow = APPLICATION
        step_operations = {"approve": deciding.approve_application, "decline": deciding.decline_application}

A step operation is called `(obj, by=user, reason=…, version=…)`; a ValidationError becomes a message.
Steps are in waic.lib.stepping, the version check of the form in waic.lib.versions.
"""

from collections import defaultdict
from operator import itemgetter

from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    FieldDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.core.paginator import Paginator
from django.db import IntegrityError, connection
from django.db.models import F, ForeignKey
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from waic.lib import steps, versions
from waic.lib.models import Versioned
from waic.lib.stepping import SteppingMixin

MOST_COUNTED = 10_000
MOST_HISTORY = 500

# How a state looks in a list; other states are plain. Without a look at all a raw key would be shown, not its name.
STATE_LOOKS = defaultdict(str, {
    "submitted": "info", "review": "info", "sent": "info", "opened": "info", "running": "info", "sending": "info",
    "changes": "warning", "reopened": "warning", "queued": "warning",
    "approved": "success", "published": "success", "accepted": "success", "done": "success", "confirmed": "success",
    "declined": "danger", "cancelled": "danger", "failed": "danger", "withdrawn": "danger", "refused": "danger",
    "expired": "danger",
})  # fmt: skip


class BoundedPaginator(Paginator):
    """Counts no further than MOST_COUNTED rows; whoever looks for more narrows the list down."""

    @cached_property
    def count(self):
        if not hasattr(self.object_list, "order_by"):
            return len(self.object_list)
        return self.object_list.order_by()[:MOST_COUNTED].count()


class DeskAdmin(SteppingMixin, ModelAdmin):
    """What all desks share. Declare `list_select_related` for what `__str__` of related rows looks at."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    paginator = BoundedPaginator
    list_filter_submit = True
    warn_unsaved_form = True
    save_on_top = False
    change_form_template = "admin/desk/change_form.html"
    object_history_template = "admin/desk/history.html"

    # --- Lists ----------------------------------------------------------------------------------

    def get_ordering(self, request):
        """The model's own order, said aloud: a query that counts something per row forgets it, in autocompletes too."""
        return super().get_ordering(request) or self.opts.ordering

    def get_list_select_related(self, request):
        """Foreign keys that the list shows are fetched with it, also nullable ones."""
        declared = super().get_list_select_related(request)
        if declared is True:
            return True
        shown = [name for name in self.get_list_display(request) if self._is_foreign_key(name)]
        return sorted({*(declared or ()), *shown}) or False

    def _is_foreign_key(self, name):
        try:
            return isinstance(self.opts.get_field(name), ForeignKey)
        except (FieldDoesNotExist, TypeError):
            return False

    @display(description=_("state"), ordering="state", label=STATE_LOOKS)
    def shown_state(self, obj):
        """For `list_display`: the state as a coloured label."""
        return obj.state, obj.get_state_display()

    @display(description=_("state"))
    def state_name(self, obj):
        """For forms: the state in words."""
        return obj.get_state_display()

    # --- Saving: what the database refuses, and the version check (R9) ---------------------------

    def changeform_view(self, request, *args, **kwargs):
        """A form that was right until somebody else was faster is checked once more and says what is taken."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            for upload in request.FILES.values():
                upload.seek(0)
            return super().changeform_view(request, *args, **kwargs)

    @property
    def is_versioned(self):
        return issubclass(self.model, Versioned)

    def get_object(self, request, object_id, from_field=None):
        if request.method == "POST" and self.is_versioned and connection.in_atomic_block:
            self._lock(object_id)
        return super().get_object(request, object_id, from_field)

    def _lock(self, object_id):
        """Hold the row, so that the version that is checked is the one that is written over."""
        try:
            pk = self.opts.pk.to_python(object_id)
        except (ValidationError, ValueError):
            return
        rows = self.model._base_manager.select_for_update(no_key=True).filter(pk=pk)
        rows.values_list("pk").first()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not (change and self.is_versioned):
            return form
        return type(form.__name__, (versions.SeenVersionMixin, form), {})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        if change and isinstance(form, versions.SeenVersionMixin):
            context["seen"] = versions.seal(form)
            context["seen_field"] = versions.FIELD
        listed = set(form.errors) - {NON_FIELD_ERRORS}
        inlines = context.get("inline_admin_formsets", ())
        context["lists_errors"] = bool(listed) or any(
            i.formset.total_error_count() for i in inlines
        )
        if change and obj is not None:
            context["steps"] = self.step_links(request, obj)
            if not (form.fields or context["inline_admin_formsets"]):
                context |= {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and self.is_versioned and any(f.has_changed() for f in [form, *formsets]):
            rows = self.model._base_manager.filter(pk=form.instance.pk)
            rows.update(version=F("version") + 1)

    # --- History --------------------------------------------------------------------------------

    def history_view(self, request, object_id, extra_context=None):
        """Entries of the admin and steps on record together, newest first."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"), "subtitle": str(obj), "object": obj, "opts": self.opts,
            "entries": self.history_of(obj), "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)

    def history_of(self, obj):
        """[{"at", "by", "what", "reason"}], newest first, at most MOST_HISTORY of each source."""
        of_object = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk)
        ).select_related("user")
        entries = [
            {"at": e.action_time, "by": e.user, "what": e.get_change_message() or e.get_action_flag_display(), "reason": ""}
            for e in of_object.order_by("-action_time")[:MOST_HISTORY]
        ]  # fmt: skip
        for record in steps.history(obj)[:MOST_HISTORY]:
            entries.append(
                {"at": record.taken_at, "by": record.by, "what": self.describe_step(record), "reason": record.reason}
            )  # fmt: skip
        return sorted(entries, key=itemgetter("at"), reverse=True)
