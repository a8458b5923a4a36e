"""Booking a seat: the public page's one button leads here."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy
from django.views import View

from forums.models import Booking, BookingState, Forum
from forums.models.booking import TIMED
from forums.operations.lottery import register_for_draw
from forums.operations.seats import book_seat, cancel_booking
from forums.operations.waiting import accept_offer, join_waiting_list
from forums.releases.shown import announced_rooms, as_announced, newest_release

DONE = {
    "book": gettext_lazy("Your seat is booked."),
    "wait": gettext_lazy("You are on the waiting list. We write as soon as a seat is free."),
    "draw": gettext_lazy("You are in the draw."),
    "accept": gettext_lazy("The seat is yours."),
    "cancel": gettext_lazy("Your seat was given back."),
}
TAKING = {"book": book_seat, "wait": join_waiting_list, "draw": register_for_draw}
# Everybody asks for a hot forum at once, so no more of it is read than a seat and the sentence about it need.
READ = (
    "code", "title_zh", "title_en", "state", "seats", "seats_taken", "times", "allows_overlap",
    "edition", "lottery",
)  # fmt: skip


class BookView(LoginRequiredMixin, View):
    """GET shows seats and the person's own booking; POST books, waits, registers, accepts or gives back.

    With htmx a POST is answered with the seat's part of the page alone, which spares a crowded hall a second page.
    """

    def dispatch(self, request, *args, **kwargs):
        forums = Forum.objects.published().filter(edition__is_published=True)
        forums = forums.annotate(shown_release=newest_release("edition"))
        forums = forums.select_related("edition", "lottery").only(*READ)
        forum = get_object_or_404(forums, code=kwargs["code"])
        self.forum = as_announced(forum)
        if self.forum is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, code):
        return self.page(self.own())

    def post(self, request, code):
        step = request.POST.get("step", "book")
        step = step if step in DONE else "book"
        try:
            booking = self.take(step)
        except ValidationError as refusal:
            if step != "book":  # which has looked again itself
                self.forum.refresh_from_db(fields=["seats", "seats_taken", "times"])
            other = self.seat_in_the_way() if refusal.code == "overlap" else None
            error = " ".join(refusal.messages)
            return self.page(self.own(), error=error, other=other, status=409)
        if request.htmx:
            return self.page(booking, done=DONE[step])
        messages.success(request, DONE[step])
        return redirect(request.path)

    def take(self, step):
        """The person's booking after the step, or None."""
        if step in TAKING:
            return TAKING[step](self.forum, visitor=self.request.user, expects=self.seen())
        if (booking := self.own()) is None:
            return None
        if step == "accept":
            return accept_offer(booking, by=self.request.user)
        cancel_booking(booking, by=self.request.user)
        self.forum.refresh_from_db(fields=["seats", "seats_taken"])
        return None

    def seen(self):
        """When the page said that it begins; None where it said nothing."""
        try:
            moment = parse_datetime(self.request.POST.get("starts", ""))
        except ValueError:
            return None
        return moment if moment and is_aware(moment) else None

    def own(self):
        """The person's live booking of this forum, or None."""
        return self.request.user.forum_bookings.live().filter(forum=self.forum).first()

    def page(self, booking, done="", error="", other=None, status=200):
        lottery = getattr(self.forum, "lottery", None)
        context = {
            "forum": self.forum, "booking": booking, "done": done, "error": error, "ahead": self.ahead_of(booking),
            "other": other or self.other_than(booking), "lottery": lottery, "current_edition": self.forum.edition,
            "is_drawn": lottery is None or lottery.state == "drawn",
            "has_begun": self.forum.has_begun, "is_over": self.forum.is_over,
        }  # fmt: skip
        if not self.request.htmx:
            context["rooms"] = announced_rooms(self.forum)
        template = "forums/_seat.html" if self.request.htmx else "forums/book.html"
        return render(self.request, template, context, status=status)

    def ahead_of(self, booking):
        """How many wait before this one."""
        if booking is None or booking.state != BookingState.WAITING:
            return 0
        return Booking.objects.before(booking).count()

    def other_than(self, booking):
        """The seat that lies at the same time as one that is to be chosen."""
        if booking is None or booking.state != BookingState.CHOOSE:
            return None
        return self.seat_in_the_way()

    def seat_in_the_way(self):
        """The person's seat elsewhere at the time of this forum, or None."""
        own = Booking.objects.filter(visitor=self.request.user, state__in=TIMED, takes_time=True)
        others = own.exclude(forum=self.forum).filter(times__overlap=self.forum.times)
        return others.select_related("forum").first()
