"""Addresses of the accounts package, below each language's root."""

app_name = "accounts"
urlpatterns: list = []
