"""What the public may see of an exhibitor: pictures and search entries follow the application's state."""

from django.db import transaction

from exhibitors.models import Exhibit
from exhibitors.operations import uploads
from waic.editions import search
from waic.lib import pagecache
from waic.lib.models import StoredFile

EXHIBITOR, EXHIBIT = "exhibitor", "exhibit"
_BATCH = 500


@transaction.atomic
def refresh(application):
    """Make pictures and search entries agree with the application's state; call after any change."""
    exhibits = list(application.exhibits.select_related("first_launch"))
    pictures = [pk for pk in (application.logo_id, *(e.picture_id for e in exhibits)) if pk]
    StoredFile.objects.filter(pk__in=pictures).update(is_public=application.is_public)
    codes = [exhibit.code for exhibit in exhibits]
    if application.is_public:
        booths = application.allocations.filter(released_at=None).values_list(
            "booth__number", flat=True
        )
        search.index(application.edition, list(findables(application, exhibits, booths)))
    else:
        search.forget(application.edition, EXHIBITOR, [application.code])
        search.forget(application.edition, EXHIBIT, codes)
    # Steps are taken below the querysets that bump by themselves.
    pagecache.bump()


@transaction.atomic
def refresh_edition(edition):
    """The same for all exhibitors of an edition at once, after an import or the demo's loading."""
    public = edition.applications.public()
    shown = Exhibit.objects.filter(application__in=public)
    for pictures in (public.values("logo"), shown.values("picture")):
        StoredFile.objects.filter(pk__in=pictures).update(is_public=True)
    batch = []
    for application in public.prefetch_related("exhibits", "allocations__booth").iterator(_BATCH):
        held = [a.booth.number for a in application.allocations.all() if a.released_at is None]
        batch += findables(application, application.exhibits.all(), held)
        if len(batch) >= _BATCH:
            search.index(edition, batch)
            batch = []
    search.index(edition, batch)
    pagecache.bump()


@transaction.atomic
def forget_exhibits(exhibits):
    """Search entries and pictures of exhibits that the desk deletes; to be called before they are gone."""
    for exhibit in exhibits:
        search.forget(exhibit.application.edition, EXHIBIT, [exhibit.code])
        uploads.discard(exhibit.picture)
    pagecache.bump()


@transaction.atomic
def forget_applications(applications):
    """The same for whole applications, with what belongs to them."""
    for application in applications:
        forget_exhibits(application.exhibits.select_related("picture", "application__edition"))
        search.forget(application.edition, EXHIBITOR, [application.code])
        for stored in (application.logo, application.licence):
            uploads.discard(stored)


def findables(application, exhibits, booths):
    """What the search knows of an exhibitor and its exhibits; booths are stand numbers."""
    note = " ".join(filter(None, (application.category, *booths)))
    names = " ".join(f"{e.name_zh} {e.name_en}" for e in exhibits)
    yield search.Findable(
        EXHIBITOR, application.code, application.name_zh, application.name_en,
        note_zh=note, note_en=note,
        body=f"{application.profile_zh} {application.profile_en} {application.city} {names}",
    )  # fmt: skip
    for exhibit in exhibits:
        yield search.Findable(
            EXHIBIT, exhibit.code, exhibit.name_zh, exhibit.name_en,
            note_zh=application.name_zh or application.name_en,
            note_en=application.name_en or application.name_zh,
            body=f"{exhibit.category} {exhibit.description_zh} {exhibit.description_en}",
        )  # fmt: skip
