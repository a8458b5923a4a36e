"""Visiting: the public page, a person's own tickets, the gate."""

from datetime import date

import segno
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from waic.editions.models import Edition, OpeningHours
from waic.editions.pages import EditionPage
from waic.lib import clock
from waic.visitors.models import Gate, Ticket, TicketState, TicketType
from waic.visitors.operations import code_of, give_back_ticket, scan_code, take_ticket


class VisitView(EditionPage, TemplateView):
    """Opening hours, tickets, how to get there."""

    template_name = "visitors/visit.html"
    section = "visit"

    def get_context_data(self, **kwargs):
        hours = OpeningHours.objects.filter(venue__edition=self.edition).select_related("venue")
        tickets = TicketType.objects.filter(edition=self.edition, is_public=True)
        return super().get_context_data(
            hours=hours,
            tickets=tickets,
            venues=self.edition.venues.filter(is_online=False),
            is_over=clock.today() > self.edition.last_day,
            **kwargs,
        )


def qr_svg(text):
    """A QR code as inline SVG without styles."""
    code = segno.make(text, error="m")
    return mark_safe(
        code.svg_inline(
            scale=4, svgclass="qr", lineclass=None, omitsize=True, light="#fff", dark="#000"
        )
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
            return self.page(error=" ".join(refusal.messages), status=409)
        return redirect(request.path)

    def take(self, request):
        try:
            day = date.fromisoformat(request.POST.get("date", ""))
        except ValueError as error:
            raise ValidationError(_("Choose a day.")) from error
        kind = TicketType.objects.filter(
            edition=Edition.objects.current(), is_public=True, price=0
        ).first()
        if kind is None:
            raise ValidationError(_("There are no free tickets at the moment."))
        take_ticket(kind, day, user=request.user)
        messages.success(request, _("Your ticket is ready."))

    def give_back(self, request):
        raw = request.POST["back"]
        tickets = Ticket.objects.filter(registration__user=request.user)
        ticket = get_object_or_404(tickets, pk=int(raw) if raw.isdigit() and len(raw) < 18 else 0)
        give_back_ticket(ticket)
        messages.success(request, _("The ticket was given back."))

    def page(self, error="", status=200):
        edition = Edition.objects.current()
        tickets = Ticket.objects.filter(
            registration__user=self.request.user, state=TicketState.VALID
        ).select_related("registration__edition", "ticket_type")
        shown = [(ticket, qr_svg(code_of(ticket))) for ticket in tickets[:20]]
        days = (
            edition.day_quotas.filter(date__gte=clock.today()).exclude(
                date__in=[t.date for t in tickets]
            )
            if edition
            else []
        )
        return render(
            self.request,
            "visitors/tickets.html",
            {"tickets": shown, "days": days, "edition": edition, "error": error},
            status=status,
        )


class ScanForm(forms.Form):
    """What gate staff scan or type."""

    gate = forms.ModelChoiceField(Gate.objects.none(), label=gettext_lazy("Gate"))
    code = forms.CharField(
        label=gettext_lazy("Ticket code"),
        max_length=400,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gate"].queryset = Gate.objects.filter(
            venue__edition=Edition.objects.current()
        ).select_related("venue")


class GateView(LoginRequiredMixin, PermissionRequiredMixin, View):
    """Scan after scan; the server decides. For people with the right to add scans."""

    permission_required = "visitors.add_scan"

    def get(self, request):
        return render(
            request,
            "visitors/gate.html",
            {"form": ScanForm(initial={"gate": request.session.get("gate")})},
        )

    def post(self, request):
        form = ScanForm(request.POST)
        if not form.is_valid():
            return render(request, "visitors/gate.html", {"form": form}, status=400)
        gate = form.cleaned_data["gate"]
        request.session["gate"] = gate.pk
        scan = scan_code(form.cleaned_data["code"], gate, by=request.user)
        return render(
            request,
            "visitors/gate.html",
            {"form": ScanForm(initial={"gate": gate.pk}), "scan": scan},
        )
