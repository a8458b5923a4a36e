"""The form of a proposal: saved as it is typed, on any device, checked when it is handed in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from forums.forms import ProposalForm
from forums.models import ProposalState
from forums.operations import proposals
from forums.views.proposals import REFUSED, STALE, OwnProposal
from waic.lib.savebar import SavedWhileTyped, TooLong
from waic.lib.text import clean_text


class ProposalFormView(SavedWhileTyped, OwnProposal):
    """Every save keeps what can be kept; what is not right yet stays too, with a sentence next to it."""

    form_template = "forums/proposal_form.html"

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
        if sentences and not self.is_fragment:
            return self.page(proposal, sentences, status=REFUSED)
        return self.saved(beside_fields(sentences))

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

    def answer(self, proposal, sentences=None, *, refusal, status):
        if self.is_fragment:
            return self.bar(beside_fields(sentences or {}), refusal=refusal, status=status)
        return self.page(proposal, sentences, refusal, status=status)

    def page(self, proposal, sentences=None, refusal="", is_check=False, status=200):
        stored = proposals.texts_of(proposal)
        if sentences is None:
            found = proposals.troubles(proposal)
            sentences = {name: found[name] for name in found if name in proposal.typed}
        form = ProposalForm(initial=self.over(stored))
        context = {
            "proposal": proposal, "fields": {f.name: (f, sentences.get(f.name, "")) for f in form},
            "board": "forum", "refusal": refusal, "deadline": proposal.call.closes_at,
            "missing": [(name, form[name].label, words) for name, words in sentences.items()] if is_check else [],
        }  # fmt: skip
        return self.form_page(context, stored=stored, status=status)


def beside_fields(sentences):
    """[(field, sentence)] of every field, so that a sentence that no longer holds goes away."""
    return [(name, sentences.get(name, "")) for name in proposals.FIELDS]


class ProposalTooLongView(TooLong, ProposalFormView):
    """The proposal's form for a post nobody could read."""
