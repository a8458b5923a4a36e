from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    name = "waic.visitors"
    label = "visitors"
    verbose_name = _("Visitors")

    def ready(self):
        from waic.lib.pagecache import watch
        from waic.visitors import copying, gates, invariants, portal  # noqa: F401 (register themselves)

        portal.register_section()
        gates.connect()
        # The one model here that a public page shows; registrations come by the thousand and must not empty the cache.
        watch(self.get_model("TicketType"))
