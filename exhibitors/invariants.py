"""Data rules of the exhibition."""

from django.db.models import Q

from exhibitors.models import Allocation, Application, Exhibit
from waic.lib.invariants import invariant


@invariant("Only exhibitors and applicants still with us hold booths")
def booths_are_held_by_exhibitors():
    for row in Allocation.objects.filter(
        released_at=None, application__state__in=["declined", "withdrawn"]
    ).select_related("booth", "application"):
        yield f"{row.booth} is held by application {row.application.code}"


@invariant("Public pictures belong to approved exhibitors")
def public_pictures_are_approved():
    hidden = ~Q(state="approved")
    for application in Application.objects.filter(hidden, logo__is_public=True):
        yield f"the logo of application {application.code} is public"
    for exhibit in Exhibit.objects.exclude(application__state="approved").filter(
        picture__is_public=True
    ):
        yield f"the picture of exhibit {exhibit.code} is public"
