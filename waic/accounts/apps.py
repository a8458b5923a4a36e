from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def _give_another_token(sender, request, **_kwargs):
    """After a sign-out the browser is a stranger's: its token changes, as it does with a sign-in."""
    from django.middleware.csrf import rotate_token

    if request is not None:
        rotate_token(request)


class AccountsConfig(AppConfig):
    name = "waic.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from waic.accounts.desks import sync_desks

        # All apps send this signal; the last one finds every permission in place.
        post_migrate.connect(sync_desks, dispatch_uid="accounts.sync_desks")
        user_logged_out.connect(_give_another_token, dispatch_uid="accounts.another_token")
