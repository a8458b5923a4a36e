"""People who were here before: their profile of an earlier edition is offered and taken over field by field.

Organisations need none of this, they are the same rows in every edition. Of a person only what the public read is
taken: never an address, an account, a consent, hours, travel or letters.
"""

from collections import defaultdict
from dataclasses import dataclass

import structlog
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from forums.models import Speaker
from forums.operations.forums import stale
from forums.operations.profiles import discard_photo, index_speaker
from waic.lib.files import store
from waic.lib.imports.cells import key

log = structlog.get_logger(__name__)

TEXTS = (
    "name_zh", "name_en", "title_zh", "title_en", "affiliation_zh", "affiliation_en", "country", "bio_zh", "bio_en",
)  # fmt: skip
PHOTO, HONOURS = "photo", "honours"
HONOUR_COLUMNS = ("kind", "name_zh", "name_en", "year", "source")


class EarlierPeople:
    """People of editions before this one, by address, account and names.

    One query, and one more each time `known` is asked; with `preload` two whatever is asked, for whoever asks row by row.
    """

    def __init__(self, edition, *, preload=False):
        rows = Speaker.objects.living().filter(edition__year__lt=edition.year, is_person=True)
        self.rows, self.signs = rows, defaultdict(set)
        columns = ("pk", "name_zh", "name_en", "email", "user_id")
        for pk, *signs in rows.values_list(*columns):
            for sign in _signs(*signs):
                self.signs[sign].add(pk)
        self.loaded = self._profiles().in_bulk() if preload else None

    def known(self, people):
        """[(person, profiles of earlier editions, newest first)] of those who have any."""
        found = [(person, self._of(person)) for person in people]
        wanted = {pk for _person, pks in found for pk in pks}
        rows = self._profiles().in_bulk(wanted) if self.loaded is None else self.loaded
        newest_first = {pk: (-rows[pk].edition.year, pk) for pk in wanted}
        return [
            (person, [rows[pk] for pk in sorted(pks, key=newest_first.get)])
            for person, pks in found if pks
        ]  # fmt: skip

    def _profiles(self):
        return self.rows.select_related("edition", "photo").prefetch_related("honours")

    def _of(self, person):
        signs = _signs(person.name_zh, person.name_en, person.email, person.user_id)
        return {pk for sign in signs for pk in self.signs.get(sign, ())}


def _signs(name_zh, name_en, email, user):
    """What two rows of one person have in common: a name in either language, the address, the account."""
    names = {key(name_zh), key(name_en)}
    signs = {("name", name) for name in names if name}
    signs |= {("email", email.lower())} if email else set()
    return signs | ({("user", user)} if user else set())


def known_as(person):
    """Profiles of earlier editions that may be this person's, newest first."""
    if not person.is_person or person.merged_into_id:
        return []
    found = EarlierPeople(person.edition).known([person])
    return found[0][1] if found else []


@dataclass(frozen=True)
class Offer:
    """Something of the earlier profile that is other than now; `is_gap` when there is nothing now."""

    name: str
    label: str
    now: object
    then: object

    @property
    def is_gap(self):
        return not self.now


def offers(person, earlier):
    """[Offer] of an earlier profile: texts that differ, a photo, honours that are missing."""
    found = []
    for name in TEXTS:
        now, then = getattr(person, name), getattr(earlier, name)
        if then and now != then:
            found.append(Offer(name, Speaker._meta.get_field(name).verbose_name, now, then))
    if earlier.photo_id:
        found.append(Offer(PHOTO, Speaker._meta.get_field("photo").verbose_name, person.photo, earlier.photo))  # fmt: skip
    if missing := _missing_honours(person, earlier):
        found.append(Offer(HONOURS, _("honours"), "", " · ".join(str(honour) for honour in missing)))  # fmt: skip
    return found


def _missing_honours(person, earlier):
    names = {honour.name_zh for honour in person.honours.all()}
    return [honour for honour in earlier.honours.all() if honour.name_zh not in names]


@transaction.atomic
def take_over(person, earlier, names, *, by, version=None):
    """Take the named offers over and write down where they come from; the names that were taken.

    ValidationError `stale` when somebody was faster, `unknown` when the other row is no earlier profile of the person,
    `nothing` when no offer is chosen.
    """
    person = Speaker.objects.select_for_update(of=("self",)).select_related("edition").get(pk=person.pk)  # fmt: skip
    if version is not None and version != person.version:
        raise stale()
    if earlier not in known_as(person):
        raise ValidationError(_("This is no earlier profile of the person."), code="unknown")
    chosen = [offer for offer in offers(person, earlier) if offer.name in names]
    if not chosen:
        raise ValidationError(_("Choose what to take over."), code="nothing")
    before = person.photo
    for offer in chosen:
        _take(person, earlier, offer)
    person.version += 1
    person.source = "\n".join(filter(None, [person.source, _source(earlier, chosen)]))
    person.full_clean(exclude=["edition", "user", "photo"])
    person.save()
    if before is not None and before != person.photo:
        discard_photo(before)
    index_speaker(person)
    words = _("Taken over from %(edition)s (%(code)s): %(what)s") % _words(earlier, chosen)
    LogEntry.objects.log_actions(by.pk, [person], CHANGE, words, single_object=True)
    return [offer.name for offer in chosen]


def _take(person, earlier, offer):
    if offer.name == PHOTO:
        person.photo = _copied(earlier.photo) or person.photo
    elif offer.name == HONOURS:
        for honour in _missing_honours(person, earlier):
            person.honours.create(**{name: getattr(honour, name) for name in HONOUR_COLUMNS})
    else:
        setattr(person, offer.name, offer.then)


def _copied(photo):
    """A file of its own, so that replacing one edition's photo leaves the other's alone; None when it is lost."""
    try:
        with photo.file.open("rb") as file:
            data = file.read()
    except FileNotFoundError:
        log.warning("photo_lost", file=photo.pk)
        return None
    return store(data, name=photo.name, media_type=photo.media_type, kind=photo.kind, is_public=True)  # fmt: skip


def _source(earlier, chosen):
    return _("%(edition)s (%(code)s): %(what)s") % _words(earlier, chosen)


def _words(earlier, chosen):
    what = ", ".join(str(offer.label) for offer in chosen)
    return {"edition": str(earlier.edition), "code": earlier.code, "what": what}
