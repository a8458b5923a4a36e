"""Words of visitors: the desk says which may be shown. Who wrote them is shown nowhere."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from forums.models import FEEDBACK, Feedback
from forums.operations import feedback as operations
from waic.lib.admin import ReadOnlyAdmin

# Every state has a look, else its key would be shown.
LOOKS = {"bare": "", "waiting": "warning", "shown": "success", "hidden": "danger"}


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """The words as they stand, for one or for many at once."""

    list_display = ["where", "rating", "text", "feedback_state", "changed_at"]
    list_filter = ["forum__edition", "state", "rating"]
    list_select_related = ["forum", "session"]
    search_fields = ["text", "forum__title_zh", "forum__title_en", "session__title_zh"]
    fields = readonly_fields = ["forum", "session", "rating", "text", "state_name", "changed_at"]
    workflow = FEEDBACK
    step_operations: dict = {
        "show": operations.show_feedback,
        "hide": operations.hide_feedback,
    }
    step_notes = {
        "show": _("Speakers and hosts read the words, and the public where the rules of the stage say so."),
        "hide": _("Nobody reads the words any more; the rating counts as before."),
    }  # fmt: skip

    @display(description=_("of"))
    def where(self, feedback):
        return feedback.session or feedback.forum

    @display(
        description=_("state"), ordering="state", label=LOOKS,
    )  # fmt: skip
    def feedback_state(self, feedback):
        return feedback.state, feedback.get_state_display()

    def has_step_permission(self, request, obj=None, name=None):
        return request.user.has_perm("forums.change_feedback")
