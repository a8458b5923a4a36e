"""Addresses without a language: approved pictures."""

from django.urls import path

from waic.lib import files

urlpatterns = [
    path("files/<uuid:uuid>/", files.public_image, name="public-image"),
]
