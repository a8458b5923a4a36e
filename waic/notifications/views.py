"""A person's own messages in the portal."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils import timezone
from django.views.generic import DetailView, ListView


class InboxView(LoginRequiredMixin, ListView):
    """Messages of the person asking, newest first."""

    template_name = "notifications/inbox.html"
    paginate_by = 30

    def get_queryset(self):
        # The person's column belongs to the related manager: without it each row would ask for its own.
        return self.request.user.messages.only(
            "uuid", "subject", "created_at", "read_at", "state", "recipient_id"
        )


class MessageView(LoginRequiredMixin, DetailView):
    """One message; opening it marks it as read."""

    template_name = "notifications/message.html"
    slug_field = slug_url_kwarg = "uuid"

    def get_queryset(self):
        return self.request.user.messages.all()

    def get_object(self, queryset=None):
        message = super().get_object(queryset)
        if message.read_at is None:
            message.read_at = timezone.now()
            message.save(update_fields=["read_at"])
        return message
