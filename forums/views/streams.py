"""Links to live streams and replays on the host's side."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums.forms import StreamForm
from forums.models import StageRules
from forums.operations.streams import set_stream
from forums.views.hosting import OwnForum


class HostedStreamsView(OwnForum):
    """The links of a host's own forum, and a form that writes one of them."""

    def get(self, request, code):
        return self.page(StreamForm(forum=self.forum))

    def post(self, request, code):
        form = StreamForm(request.POST, forum=self.forum)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            self.keep(form)
        except ValidationError as refusal:
            known = hasattr(refusal, "error_dict") and not set(refusal.error_dict) - set(
                form.fields
            )
            form.add_error(None, refusal if known else refusal.messages)
            return self.page(form, status=400)
        messages.success(
            request, _("The link is saved.") if form.cleaned_data["url"] else _("The link is gone.")
        )
        return redirect(request.path)

    def keep(self, form):
        data = form.cleaned_data
        titles = {name: data[name] for name in ("title_zh", "title_en")}
        set_stream(
            self.forum, form.session, data["kind"], data["url"], by=self.request.user, **titles
        )

    def page(self, form, status=200):
        rules = StageRules.objects.of(self.forum.edition)
        context = {
            "forum": self.forum, "form": form, "rules": rules, "streams": self.forum.streams.select_related("session"),
            "may_change": self.forum.state != "cancelled",
        }  # fmt: skip
        return render(self.request, "forums/hosted_streams.html", context, status=status)
