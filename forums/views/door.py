"""At the doors of forums: which forums there are today, and one ticket after the other."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views import View
from django.views.generic import TemplateView

from forums.models import Forum
from forums.models.moments import First
from forums.operations.door import check_seat
from waic.editions.models import Edition
from waic.lib import clock
from waic.visitors.forms import CodeForm
from waic.visitors.views import MayScanMixin


def forums_at_the_door():
    """Published forums of the current edition that have seats, booked or reserved."""
    forums = Forum.objects.published().filter(edition=Edition.objects.current())
    return forums.exclude(seats=0, pools=None).distinct()


class DoorsView(MayScanMixin, TemplateView):
    """Today's forums with seats, to choose a door."""

    template_name = "forums/doors.html"

    def get_context_data(self, **kwargs):
        forums = forums_at_the_door().alias(begins=First("times"))
        on_the_day = Q(begins__date=clock.today()) | Q(begins=None, date=clock.today())
        today = forums.filter(on_the_day).order_by("begins", "pk")
        return super().get_context_data(forums=today, **kwargs)


class DoorView(MayScanMixin, View):
    """Scan tickets for one forum. With htmx the answer is the verdict alone."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.code = kwargs["code"]

    def find(self):
        return get_object_or_404(forums_at_the_door().select_related("edition"), code=self.code)

    def get(self, request, code):
        return self.page(self.find(), CodeForm())

    def post(self, request, code):
        forum, form = self.find(), CodeForm(request.POST)
        if not form.is_valid():
            return self.refused(forum, form)
        answer = check_seat(form.cleaned_data["code"], forum, by=request.user)
        if request.htmx:
            return render(request, "forums/_door_answer.html", {"answer": answer})
        return self.page(forum, CodeForm(), answer)

    def refused(self, forum, form):
        if self.request.htmx:
            return render(self.request, "visitors/_refused.html", {"form": form}, status=400)
        return self.page(forum, form, status=400)

    def page(self, forum, form, answer=None, status=200):
        context = {"forum": forum, "form": form, "answer": answer}
        return render(self.request, "forums/door.html", context, status=status)
