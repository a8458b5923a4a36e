"""The applicants' desk: entries, the long form saved as it is typed, people, files, handing in."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from awards import answers as answering
from awards.models import ENTRY, Call, Entry, EntryFile, EntryState, FieldKind
from awards.operations import entries, members
from waic.lib import clock
from waic.lib.files import serve
from waic.lib.steps import history
from waic.lib.templatetags.look import moment
from waic.lib.text import localized
from waic.lib.turns import Turn, Turns

_WITH = ("call__award", "call__edition", "track", "receipt")


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
            f"{clock_text(entry)}",
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


def clock_text(entry):
    return moment(entry.editable_until or entry.call.closes_at)


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
        raw = request.POST.get("call", "")
        call = get_object_or_404(Call, pk=int(raw) if raw.isdigit() and len(raw) < 18 else 0)
        # A double click finds the empty draft it made a moment ago.
        fresh = (
            entries_of(request.user)
            .filter(call=call, state=EntryState.DRAFT, title_zh="", answers={})
            .first()
        )
        try:
            entry = fresh or entries.start_entry(call, user=request.user)
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

    def page(self, errors=(), status=200):
        entry = self.load()
        context = {
            "entry": entry, "turns": turns_of(entry), "members": entry.members.select_related("user"), "history": labelled(list(history(entry)[:20])), "errors": errors,
            "steps": {s.name for s in ENTRY.from_state(entry.state, "theirs")}, "is_open": is_open(entry),
            "troubles": answering.troubles(entry) if entry.state in entries.EDITABLE else [], "deadline": entry.editable_until or entry.call.closes_at,
        }  # fmt: skip
        return render(self.request, "awards/entry.html", context, status=status)


def is_open(entry):
    """True while something about the entry may be changed."""
    try:
        entries.check_open(entry.call, entry)
    except ValidationError:
        return False
    return True


class EntryFormView(OwnEntry):
    """The long form. Every save keeps all that was typed; htmx saves it while somebody types."""

    def get(self, request, code):
        if not is_open(self.entry) or self.entry.state not in entries.EDITABLE:
            return redirect("awards:entry", code)
        return self.page(self.entry)

    def post(self, request, code):
        try:
            data = request.POST
        except RequestDataTooBig:
            return self.answer(
                self.entry,
                refusal=_("This is more text than can be sent at once. Please shorten it."),
                status=413,
            )
        fields = list(self.entry.call.fields.all())
        basics, typed = self.basics(data), answering.typed_values(fields, data)
        raw = data.get("version", "")
        version = int(raw) if raw.isdigit() and len(raw) < 9 else None
        try:
            entry = entries.save_answers(self.entry, basics=basics, answers=typed, version=version)
            self.files(entry, fields)
        except ValidationError as refusal:
            return self.answer(
                self.with_typed(basics, typed), refusal=" ".join(refusal.messages), status=409
            )
        if "submit" in data:
            return self.submit(entry)
        return self.answer(self.load(), saved=True)

    def basics(self, data):
        form = answering.BasicsForm(data, call=self.entry.call)
        form.is_valid()
        # A wrong value of a fixed list is not kept; texts are cut to their column, with a sentence by the browser's limit.
        return {k: v for k, v in form.cleaned_data.items() if k in data}

    def files(self, entry, fields):
        by_key = {f.key: f for f in fields if f.kind == FieldKind.FILE}
        for key, upload in self.request.FILES.items():
            if key in by_key:
                entries.attach_file(entry, by_key[key], upload, by=self.request.user)
        for key in self.request.POST.getlist("remove"):
            if key in by_key:
                entries.remove_file(entry, by_key[key])

    def submit(self, entry):
        try:
            entries.submit_entry(entry, by=self.request.user)
        except ValidationError as refusal:
            codes = {getattr(e, "code", "") for e in refusal.error_list}
            entry = self.load()
            if codes == {"incomplete"}:
                return self.page(entry, troubles=answering.troubles(entry), status=400)
            return self.page(entry, refusal=" ".join(refusal.messages), status=409)
        messages.success(self.request, _("Handed in. The receipt is on its way by mail."))
        return redirect("awards:entry", entry.code)

    def with_typed(self, basics, typed):
        """The entry as the person sees it: what they typed over what is stored; nothing of it is saved."""
        entry = self.load()
        for name, value in basics.items():
            if name != "track":
                setattr(entry, name, value)
        entry.answers = {**entry.answers, **typed}
        return entry

    def answer(self, entry, saved=False, refusal="", status=200):
        if self.request.headers.get("HX-Request"):
            context = {
                "entry": entry,
                "saved_at": clock.local_now() if saved else None,
                "refusal": refusal,
                "fields": self.rows(entry),
            }
            return render(self.request, "awards/_saved.html", context, status=status)
        if saved:
            messages.success(self.request, _("Saved."))
            return redirect(self.request.path)
        return self.page(entry, refusal=refusal, status=status)

    def rows(self, entry, troubles=()):
        """The form's fields with what was typed, the file and the sentence of each."""
        files = {f.field_id: f.file for f in entry.files.select_related("file")}
        sentences = {t.key: t.sentence for t in troubles}
        rows = []
        for field in entry.call.fields.all():
            value = entry.answers.get(field.key, "")
            sentence = sentences.get(field.key) or (
                answering.sentence_for(field, value) if value else ""
            )
            rows.append({"field": field, "value": value, "file": files.get(field.pk), "sentence": sentence,
                         "choices": answering.choice_list(field), "rule": answering.file_rule(field) if field.kind == "file" else None,
                         "part": localized(field, "part")})  # fmt: skip
        return rows

    def page(self, entry, troubles=(), refusal="", status=200):
        initial = {
            "title_zh": entry.title_zh,
            "title_en": entry.title_en,
            "organisation": entry.organisation,
            "country": entry.country,
            "track": str(entry.track_id or ""),
        }
        parts: dict = {}
        for row in self.rows(entry, troubles):
            parts.setdefault(row["part"], []).append(row)
        context = {
            "entry": entry, "basics": answering.BasicsForm(initial=initial, call=entry.call), "parts": list(parts.items()), "troubles": troubles,
            "trouble_keys": {t.key: t.sentence for t in troubles}, "refusal": refusal, "deadline": entry.editable_until or entry.call.closes_at,
            "members": entry.members.select_related("user"),
        }  # fmt: skip
        return render(self.request, "awards/entry_form.html", context, status=status)


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


