"""Visiting: the public page, a person's own tickets, the gate."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from waic.editions.jsonld import edition_ld
from waic.editions.models import Edition, OpeningHours
from waic.editions.pages import EditionPage
from waic.lib import clock
from waic.lib.qr import qr_svg
from waic.visitors.forms import ScanForm
from waic.visitors.models import Ticket, TicketType
from waic.visitors.operations import code_of, give_back_ticket, scan_code, take_ticket

MOST_SHOWN = 20
# What is refused because of how things stand; everything else is a mistake in what was sent.
CONFLICTS = {"again", "closed", "full", "over", "used"}


class VisitView(EditionPage, TemplateView):
    """Opening hours, tickets, how to get there."""

    template_name = "visitors/visit.html"
    section = "visit"

    def get_context_data(self, **kwargs):
        hours = OpeningHours.objects.filter(venue__edition=self.edition).select_related("venue")
        tickets = TicketType.objects.filter(edition=self.edition, is_public=True)
        # Tickets are for the edition that is on; the others have nothing to register for.
        may_register = self.edition.is_current and clock.today() <= self.edition.last_day
        on_sale = [ticket for ticket in tickets if may_register and ticket.is_on_sale]
        return super().get_context_data(
            hours=hours,
            tickets=tickets,
            venues=self.edition.venues.filter(is_online=False),
            may_register=may_register,
            ld=edition_ld(self.edition, on_sale),
            **kwargs,
        )


class TicketsView(LoginRequiredMixin, View):
    """A person's own tickets with their codes; taking one for a day; giving it back."""

    def get(self, request):
        return self.page()

    def post(self, request):
        try:
            if "back" in request.POST:
                self.give_back(request)
            else:
                self.take(request)
        except ValidationError as refusal:
            status = 409 if refusal.code in CONFLICTS else 400
            return self.page(error=" ".join(refusal.messages), status=status)
        return redirect(request.path)

    def take(self, request):
        try:
            day = date.fromisoformat(request.POST.get("date", ""))
        except ValueError as error:
            raise ValidationError(_("Choose a day.")) from error
        free = TicketType.objects.filter(edition=Edition.objects.current(), is_public=True, price=0)
        kind = free.on_sale().first()
        if kind is None:
            raise ValidationError(_("There are no free tickets at the moment."), code="closed")
        take_ticket(kind, day, user=request.user)
        messages.success(request, _("Your ticket is ready."))

    def give_back(self, request):
        raw = request.POST["back"]
        own = Ticket.objects.filter(registration__user=request.user)
        ticket = get_object_or_404(own, pk=int(raw) if raw.isdecimal() and len(raw) < 18 else 0)
        give_back_ticket(ticket)
        messages.success(request, _("The ticket was given back."))

    def page(self, error="", status=200):
        edition, today = Edition.objects.current(), clock.today()
        own = Ticket.objects.valid().filter(registration__user=self.request.user)
        tickets = own.filter(date__gte=today).select_related("registration__edition", "ticket_type")
        days = edition.day_quotas.filter(date__gte=today) if edition else []
        dates = {ticket.date for ticket in tickets}
        title = _("Ticket code")
        context = {
            "tickets": [(ticket, qr_svg(code_of(ticket), title)) for ticket in tickets[:MOST_SHOWN]],
            "past": own.filter(date__lt=today).order_by("-date")[:MOST_SHOWN],
            "days": [day for day in days if day.date not in dates],
            "edition": edition,
            "error": error,
        }  # fmt: skip
        return render(self.request, "visitors/tickets.html", context, status=status)


class MayScanMixin(LoginRequiredMixin, PermissionRequiredMixin):
    """For people with the right to add scans; one query, because it is asked for every scan."""

    permission_required = "visitors.add_scan"

    def has_permission(self):
        allowed = ModelBackend().with_perm(self.permission_required)
        return allowed.filter(pk=self.request.user.pk).exists()


class GateView(MayScanMixin, View):
    """Scan after scan; the server decides. With htmx the answer is the verdict alone."""

    def get(self, request):
        return self.page(ScanForm(initial={"gate": request.session.get("gate")}))

    def post(self, request):
        form = ScanForm(request.POST)
        if not form.is_valid():
            return self.refused(form, 400)
        gate = form.cleaned_data["gate"]
        if request.session.get("gate") != gate.pk:
            request.session["gate"] = gate.pk
        try:
            scan = scan_code(form.cleaned_data["code"], gate, by=request.user)
        except ValidationError as refusal:
            form.add_error("gate", refusal)
            return self.refused(form, 409)
        if request.htmx:
            return render(request, "visitors/_scan.html", {"scan": scan})
        return self.page(ScanForm(initial={"gate": gate.pk}), scan=scan)

    def refused(self, form, status):
        if self.request.htmx:
            return render(self.request, "visitors/_refused.html", {"form": form}, status=status)
        return self.page(form, status=status)

    def page(self, form, scan=None, status=200):
        context = {"form": form, "scan": scan}
        return render(self.request, "visitors/gate.html", context, status=status)
