"""This package's part of the API."""

# (prefix, viewset, basename), registered by waic.api.
routes: list = []
