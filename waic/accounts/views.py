"""The person's own pages: profile, organisations, API tokens."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from waic.accounts import operations
from waic.accounts.forms import InviteForm, OrganisationForm, ProfileForm, TokenForm
from waic.accounts.models import Membership, Organisation, Role


def pk_of(raw):
    """A row number from a form, 0 for nonsense."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 18 else 0


class ProfileView(LoginRequiredMixin, View):
    """Name, phone, language, and the ways to e-mail, password, second factor, sessions and tokens."""

    def get(self, request):
        return self.page(ProfileForm(instance=request.user))

    def post(self, request):
        form = ProfileForm(request.POST, instance=request.user)
        if not form.is_valid():
            request.user.refresh_from_db()
            return self.page(form, status=400)
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect(request.path)

    def page(self, form, status=200):
        return render(self.request, "accounts/profile.html", {"form": form}, status=status)


class TokensView(LoginRequiredMixin, View):
    """API tokens: made, shown once, revoked."""

    def get(self, request):
        return self.page(TokenForm())

    def post(self, request):
        if "revoke" in request.POST:
            get_object_or_404(request.user.api_tokens, pk=pk_of(request.POST["revoke"])).delete()
            messages.success(request, _("The token is revoked; it stopped working at once."))
            return redirect(request.path)
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        _token, secret = operations.make_token(request.user, **form.cleaned_data)
        return self.page(TokenForm(), secret=secret, status=201)

    def page(self, form, secret="", status=200):
        context = {
            "form": form,
            "secret": secret,
            "tokens": self.request.user.api_tokens.all()[:50],
        }
        response = render(self.request, "accounts/tokens.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


class OrganisationsView(LoginRequiredMixin, View):
    """Mine, and a new one."""

    def get(self, request):
        return self.page(OrganisationForm(initial={"country": "CN"}))

    def post(self, request):
        form = OrganisationForm(request.POST)
        known = None
        if form.is_valid():
            try:
                organisation = operations.found_organisation(form.instance, by=request.user)
                return redirect("accounts:organisation", organisation.code)
            except ValidationError as refusal:
                form.add_error(None, refusal)
        elif "credit_code" in form.data:
            code = form.data["credit_code"].strip().upper()
            known = (
                Organisation.objects.filter(credit_code=code).first() if len(code) == 18 else None
            )
        if known and request.POST.get("step") == "ask":
            operations.ask_to_join(known, by=request.user)
            messages.success(request, _("We asked the owners by mail. They can invite you."))
            return redirect("accounts:organisations")
        return self.page(form, known=known, status=400)

    def page(self, form, known=None, status=200):
        mine = self.request.user.memberships.select_related("organisation")
        return render(
            self.request,
            "accounts/organisations.html",
            {"form": form, "memberships": mine, "known": known},
            status=status,
        )


class OrganisationView(LoginRequiredMixin, View):
    """One of my organisations: data, members, invitations. Only owners change people; editors change data."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            mine = request.user.memberships.select_related("organisation")
            self.own = get_object_or_404(mine, organisation__code=kwargs["code"])
            self.organisation = self.own.organisation
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code):
        return self.page()

    def post(self, request, code):
        step = getattr(self, f"step_{request.POST.get('step', '')}", None)
        if step is None:
            raise Http404
        try:
            return step(request) or redirect(request.path)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.page(status=409)

    def insist_on_owner(self):
        if self.own.role != Role.OWNER:
            raise ValidationError(_("Only owners may do this."), code="not_owner")

    def step_save(self, request):
        if not self.own.can_edit:
            raise ValidationError(
                _("You may look at this organisation, not change it."), code="viewer"
            )
        form = OrganisationForm(request.POST, instance=self.organisation)
        if not form.is_valid():
            return self.page(form=form, status=400)
        form.save()
        messages.success(request, _("Saved."))
        return None

    def step_invite(self, request):
        self.insist_on_owner()
        form = InviteForm(request.POST)
        if not form.is_valid():
            return self.page(invite=form, status=400)
        wanted = form.cleaned_data
        try:
            operations.invite_teammate(
                self.organisation, wanted["email"], wanted["role"], by=request.user
            )
        except ValidationError as refusal:
            form.add_error("email", refusal)
            return self.page(invite=form, status=409)
        messages.success(request, _("The invitation is on its way."))
        return None

    def step_withdraw(self, request):
        self.insist_on_owner()
        operations.withdraw_invitation(
            get_object_or_404(
                self.organisation.invitations, pk=pk_of(request.POST.get("invitation", ""))
            )
        )

    def step_role(self, request):
        self.insist_on_owner()
        if request.POST.get("role") not in Role.values:
            raise ValidationError(_("There is no such role."))
        operations.change_role(self.member(request), request.POST["role"])

    def step_remove(self, request):
        member = self.member(request)
        if member.user_id != request.user.pk:
            self.insist_on_owner()
        operations.remove_member(member)
        if member.user_id == request.user.pk:
            return redirect("accounts:organisations")
        return None

    def member(self, request):
        return get_object_or_404(
            self.organisation.memberships, pk=pk_of(request.POST.get("member", ""))
        )

    def page(self, form=None, invite=None, status=200):
        organisation = Organisation.objects.get(pk=self.organisation.pk)
        context = {
            "organisation": organisation, "form": form or OrganisationForm(instance=organisation), "invite": invite or InviteForm(), "own": self.own,
            "members": Membership.objects.filter(organisation=organisation).select_related("user"), "roles": Role.choices,
            "invitations": organisation.invitations.filter(accepted_at=None, withdrawn_at=None), "is_owner": self.own.role == Role.OWNER,
        }  # fmt: skip
        return render(self.request, "accounts/organisation.html", context, status=status)


class JoinView(LoginRequiredMixin, View):
    """The link of a team invitation."""

    def dispatch(self, request, *args, **kwargs):
        self.invitation = operations.invitation_of(kwargs["token"])
        if self.invitation is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, token):
        return render(request, "accounts/join.html", {"invitation": self.invitation})

    def post(self, request, token):
        try:
            organisation = operations.accept_invitation(self.invitation, user=request.user)
        except ValidationError as refusal:
            return render(
                request,
                "accounts/join.html",
                {"invitation": self.invitation, "error": " ".join(refusal.messages)},
                status=403,
            )
        messages.success(request, _("Welcome to the team."))
        return redirect("accounts:organisation", organisation.code)
