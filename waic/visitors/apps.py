from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    name = "waic.visitors"
    label = "visitors"
    verbose_name = _("Visitors")

    def ready(self):
        from waic.visitors import invariants  # noqa: F401 (registers itself)