class MembersView(OwnEntry):
    """POST invites a co-applicant or removes one."""

    def get(self, request, code):
        return redirect("awards:entry", code)

    def post(self, request, code):
        try:
            if "remove" in request.POST:
                raw = request.POST["remove"]
                members.remove_member(
                    self.entry,
                    get_object_or_404(
                        self.entry.members, pk=int(raw) if raw.isdigit() and len(raw) < 18 else 0
                    ),
                )
                messages.success(request, _("The person was removed."))
            else:
                members.invite_member(
                    self.entry,
                    request.POST.get("email", ""),
                    by=request.user,
                    name=request.POST.get("name", ""),
                )
                messages.success(request, _("The invitation is on its way."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        return redirect("awards:entry", code)


class JoinView(LoginRequiredMixin, View):
    """The link of an invitation to an entry."""

    def dispatch(self, request, *args, **kwargs):
        self.member = members.invitation_of(kwargs["token"])
        if self.member is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, token):
        return self.page()

    def post(self, request, token):
        try:
            entry = members.join_entry(self.member, user=request.user)
        except ValidationError as refusal:
            return self.page(error=" ".join(refusal.messages), status=403)
        messages.success(request, _("You are on this entry now."))
        return redirect("awards:entry", entry.code)

    def page(self, error="", status=200):
        return render(
            self.request,
            "awards/join.html",
            {"entry": self.member.entry, "error": error},
            status=status,
        )
