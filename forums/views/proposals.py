"""The institution's side of the call for forums: its proposals, where each stands, its steps."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.models import PROPOSAL, ForumCall, ForumProposal, ProposalState
from forums.operations import proposals
from forums.proposal_words import proposals_of, turns_of, what_is_next
from waic.accounts.models import Organisation, Role
from waic.lib.steps import history
from waic.lib.text import clean_text

REFUSED, STALE = 400, 409


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
