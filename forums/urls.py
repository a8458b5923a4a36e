"""Addresses of the forums package, below each language's root."""

app_name = "forums"
urlpatterns: list = []
