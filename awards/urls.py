"""Addresses of the awards package, below each language's root."""

app_name = "awards"
urlpatterns: list = []
