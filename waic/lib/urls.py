"""Addresses without a language: approved pictures, and what machines look at."""

from django.urls import path

from waic.lib import files, health

urlpatterns = [
    path("files/<uuid:uuid>/", files.public_image, name="public-image"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
]
