from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "waic.lib"
    label = "lib"
    verbose_name = "Ground"
