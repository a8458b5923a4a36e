"""The long form: made of the call's fields, saved while it is typed, checked when it is handed in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from awards import answers as answering
from awards.models import FieldKind
from awards.operations import entries, saving
from awards.views.portal import OwnEntry, is_open
from waic.lib.savebar import SavedWhileTyped, TooLong
from waic.lib.text import localized


class EntryFormView(SavedWhileTyped, OwnEntry):
    """Every save keeps what can be kept; what cannot stays on the page with a sentence next to it."""

    form_template = "awards/entry_form.html"
    sentences: dict = {}
    unsaved: dict = {}

    def get(self, request, code):
        if not is_open(self.entry) or self.entry.state not in entries.EDITABLE:
            return redirect("awards:entry", code)
        return self.page(self.entry)

    def post(self, request, code):
        read = answering.read_form(self.entry.call, request.POST)
        self.sent, self.unsaved = read.values, read.unsaved
        try:
            saved = saving.save_typed(self.entry, self.sent, seen=self.seen())
        except ValidationError as refusal:
            self.as_typed = set(self.sent)
            return self.answer(self.load(), refusal=" ".join(refusal.messages), status=409)
        self.as_typed = saved.clashes
        refused = read.sentences | self.files(saved.entry)
        self.sentences = refused | self.elsewhere(saved)
        if saved.clashes:
            return self.answer(self.load(), refusal=self.clash(), status=409)
        if refused:
            sentence = _("Not everything could be saved. Please look at the marked places.")
            return self.answer(self.load(), refusal=sentence, status=400)
        if "submit" in request.POST:
            return self.submit(saved.entry)
        return self.saved(self.beside_fields(saved.entry))

    # --- What was sent --------------------------------------------------------------------------

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
        told = self.sent if self.is_fragment else saved.clashes
        shown = {}
        for key in told:
            if saving.mark(stored.get(key)) != saving.mark(self.sent[key]):
                value = answering.shown_value(saved.entry, fields.get(key), key, stored.get(key))
                shown[key] = _("On another device this is “%(value)s” now.") % {
                    "value": value if len(value) <= 200 else f"{value[:199]}…"
                }
        return shown

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

    def answer(self, entry, *, refusal, status):
        if self.is_fragment:
            return self.bar(self.beside_fields(entry), refusal=refusal, status=status)
        return self.page(entry, refusal=refusal, status=status)

    def beside_fields(self, entry):
        """[(field, sentence)] of everything a save may have something to say about."""
        answers = [(r["field"].key, r["sentence"]) for r in self.rows(entry) if not r["rule"]]
        return [*((name, self.sentences.get(name, "")) for name in saving.BASICS), *answers]

    def values(self, entry):
        return self.over(saving.stored_values(entry)) | self.unsaved

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
            "missing": [(t.key, t.label, t.sentence) for t in troubles], "sentences": {t.key: t.sentence for t in troubles} | self.sentences,
            "board": "award", "refusal": refusal, "deadline": entry.due, "longest": answering.LONGEST,
        }  # fmt: skip
        return self.form_page(context, stored=saving.stored_values(entry), status=status)


class EntryTooLongView(TooLong, EntryFormView):
    """The entry's form for a post nobody could read."""
