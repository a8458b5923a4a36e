"""The institution's side of the call for forums: its proposals, the form, handing in, what happens next."""

import json

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from forums.forms import ProposalForm
from forums.models import PROPOSAL, TAKEN, ForumCall, ForumProposal, ProposalState
from forums.operations import proposals
from waic.accounts.models import Organisation, Role
from waic.lib import clock
from waic.lib.merging import mark, marks
from waic.lib.steps import history
from waic.lib.templatetags.look import day, moment
from waic.lib.text import clean_text
from waic.lib.toolong import TOO_LONG
from waic.lib.turns import Turn, Turns

REFUSED, STALE = 400, 409


def proposals_of(user):
    """Proposals of the person's organisations, newest first."""
    return ForumProposal.objects.of(user).select_related(
        "call__edition", "organisation", "started_by", "forum"
    )


def turns_of(proposal):
    """The line of turns: yours to hand in, the desk's to decide, yours again once it is a forum."""
    call, state = proposal.call, proposal.state
    by = _("by %(day)s") % {"day": day(call.decide_by)} if call.decide_by else ""
    steps = [
        Turn(_("Fill in and hand in"), "theirs", moment(call.closes_at)),
        Turn(_("Scored by the programme desk"), "ours", by),
        Turn(_("Complete your forum"), "theirs"),
    ]
    if state == ProposalState.WITHDRAWN or state == ProposalState.DECLINED:
        return None
    reached = 0 if state == ProposalState.DRAFT else 1 if state == ProposalState.SUBMITTED else 2
    return Turns(
        [
            Turn(t.name, t.side, t.note, is_done=n < reached, is_current=n == reached)
            for n, t in enumerate(steps)
        ]
    )


def what_is_next(proposal):
    """One sentence: what happens next and by when."""
    call = proposal.call
    if proposal.state == ProposalState.DRAFT:
        if not call.is_open:
            return _("The call is closed; this draft was not handed in.")
        return _("Hand it in by %(when)s.") % {"when": moment(call.closes_at)}
    if proposal.state == ProposalState.SUBMITTED:
        if call.decide_by:
            words = _(
                "The programme desk scores it and writes to you by %(day)s. There is nothing to do until then."
            )
            return words % {"day": day(call.decide_by)}  # fmt: skip
        return _("The programme desk scores it and writes to you. There is nothing to do until then.")  # fmt: skip
    if proposal.state in TAKEN:
        return _("It is a forum now: complete its agenda and guests.")
    if proposal.state == ProposalState.DECLINED:
        return _("It was declined. The reason is below.")
    return _("It was withdrawn. You may propose another one while a call is open.")


class ProposalListView(LoginRequiredMixin, View):
    """My organisations' proposals and the open calls; POST begins one."""

    def get(self, request):
        return self.page()

    def post(self, request):
        call = get_object_or_404(ForumCall.objects.select_related("edition"), edition__year=_number(request.POST.get("call")))  # fmt: skip
        code = request.POST.get("organisation", "")
        organisation = Organisation.objects.filter(memberships__user=request.user, code=clean_text(code)).first()  # fmt: skip
        if organisation is None:
            return self.page(_("Please choose the organisation that proposes."), status=REFUSED)
        try:
            proposal = proposals.start_proposal(call, organisation, by=request.user)
        except ValidationError as refusal:
            return self.page(" ".join(refusal.messages), status=STALE)
        return redirect("forums:proposal-edit", proposal.code)

    def page(self, refusal="", status=200):
        user = self.request.user
        found = list(proposals_of(user))
        for proposal in found:
            proposal.next_words = what_is_next(proposal)
        context = {
            "proposals": found, "refusal": refusal,
            "calls": ForumCall.objects.open().select_related("edition"),
            "coming": ForumCall.objects.coming().select_related("edition").first(),
            "organisations": Organisation.objects.filter(memberships__user=user, memberships__role__in=[Role.OWNER, Role.EDITOR]),
        }  # fmt: skip
        return render(self.request, "forums/proposal_list.html", context, status=status)


def _number(text):
    """A year as typed; 0, which is nobody's, for anything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


class OwnProposal(LoginRequiredMixin, View):
    """Loads the proposal from those of the person's organisations; somebody else's and nobody's are the same."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.proposal = self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self):
        return get_object_or_404(proposals_of(self.request.user), code=self.kwargs["code"])

    @property
    def may_act(self):
        return proposals.may_act_for(self.request.user, self.proposal.organisation_id)


class ProposalView(OwnProposal):
    """Where a proposal stands, what happens next, and its steps."""

    operations = {
        "take_back": proposals.take_back_proposal,
        "withdraw": proposals.withdraw_proposal,
    }

    def get(self, request, code):
        return self.page()

    def post(self, request, code):
        step = request.POST.get("step", "")
        if step not in self.operations:
            raise Http404
        try:
            self.operations[step](self.proposal, by=request.user)
        except ValidationError as refusal:
            return self.page(refusal.messages, status=STALE)
        sentences = {
            "take_back": _("Taken back. Hand it in again before the deadline."),
            "withdraw": _("The proposal was withdrawn."),
        }
        messages.success(request, sentences[step])
        return redirect(request.path)

    def page(self, errors=(), status=200):
        proposal, records = self.load(), []
        for record in history(proposal)[:20]:
            record.label = PROPOSAL[record.step].label
            records.append(record)
        steps = {s.name for s in PROPOSAL.from_state(proposal.state, "theirs")}
        is_open, may_act = proposal.call.is_open, self.may_act
        context = {
            "proposal": proposal, "errors": errors, "records": records, "turns": turns_of(proposal),
            "next_words": what_is_next(proposal), "deadline": proposal.call.closes_at, "is_open": is_open,
            "may_fill": may_act and is_open and proposal.state == ProposalState.DRAFT,
            "may_take_back": may_act and is_open and "take_back" in steps,
            "may_withdraw": may_act and "withdraw" in steps, "rows": rows_of(proposal),
            "hosts_it": proposal.forum_id and proposal.forum.hosts.filter(user=self.request.user).exists(),
        }  # fmt: skip
        return render(self.request, "forums/proposal.html", context, status=status)


def rows_of(proposal):
    """[(name of the field, text)] for reading."""
    texts = proposals.texts_of(proposal)
    if proposal.budget is not None and "budget" not in proposal.typed:
        texts["budget"] = f"{proposal.budget:,.2f} {proposal.currency}"
    shown = [name for name in proposals.FIELDS if name != "currency"]
    return [(ForumProposal._meta.get_field(name).verbose_name, texts[name]) for name in shown]


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


def portal_items(user):
    """Lines of the portal's front page: where each proposal stands."""
    from waic.lib.portal import Item

    for proposal in proposals_of(user)[:10]:
        is_open = proposal.state == ProposalState.DRAFT and proposal.call.is_open
        if proposal.state in TAKEN:
            continue  # the forum itself stands there
        yield Item(
            title=str(proposal), url=reverse("forums:proposal", args=[proposal.code]), state=proposal.get_state_display(),
            next_step=what_is_next(proposal), due=proposal.call.closes_at if is_open else None, is_yours=is_open,
        )  # fmt: skip
