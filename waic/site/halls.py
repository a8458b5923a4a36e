"""The map: an edition's halls, and each hall drawn with what stands in it."""

from dataclasses import dataclass, field

from django.http import Http404
from django.views.generic import TemplateView

from exhibitors.models import Allocation
from waic.editions.models import Hall, Room
from waic.editions.pages import EditionPage
from waic.lib.text import clean_text, localized
from waic.site.plan import plan_of


@dataclass
class HallSheet:
    """A hall with the exhibitors and rooms in it."""

    hall: Hall
    stands: list = field(default_factory=list)
    rooms: list = field(default_factory=list)

    def plan(self):
        """The drawing; None without anything to draw."""
        stands = [
            (s.booth.number, s.booth.area, localized(s.application, "name"), s) for s in self.stands
        ]
        return plan_of(stands, [(room.name, room) for room in self.rooms])

    def matching(self, text):
        """Stands whose number or exhibitor has the words in it; all of them without words."""
        wanted = text.casefold()
        return [s for s in self.stands if wanted in _words_of(s)]


def _words_of(stand):
    exhibitor = stand.application
    return f"{stand.booth.number} {exhibitor.name_zh} {exhibitor.name_en}".casefold()


def sheets_of(edition):
    """A sheet for each hall of the edition, in the halls' order. Three queries."""
    halls = Hall.objects.filter(venue__edition=edition).select_related("venue")
    sheets = {h.pk: HallSheet(h) for h in halls.order_by("venue__order", "order", "key")}
    stands = Allocation.objects.current().filter(
        booth__hall__venue__edition=edition, application__state="approved"
    )
    for stand in stands.select_related("booth", "application__block").order_by("booth__number"):
        sheets[stand.booth.hall_id].stands.append(stand)
    for room in Room.objects.filter(hall__venue__edition=edition).select_related("venue"):
        sheets[room.hall_id].rooms.append(room)
    return list(sheets.values())


class MapView(EditionPage, TemplateView):
    """Every hall with how much is in it, and the rooms outside of halls."""

    template_name = "site/map.html"
    section = "map"

    def get_context_data(self, **kwargs):
        outside: dict = {}
        rooms = Room.objects.filter(venue__edition=self.edition, hall=None)
        for room in rooms.select_related("venue").order_by("venue__order", "order", "pk"):
            outside.setdefault(room.venue, []).append(room)
        return super().get_context_data(
            sheets=sheets_of(self.edition), rooms=list(outside.items()), **kwargs
        )


class HallView(EditionPage, TemplateView):
    """One hall's plan; the list of its booths stands underneath, narrowed to what is searched."""

    template_name = "site/hall.html"
    section = "map"

    def get_context_data(self, **kwargs):
        sheets = sheets_of(self.edition)
        # A key is unique in its venue; the first venue with it has the address.
        sheet = next((s for s in sheets if s.hall.key == kwargs["hall"]), None)
        if sheet is None:
            raise Http404
        text = clean_text(self.request.GET.get("q", ""))[:100]
        found = sheet.matching(text)
        return super().get_context_data(
            **{**kwargs, "hall": sheet.hall}, sheet=sheet, sheets=sheets, plan=sheet.plan(),
            text=text, stands=found, matches=found if text else [],
        )  # fmt: skip
