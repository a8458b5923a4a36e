"""What was written to whom: previews, resending, the desks' own wording."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from waic.lib.desk import DeskAdmin
from waic.notifications.delivery import resend
from waic.notifications.models import Message, Suppression, TemplateText


@admin.register(Message)
class MessageAdmin(DeskAdmin):
    """The outbox. Rows are written by the product; a desk reads them and sends one again."""

    list_display = [
        "subject",
        "address",
        "language",
        "template",
        "shown_state",
        "attempts",
        "created_at",
        "sent_at",
    ]
    list_filter = ["state", "template", "language"]
    search_fields = ["subject", "address", "cause"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    fields = readonly_fields = ["subject", "address", "recipient", "language", "template", "cause", "state_name", "attempts", "error", "created_at", "sent_at", "read_at", "words", "preview"]  # fmt: skip

    def get_queryset(self, request):
        """Each desk reads the mail of its own room."""
        return super().get_queryset(request).for_desks_of(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        return [
            path(
                "<int:pk>/html/",
                self.admin_site.admin_view(self.html_view),
                name="notifications_message_html",
            ),
            *super().get_urls(),
        ]

    def html_view(self, request, pk):
        """The HTML of a mail, where nothing of it can run."""
        message = get_object_or_404(
            self.get_queryset(request).filter(is_secret=False)
            if self.has_view_permission(request)
            else Message.objects.none(),
            pk=pk,
        )
        response = HttpResponse(message.html)
        response._csp_replace = {
            "default-src": ["'none'"],
            "script-src": ["'none'"],
            "style-src": ["'unsafe-inline'"],
            "frame-ancestors": ["'self'"],
            "sandbox": [""],
        }
        response["X-Frame-Options"] = "SAMEORIGIN"
        return response

    @admin.display(description=_("text"))
    def words(self, message):
        """A personal link or code is for its reader alone, also before it is wiped."""
        if message.is_secret:
            return _("This message carries a personal link or code and is not shown here.")
        return format_html('<div class="whitespace-pre-wrap">{}</div>', message.text)

    @admin.display(description=_("as HTML"))
    def preview(self, message):
        if message.is_secret:
            return "—"
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>',
            reverse("admin:notifications_message_html", args=[message.pk]),
            _("Show the mail"),
        )

    @admin.action(description=_("Send the selected messages again"), permissions=["resend"])
    def send_again(self, request, queryset):
        queued = 0
        for message in queryset:
            try:
                resend(message)
            except ValidationError as refusal:
                words = f"{message.subject}: {' '.join(refusal.messages)}"
                self.message_user(request, words, messages.WARNING)
            else:
                queued += 1
        if queued:
            self.message_user(request, _("Queued again: %d") % queued, messages.SUCCESS)

    def has_resend_permission(self, request):
        return request.user.has_perm("notifications.view_message")


class _OwnRoomMixin:
    """For the form of a wording: a desk does not word the mails of another one."""

    user = None

    def clean_template(self):
        template = self.cleaned_data["template"]
        room = template.partition("/")[0]
        everything = self.user.has_perm("notifications.change_message")
        if not everything and not (room != "accounts" and self.user.has_module_perms(room)):
            raise ValidationError(_("This message belongs to another desk."), code="other_desk")
        return template


@admin.register(TemplateText)
class TemplateTextAdmin(DeskAdmin):
    """A desk words the mails and letters of its own room."""

    list_display = ["template", "language", "subject", "changed_at"]
    list_filter = ["language"]
    search_fields = ["template", "subject", "text"]

    def get_queryset(self, request):
        return super().get_queryset(request).for_desks_of(request.user)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (_OwnRoomMixin, form), {"user": request.user})


@admin.register(Suppression)
class SuppressionAdmin(DeskAdmin):
    list_display = ["address", "reason", "since"]
    search_fields = ["address", "reason"]
