"""The form of a proposal: saved as it is typed, on any device, checked when it is handed in."""

import json

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forums.forms import ProposalForm
from forums.models import ProposalState
from forums.operations import proposals
from forums.views.proposals import REFUSED, STALE, OwnProposal
from waic.lib import clock
from waic.lib.merging import mark, marks
from waic.lib.text import clean_text
from waic.lib.toolong import TOO_LONG


class ProposalFormView(OwnProposal):
    """Every save keeps what can be kept; what is not right yet stays too, with a sentence next to it."""

    sent: dict | None = None
    as_typed: set = set()  # fields whose typed text is shown, not the stored one

    def get(self, request, code):
        is_draft = self.proposal.state == ProposalState.DRAFT
        if not (is_draft and self.proposal.call.is_open and self.may_act):
            return redirect("forums:proposal", code)
        return self.page(self.proposal)

    def post(self, request, code):
        self.sent = {name: clean_text(request.POST[name]) for name in proposals.FIELDS if name in request.POST}  # fmt: skip
        try:
            saved = proposals.save_typed(
                self.proposal, self.sent, by=request.user, seen=self.seen()
            )
        except ValidationError as refusal:
            self.as_typed = set(self.sent)
            return self.answer(self.load(), refusal=" ".join(refusal.messages), status=STALE)
        self.as_typed = saved.clashes | saved.too_long
        proposal, sentences = self.load(), self.sentences(saved)
        if saved.clashes:
            return self.answer(proposal, sentences, refusal=self.clash(), status=STALE)
        if saved.too_long:
            words = _("Not everything could be saved. Please look at the marked places.")
            return self.answer(proposal, sentences, refusal=words, status=REFUSED)
        if "submit" in request.POST:
            return self.submit(proposal)
        return self.answer(proposal, sentences, saved=True)

    def seen(self):
        """The marks the page held; None when it holds none that can be read."""
        try:
            seen = json.loads(self.request.POST.get("seen", ""))
        except ValueError:
            return None
        return seen if isinstance(seen, dict) else None

    @property
    def is_fragment(self):
        return bool(self.request.headers.get("HX-Request"))

    def clash(self):
        if self.is_fragment:
            return _("Somebody changed the marked places too. Press Save to compare.")
        return _("Somebody changed the marked places too. What you typed is still here; compare and save again.")  # fmt: skip

    def sentences(self, saved):
        """{field: sentence}: what is wrong now, what is elsewhere, what is too long. Gaps wait until handing in."""
        found = {k: v for k, v in proposals.troubles(saved.proposal).items() if k in saved.proposal.typed}  # fmt: skip
        stored = proposals.texts_of(saved.proposal)
        for name in saved.clashes:
            found[name] = _("In another window this is “%(value)s” now.") % {"value": stored[name][:200]}  # fmt: skip
        for name in saved.too_long:
            found[name] = _("This is longer than can be kept (%(count)d characters). Please shorten it.") % {"count": len(self.sent[name])}  # fmt: skip
        return found

    def submit(self, proposal):
        try:
            proposals.submit_proposal(proposal, by=self.request.user)
        except ValidationError as refusal:
            codes = {getattr(e, "code", "") for e in refusal.error_list}
            proposal = self.load()
            if codes == {"incomplete"}:
                return self.page(
                    proposal, proposals.troubles(proposal), is_check=True, status=REFUSED
                )
            return self.page(proposal, refusal=" ".join(refusal.messages), status=STALE)
        messages.success(self.request, _("Handed in. A receipt is on its way by mail."))
        return redirect("forums:proposal", proposal.code)

    def answer(self, proposal, sentences=None, saved=False, refusal="", status=200):
        if self.is_fragment:
            return self.fragment(sentences or {}, saved, refusal, status)
        if saved and not sentences:
            messages.success(self.request, _("Saved."))
            return redirect(self.request.path)
        return self.page(proposal, sentences, refusal, status=REFUSED if saved else status)

    def fragment(self, sentences, saved, refusal, status):
        """The save bar. What was not saved stays a change of this page."""
        kept = {k: v for k, v in marks(self.sent or {}).items() if k not in self.as_typed}
        context = {
            "saved_at": clock.local_now() if saved else None, "refusal": refusal,
            "seen": json.dumps((self.seen() or {}) | kept),
            "sentences": [(name, sentences.get(name, "")) for name in proposals.FIELDS],
        }  # fmt: skip
        return render(self.request, "forums/_proposal_saved.html", context, status=status)

    def page(self, proposal, sentences=None, refusal="", is_check=False, status=200):
        stored = proposals.texts_of(proposal)
        typed = {k: v for k, v in (self.sent or {}).items() if k in self.as_typed}
        if sentences is None:
            found = proposals.troubles(proposal)
            sentences = {name: found[name] for name in found if name in proposal.typed}
        form = ProposalForm(initial=stored | typed)
        context = {
            "proposal": proposal, "fields": {f.name: (f, sentences.get(f.name, "")) for f in form},
            "refusal": refusal, "deadline": proposal.call.closes_at,
            "missing": [(name, form[name].label, words) for name, words in sentences.items()] if is_check else [],
            # This page shows what is stored or says what is stored, so saving it again is a decision.
            "seen": json.dumps({name: mark(text) for name, text in stored.items()}),
        }  # fmt: skip
        return render(self.request, "forums/proposal_form.html", context, status=status)


class ProposalTooLongView(ProposalFormView):
    """What had been saved, and a sentence; with script the text is still on the person's screen."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        self.proposal = self.load()
        sentence = _("This is more text than can be sent at once. Nothing of it was saved; please shorten it.")  # fmt: skip
        if self.is_fragment:
            return render(request, "forums/_proposal_saved.html", {"refusal": sentence}, status=TOO_LONG)  # fmt: skip
        return self.page(self.proposal, refusal=sentence, status=TOO_LONG)
