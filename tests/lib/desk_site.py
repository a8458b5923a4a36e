"""A toy desk over the exhibition's applications, at the admin's address."""

from django.core.exceptions import ValidationError
from django.urls import include, path
from unfold.sites import UnfoldAdminSite

from exhibitors.models import APPLICATION, Application, Exhibit
from waic import urls as house
from waic.lib.desk import DeskAdmin


def approve(application, *, by, reason="", version=None):
    if application.name_zh == "不要":
        raise ValidationError("This one is never approved.")
    return APPLICATION.take(application, "approve", by=by, reason=reason, version=version)


def decline(application, *, by, reason="", version=None):
    return APPLICATION.take(application, "decline", by=by, reason=reason, version=version)


class ApplicationAdmin(DeskAdmin):
    list_display = ["name_zh", "organisation", "block", "shown_state"]
    list_filter = ["state"]
    search_fields = ["name_zh"]
    fields = [
        "organisation",
        "edition",
        "name_zh",
        "name_en",
        "contact_email",
        "area_wanted",
        "country",
        "city",
    ]
    workflow = APPLICATION
    step_operations = {"approve": approve, "decline": decline}


class ExhibitAdmin(DeskAdmin):
    list_display = ["name_zh", "application"]


class ToySite(UnfoldAdminSite):
    def get_sidebar_list(self, request):
        return []  # the house's own sidebar names models this site does not have


site = ToySite(name="admin")
site.register(Application, ApplicationAdmin)
site.register(Exhibit, ExhibitAdmin)

# The whole house, with the toy desk at the address where the real one would be.
urlpatterns = [
    path("admin/jobs/", include("waic.lib.job_urls")),
    path("admin/", site.urls),
    *house.urlpatterns,
]
