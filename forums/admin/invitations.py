"""The letters to the people on stage."""

from django.contrib import admin

from forums.models import (
    Invitation,
)
from forums.models.invitation import INVITATION
from forums.operations import invitations as invitation_operations
from waic.lib.desk import DeskAdmin


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    list_display = ["speaker", "forum", "role", "shown_state", "reply_by", "sent_at", "answered_at"]
    list_filter = ["forum__edition", "state", "role"]
    list_select_related = ["speaker", "forum"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "forum__title_zh", "code"]
    autocomplete_fields = ["forum", "speaker", "session"]
    readonly_fields = ["state_name", "sent_at", "opened_at", "answered_at", "answer"]
    fields = ["forum", "session", "speaker", "role", "message", "reply_by", *readonly_fields]
    workflow = INVITATION
    step_operations = {
        "send": invitation_operations.send_invitation,
        "withdraw": invitation_operations.withdraw_invitation,
    }

    def save_model(self, request, obj, form, change):
        if not change:
            obj.invited_by = request.user
        super().save_model(request, obj, form, change)
