"""The API's routes: each package lists its own viewsets as `routes` in its api modules."""

from django.utils.module_loading import import_string
from rest_framework.routers import DefaultRouter

MODULES = (
    "waic.editions.api",
    "waic.accounts.api",
    "forums.api",
    "exhibitors.api",
    "awards.api",
)

router = DefaultRouter()
router.include_format_suffixes = False
for module in MODULES:
    for prefix, viewset, basename in import_string(f"{module}.routes"):
        router.register(prefix, viewset, basename)

urlpatterns = router.urls
