"""What was written to whom: previews and resending. The desks' own wording is in admin_wording."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from waic.lib.desk import DeskAdmin
from waic.notifications import admin_wording  # noqa: F401 (registers the wordings)
from waic.notifications.delivery import resend
from waic.notifications.models import Message, Suppression


class LanguageFilter(admin.SimpleListFilter):
    """Languages by name; the column holds what a browser calls them."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        return settings.LANGUAGES

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(DeskAdmin):
    """The outbox. Rows are written by the product; a desk reads them and sends one again."""

    list_display = [
        "subject",
        "address",
        "language_name",
        "template",
        "shown_state",
        "attempts",
        "created_at",
        "sent_at",
    ]
    list_filter = ["state", "template", LanguageFilter]
    search_fields = ["subject", "address", "cause"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    fields = readonly_fields = ["subject", "address", "recipient", "language_name", "template", "cause", "state_name", "attempts", "error", "created_at", "sent_at", "read_at", "words", "preview"]  # fmt: skip

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

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, message):
        return dict(settings.LANGUAGES).get(message.language, message.language)

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


@admin.register(Suppression)
class SuppressionAdmin(DeskAdmin):
    list_display = ["address", "reason", "since"]
    search_fields = ["address", "reason"]
