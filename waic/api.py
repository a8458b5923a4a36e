"""The API's routes: each package lists its own viewsets as `routes` in its api module."""

from django.utils.module_loading import import_string
from rest_framework.routers import DefaultRouter

PACKAGES = ("waic.editions", "waic.accounts", "forums", "exhibitors", "awards")

router = DefaultRouter()
router.include_format_suffixes = False
for package in PACKAGES:
    for prefix, viewset, basename in import_string(f"{package}.api.routes"):
        router.register(prefix, viewset, basename)

urlpatterns = router.urls
