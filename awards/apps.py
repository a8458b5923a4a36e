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
        from awards import copying, invariants  # noqa: F401 (register themselves)
        from awards.portal import register_section
        from waic.lib.pagecache import watch

        register_section()

        # What public pages are made of; drafts, bookings and entries change no page.
        for name in PUBLIC_MODELS:
            watch(self.get_model(name))
