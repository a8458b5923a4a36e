"""The long form: made of the call's fields, saved while it is typed, checked when it is handed in."""

import json

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from awards import answers as answering
from awards.models import FieldKind
from awards.operations import entries, saving
from awards.views.portal import OwnEntry, is_open
from waic.lib import clock
from waic.lib.text import localized
from waic.lib.toolong import TOO_LONG


class EntryFormView(OwnEntry):
    """Every save keeps what can be kept; what cannot stays on the page with a sentence next to it."""

    sentences: dict = {}
    shown_as_typed: frozenset | set = (
        frozenset()
    )  # keys whose typed value is shown, not the stored one

    def get(self, request, code):
        if not is_open(self.entry) or self.entry.state not in entries.EDITABLE:
            return redirect("awards:entry", code)
        return self.page(self.entry)

    def post(self, request, code):
        self.sent = answering.read_form(self.entry.call, request.POST)
        try:
            saved = saving.save_typed(self.entry, self.sent.values, seen=self.seen())
        except ValidationError as refusal:
            self.shown_as_typed = set(self.sent.values)
            return self.answer(self.load(), refusal=" ".join(refusal.messages), status=409)
        self.shown_as_typed = saved.clashes
        refused = self.sent.sentences | self.files(saved.entry)
        self.sentences = refused | self.elsewhere(saved)
        if saved.clashes:
            return self.answer(self.load(), refusal=self.clash(), status=409)
        if refused:
            sentence = _("Not everything could be saved. Please look at the marked places.")
            return self.answer(self.load(), refusal=sentence, status=400)
        if "submit" in request.POST:
            return self.submit(saved.entry)
        return self.answer(self.load(), saved=True)

    # --- What was sent --------------------------------------------------------------------------

    def seen(self):
        """The marks the page held; None when it holds none that can be read."""
        try:
            seen = json.loads(self.request.POST.get("seen", ""))
        except ValueError:
            return None
        return seen if isinstance(seen, dict) else None

    def files(self, entry):
        """Keep the files that came along; {key: sentence} of those that are refused."""
        by_key = {f.key: f for f in entry.call.fields.all() if f.kind == FieldKind.FILE}
        refused = {}
        for key, upload in self.request.FILES.items():
            if key in by_key:
                try:
                    entries.attach_file(entry, by_key[key], upload, by=self.request.user)
                except ValidationError as refusal:
                    refused[key] = " ".join(refusal.messages)
        for key in self.request.POST.getlist("remove"):
            if key in by_key:
                entries.remove_file(entry, by_key[key])
        return refused

    def elsewhere(self, saved):
        """{key: sentence} of what another device changed since this page was shown."""
        stored = saving.stored_values(saved.entry)
        fields = {f.key: f for f in saved.entry.call.fields.all()}
        # Without script the page is made anew and shows what is stored; only clashes need words.
        told = self.sent.values if self.is_fragment else saved.clashes
        shown = {}
        for key in told:
            if saving.mark(stored.get(key)) != saving.mark(self.sent.values[key]):
                value = answering.shown_value(saved.entry, fields.get(key), key, stored.get(key))
                shown[key] = _("On another device this is “%(value)s” now.") % {
                    "value": value if len(value) <= 200 else f"{value[:199]}…"
                }
        return shown

    @property
    def is_fragment(self):
        return bool(self.request.headers.get("HX-Request"))

    def clash(self):
        if self.is_fragment:
            return _("Another device changed the marked answers too. Press Save to compare.")
        return _(
            "Another device changed the marked answers too. What you typed is still here; compare and save again."
        )

    # --- What is answered -----------------------------------------------------------------------

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

    def answer(self, entry, saved=False, refusal="", status=200):
        if self.is_fragment:
            return self.fragment(entry, saved, refusal, status)
        if saved:
            messages.success(self.request, _("Saved."))
            return redirect(self.request.path)
        return self.page(entry, refusal=refusal, status=status)

    def fragment(self, entry, saved, refusal, status):
        """The save bar. The page goes on showing what was typed there, so that is what it has seen now."""
        before = self.seen() or {}
        seen = saving.marks(self.sent.values)
        # What was not saved stays a change of this page.
        kept = {k: v for k, v in seen.items() if k not in self.shown_as_typed}
        context = {
            "saved_at": clock.local_now() if saved else None, "refusal": refusal,
            "seen": json.dumps(before | kept), "rows": self.rows(entry),
            "basics": {name: self.sentences.get(name, "") for name in saving.BASICS},
        }  # fmt: skip
        return render(self.request, "awards/_saved.html", context, status=status)

    def values(self, entry):
        """What the page shows: what is stored, with what was typed and could not be saved over it."""
        stored = saving.stored_values(entry)
        if not hasattr(self, "sent"):
            return stored
        typed = {k: v for k, v in self.sent.values.items() if k in self.shown_as_typed}
        return stored | typed | self.sent.unsaved

    def rows(self, entry, troubles=()):
        """The form's fields with what was typed, the file and the sentence of each."""
        files = {f.field_id: f.file for f in entry.files.select_related("file")}
        sentences = {t.key: t.sentence for t in troubles} | self.sentences
        values = self.values(entry)
        return [
            self.row(field, values.get(field.key, ""), files.get(field.pk), sentences)
            for field in entry.call.fields.all()
        ]

    @staticmethod
    def row(field, value, file, sentences):
        hint = answering.sentence_for(field, value) if value else ""
        is_file = field.kind == FieldKind.FILE
        return {
            "field": field, "value": value, "file": file, "sentence": sentences.get(field.key) or hint,
            "choices": answering.choice_list(field), "rule": answering.file_rule(field) if is_file else None,
            "part": localized(field, "part"),
        }  # fmt: skip

    def page(self, entry, troubles=(), refusal="", status=200):
        values = self.values(entry)
        parts: dict = {}
        for row in self.rows(entry, troubles):
            parts.setdefault(row["part"], []).append(row)
        initial = {name: values.get(name, "") for name in saving.BASICS}
        context = {
            "entry": entry, "basics": answering.BasicsForm(initial=initial, call=entry.call), "parts": list(parts.items()),
            "troubles": troubles, "sentences": {t.key: t.sentence for t in troubles} | self.sentences, "refusal": refusal,
            "deadline": entry.due, "longest": answering.LONGEST,
            # This page shows what is stored or says what is stored, so saving it again is a decision.
            "seen": json.dumps(saving.marks(saving.stored_values(entry))),
        }  # fmt: skip
        return render(self.request, "awards/entry_form.html", context, status=status)


class EntryTooLongView(EntryFormView):
    """What had been saved, and a sentence; with script the text is still on the person's screen."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.entry = self.load()
        sentence = _("This is more text than can be sent at once. Nothing of it was saved; please shorten it.")  # fmt: skip
        if self.is_fragment:
            return render(request, "awards/_saved.html", {"refusal": sentence}, status=TOO_LONG)
        return self.page(self.entry, refusal=sentence, status=TOO_LONG)
