from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "waic.editions"
    label = "editions"
    verbose_name = _("Editions")

    def ready(self):
        from waic.lib.pagecache import watch

        watch(*self.get_models())
