from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PUBLIC_MODELS = (
    "Award",
    "Call",
    "Track",
    "Stage",
    "Winner",
)


class AwardsConfig(AppConfig):
    name = "awards"
    verbose_name = _("Awards")

    def ready(self):
        from waic.lib.pagecache import watch

        # What public pages are made of; drafts, bookings and entries change no page.
        for name in PUBLIC_MODELS:
            watch(self.get_model(name))
