from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

PUBLIC_MODELS = (
    "Block",
    "Application",
    "Booth",
    "Allocation",
    "Exhibit",
    "FieldName",
    "FirstLaunch",
)


class ExhibitorsConfig(AppConfig):
    name = "exhibitors"
    verbose_name = _("Exhibitors")

    def ready(self):
        from exhibitors import copying, invariants  # noqa: F401 (register themselves)
        from exhibitors.portal import register_section
        from waic.lib.pagecache import watch

        register_section()

        # What public pages are made of; drafts, bookings and entries change no page.
        for name in PUBLIC_MODELS:
            watch(self.get_model(name))
