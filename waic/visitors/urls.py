"""Addresses of the visitors package, below each language's root."""

app_name = "visitors"
urlpatterns: list = []
