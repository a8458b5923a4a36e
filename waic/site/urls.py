"""Addresses of the site package, below each language's root."""

app_name = "site"
urlpatterns: list = []
