"""How to have an edition's programme elsewhere: in a calendar, in an app on the phone, on another site."""

from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from forums.views.pages import ProgrammePage
from waic.lib.qr import qr_svg

# Giggity opens a schedule by this address (its README, "Deeplinks"); without the app it is a page that offers it.
APP = "https://ggt.gaa.st/#url="


class SubscribeView(ProgrammePage, TemplateView):
    template_name = "forums/subscribe.html"
    section = "programme"

    def get_context_data(self, **kwargs):
        app = APP + quote(self.absolute("forums:schedule-xml"), safe="")
        calendar = self.absolute("forums:schedule-ics")
        return super().get_context_data(
            calendar=calendar,
            webcal=f"webcal://{calendar.partition('://')[2]}",
            app=app,
            code=qr_svg(app, _("Open the programme in Giggity")),
            widget=self.absolute("forums:programme-widget"),
            **kwargs,
        )

    def absolute(self, name):
        """The whole address of one of the edition's feeds, in the reader's language."""
        return settings.SITE_URL + reverse(name, args=[self.edition.year])
