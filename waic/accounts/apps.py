from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "waic.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from waic.accounts.desks import sync_desks

        # All apps send this signal; the last one finds every permission in place.
        post_migrate.connect(sync_desks, dispatch_uid="accounts.sync_desks")
