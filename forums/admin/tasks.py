"""Tasks of forums: what a decline left to do."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from forums.models import ForumTask
from forums.models.task import TASK
from forums.operations import declining
from waic.lib.admin import ReadOnlyAdmin


@admin.register(ForumTask)
class ForumTaskAdmin(ReadOnlyAdmin):
    """Opened by a decline, closed by a step."""

    list_display = ["what", "forum", "shown_state", "is_urgent", "opened_at", "closed_at"]
    list_filter = ["forum__edition", "state", "is_urgent"]
    list_select_related = ["forum", "invitation__speaker"]
    search_fields = ["forum__title_zh", "forum__title_en", "invitation__speaker__name_zh", "invitation__speaker__name_en"]  # fmt: skip
    fields = readonly_fields = ["what", "forum", "invitation", "state_name", "is_urgent", "opened_at", "closed_at"]  # fmt: skip
    workflow = TASK
    step_operations: dict = {
        "done": declining.finish_task,
        "drop": declining.drop_task,
        "reopen": declining.reopen_task,
    }
    step_notes = {
        "done": _("Somebody else was found, or the agenda is another."),
        "drop": _("Nothing will be done about it; the host of the forum reads why."),
        "reopen": _("It is to do again, for the desk and for the host."),
    }

    @display(description=_("task"))
    def what(self, task):
        return str(task)

    def has_step_permission(self, request, obj=None, name=None):
        return request.user.has_perm("forums.change_forumtask")
