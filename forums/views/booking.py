"""Booking a seat: the public page's one button leads here."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.models import BookingStatus, Forum
from forums.operations.seats import book_seat, cancel_booking


class BookView(LoginRequiredMixin, View):
    """GET shows seats and the person's own booking; POST books or gives back."""

    def dispatch(self, request, *args, **kwargs):
        self.forum = get_object_or_404(
            Forum.objects.published().filter(edition__is_published=True).select_related("edition"),
            code=kwargs["code"],
        )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code):
        return self.page()

    def post(self, request, code):
        booking = self.own()
        try:
            if request.POST.get("step") == "cancel":
                if booking:
                    cancel_booking(booking)
                messages.success(request, _("Your seat was given back."))
            else:
                book_seat(self.forum, visitor=request.user)
                messages.success(request, _("Your seat is booked."))
        except ValidationError as refusal:
            return self.page(error=" ".join(refusal.messages), status=409)
        return redirect(request.path)

    def own(self):
        return self.request.user.forum_bookings.filter(
            forum=self.forum, status=BookingStatus.HELD
        ).first()

    def page(self, error="", status=200):
        self.forum.refresh_from_db(fields=["seats", "seats_taken"])
        return render(
            self.request,
            "forums/book.html",
            {"forum": self.forum, "booking": self.own(), "error": error},
            status=status,
        )
