"""Addresses of the reports package, below each language's root."""

app_name = "reports"
urlpatterns: list = []
