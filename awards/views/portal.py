"""The applicants' desk: entries, where each stands, its people and files. The long form is in `filling`."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from awards import answers as answering
from awards.models import Call, Entry, EntryFile, EntryState
from awards.operations import entries, members
from waic.lib.files import serve
from waic.lib.steps import history
from waic.lib.templatetags.dates import moment
from waic.lib.text import localized
from waic.lib.turns import Turn, Turns

_WITH = ("call__award", "call__edition", "track", "receipt")


def number(text):
    """A primary key as typed; 0, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def entries_of(user):
    """The person's own entries, newest first."""
    return Entry.objects.of(user).select_related(*_WITH)


def turns_of(entry):
    """The line of turns of an entry: yours to fill in, then the stages of its call."""
    draft = entry.state in entries.EDITABLE
    steps = [
        Turn(
            _("Fill in and hand in"),
            "theirs",
            moment(entry.due),
            is_done=not draft,
            is_current=draft,
        )
    ]
    for n, stage in enumerate(entry.call.stages.all()[1:]):
        steps.append(Turn(localized(stage, "name"), "ours", is_current=not draft and n == 0))
    return Turns(steps)


def labelled(records):
    """Steps on record with the names of the states they led to."""
    names = dict(EntryState.choices)
    for record in records:
        record.label = names.get(record.after, record.after)
    return records


class EntryListView(LoginRequiredMixin, TemplateView):
    """My entries and the open calls."""

    template_name = "awards/entry_list.html"

    def get_context_data(self, **kwargs):
        calls = (
            Call.objects.open()
            .select_related("award", "edition")
            .order_by("edition__year", "award__order")
        )
        return super().get_context_data(
            entries=entries_of(self.request.user), calls=calls, **kwargs
        )


class EntryStartView(LoginRequiredMixin, View):
    """POST starts a draft in an open call."""

    def post(self, request):
        call = get_object_or_404(Call, pk=number(request.POST.get("call", "")))
        try:
            entry = entries.start_entry(call, user=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("awards:entry-list")
        return redirect("awards:entry-form", entry.code)

    def get(self, request):
        return redirect("awards:entry-list")


class OwnEntry(LoginRequiredMixin, View):
    """Loads the entry from the person's own; somebody else's and nobody's are the same."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.entry = self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self):
        return get_object_or_404(entries_of(self.request.user), code=self.kwargs["code"])


class EntryView(OwnEntry):
    """Where an entry stands, with whom, and what happens next."""

    def get(self, request, code):
        return self.page()

    def post(self, request, code):
        step = request.POST.get("step", "")
        operation = {
            "submit": entries.submit_entry,
            "take_back": entries.take_back_entry,
            "withdraw": entries.withdraw_entry,
        }.get(step)
        if operation is None:
            raise Http404
        try:
            operation(self.entry, by=request.user)
        except ValidationError as refusal:
            return self.page(errors=refusal.messages, status=409)
        sentences = {"submit": _("Handed in. The receipt is on its way by mail."), "take_back": _("Taken back. Hand it in again before the deadline."),
                     "withdraw": _("The entry was withdrawn.")}  # fmt: skip
        messages.success(request, sentences[step])
        return redirect(request.path)

    def page(self, errors=(), status=200, invite=None):
        entry = self.load()
        may_fill, may_change = entry.state in entries.EDITABLE, is_open(entry)
        people = list(entry.members.select_related("user"))
        context = {
            "entry": entry, "turns": turns_of(entry), "members": people,
            "history": labelled(list(history(entry)[:20])), "errors": errors, "invite": invite or {},
            "is_lead": any(m.is_lead and m.user_id == self.request.user.pk for m in people),
            "is_open": may_change, "may_change": may_change and may_fill, "deadline": entry.due,
            "troubles": answering.troubles(entry) if may_fill else [],
        }  # fmt: skip
        return render(self.request, "awards/entry.html", context, status=status)


def is_open(entry):
    """True while something about the entry may be changed."""
    try:
        entries.check_open(entry.call, entry)
    except ValidationError:
        return False
    return True


class EntryFileView(OwnEntry):
    """A file of one's own entry, as an attachment."""

    def get(self, request, code, key):
        held = get_object_or_404(
            EntryFile.objects.select_related("file"), entry=self.entry, field__key=key
        )
        return serve(held.file)


class ReceiptFileView(OwnEntry):
    """The receipt PDF of one's own entry."""

    def get(self, request, code):
        if self.entry.receipt is None:
            raise Http404
        return serve(self.entry.receipt)


class MembersView(EntryView):
    """POST invites a co-applicant, removes one, or lets oneself out."""

    def get(self, request, code):
        return redirect("awards:entry", code)

    def post(self, request, code):
        if "leave" in request.POST:
            return self.leave()
        try:
            if "remove" in request.POST:
                self.remove(number(request.POST["remove"]))
            else:
                self.invite(request.POST.get("email", ""), request.POST.get("name", ""))
        except ValidationError as refusal:
            typed = {name: request.POST.get(name, "") for name in ("name", "email")}
            return self.page(status=400, invite={**typed, "sentence": " ".join(refusal.messages)})
        return redirect("awards:entry", code)

    def leave(self):
        try:
            members.leave_entry(self.entry, user=self.request.user)
        except ValidationError as refusal:
            return self.page(errors=refusal.messages, status=409)
        messages.success(self.request, _("You left the entry. Its lead applicant was told."))
        return redirect("awards:entry-list")

    def remove(self, pk):
        members.remove_member(self.entry, get_object_or_404(self.entry.members, pk=pk))
        messages.success(self.request, _("The person was removed."))

    def invite(self, email, name):
        members.invite_member(self.entry, email, by=self.request.user, name=name)
        messages.success(self.request, _("The invitation is on its way."))


class JoinView(LoginRequiredMixin, View):
    """The link of an invitation to an entry."""

    def dispatch(self, request, *args, **kwargs):
        self.member = members.invitation_of(kwargs["token"])
        if self.member is None:
            raise Http404
        if self.member.joined_at and request.user.is_authenticated:
            return self.joined()
        return super().dispatch(request, *args, **kwargs)

    def joined(self):
        """A second click leads where the first one did; to others a used link is nothing."""
        if self.member.user_id != self.request.user.pk:
            raise Http404
        return redirect("awards:entry", self.member.entry.code)

    def get(self, request, token):
        return self.page()

    def post(self, request, token):
        try:
            entry = members.join_entry(self.member, user=request.user)
        except ValidationError as refusal:
            status = 403 if refusal.code == "other_address" else 409
            return self.page(error=" ".join(refusal.messages), status=status)
        messages.success(request, _("You are on this entry now."))
        return redirect("awards:entry", entry.code)

    def page(self, error="", status=200):
        context = {"entry": self.member.entry, "error": error, "closed": self.closed()}
        return render(self.request, "awards/join.html", context, status=status)

    def closed(self):
        """Why nobody can join any more, or an empty string."""
        if self.member.entry.state == EntryState.WITHDRAWN:
            return _("This entry was withdrawn.")
        if not is_open(self.member.entry):
            return _("It is too late to join: the deadline has passed.")
        return ""
