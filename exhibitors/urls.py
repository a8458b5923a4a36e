"""Addresses of the exhibitors package, below each language's root."""

app_name = "exhibitors"
urlpatterns: list = []
