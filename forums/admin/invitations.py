"""The letters to the people on stage."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Invitation, InvitationState
from forums.models.invitation import CONTENT, INVITATION
from forums.operations import invitations as operations
from forums.operations import sending
from forums.operations.letters import LANGUAGES, letter_pdf
from waic.lib.desk import DeskAdmin
from waic.lib.files import serve
from waic.lib.stepping import number_of

UNSENT = (InvitationState.DRAFT, InvitationState.APPROVED)


@admin.register(Invitation)
class InvitationAdmin(DeskAdmin):
    list_display = ["speaker", "forum", "role", "shown_state", "number", "reply_by", "sent_at", "answered_at"]  # fmt: skip
    list_filter = ["forum__edition", "state", "role"]
    list_select_related = ["speaker", "forum"]
    search_fields = ["speaker__name_zh", "speaker__name_en", "forum__title_zh", "code", "number"]
    autocomplete_fields = ["forum", "speaker", "session"]
    readonly_fields = [
        "state_name", "number", "letters", "worded_by", "approved_by", "approved_at", "sent_at", "opened_at",
        "reminders", "answered_at", "answer",
    ]  # fmt: skip
    fields = [*CONTENT, *readonly_fields]
    workflow = INVITATION
    step_operations: dict = {
        "approve": operations.approve_content,
        "reopen": operations.reopen_content,
        "send": operations.send_invitation,
        "renew": operations.renew_link,
        "withdraw": operations.withdraw_invitation,
    }
    step_notes = {
        "approve": gettext_lazy("A second person answers for the wording. A change afterwards needs a new approval."),
        "send": gettext_lazy("The letter gets its number and goes out in Chinese and English with a personal link. More than twenty at once are sent in the background."),
        "renew": gettext_lazy("The link that is out ends; for a letter that went astray or was passed on."),
        "withdraw": gettext_lazy("The personal link then says that the invitation was withdrawn, and the guest is no longer announced."),
    }  # fmt: skip

    def get_fields(self, request, obj=None):
        """A new letter is what it will say; the rest comes by itself."""
        return self.fields if obj else list(CONTENT)

    def has_delete_permission(self, request, obj=None):
        """A letter with a number went out: it is withdrawn, and stays on record."""
        is_numbered = obj is not None and bool(obj.number)
        return not is_numbered and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """What was sent stays as it was sent."""
        sent = obj is not None and obj.state not in UNSENT
        return [*CONTENT, *self.readonly_fields] if sent else self.readonly_fields

    def save_model(self, request, obj, form, change):
        if not change:
            obj.invited_by = request.user
        if set(form.changed_data) & set(CONTENT):
            if obj.state == InvitationState.APPROVED:
                operations.reopen_content(
                    obj, by=request.user, reason=_("The wording was changed.")
                )
                self.message_user(request, _("The letter needs a new approval."), messages.WARNING)
            obj.worded_by = request.user
        super().save_model(request, obj, form, change)

    def _take_each(self, request, rows, step, form):
        """Many letters take a while, so a job sends them; whoever asked sees it at work."""
        if step.name != "send" or len(rows) <= sending.MOST_AT_HAND:
            return super()._take_each(request, rows, step, form)
        if not all(self.has_step_permission(request, row, "send") for row in rows):
            raise PermissionDenied
        seen = self.seen_texts(request)
        try:
            letters = [(row.pk, number_of(seen.get(str(row.pk)))) for row in rows]
        except ValidationError as refusal:
            return self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        run = sending.start_sending(letters, by=request.user, **form.cleaned_data)
        return redirect("jobs:progress", uuid=run.uuid)

    # --- The letter -----------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.letter_view)
        name = "forums_invitation_letter"
        return [path("<int:pk>/letter-<str:language>.pdf", view, name=name), *super().get_urls()]

    def letter_view(self, request, pk, language):
        """The letter as it was sent, or as it would be."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if language not in LANGUAGES:
            raise Http404
        rows = self.get_queryset(request).select_related("forum__edition", "speaker")
        invitation = get_object_or_404(rows, pk=pk)
        if stored := getattr(invitation, f"letter_{language}"):
            return serve(stored)
        return HttpResponse(letter_pdf(invitation, language), content_type="application/pdf",
                            headers={"Content-Disposition": f'attachment; filename="draft-{language}.pdf"', "Cache-Control": "private, no-store"})  # fmt: skip

    @admin.display(description=gettext_lazy("letter"))
    def letters(self, invitation):
        """Links to both languages, for whoever approves."""
        if not invitation.pk:
            return "—"
        words = {"zh": _("Letter in Chinese (PDF)"), "en": _("Letter in English (PDF)")}
        name = "admin:forums_invitation_letter"
        links = (
            (reverse(name, args=[invitation.pk, column]), text) for column, text in words.items()
        )
        return format_html("{}", format_html_join(" · ", '<a href="{}">{}</a>', links))
