"""Who is behind an imported forum and who speaks there: organisations by role, guests."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.imports.columns import ROLES
from forums.imports.people import Guest, guests, namesake_note, twice
from forums.models import ForumOrganisation, Participation, Speaker
from waic.lib.imports import cells


class InvolvedMixin:
    """The columns of organisations and guests; needs `organisations`, `speakers` and `edition`."""

    # --- Reading ----------------------------------------------------------------------------------

    def parse_hosts(self, cell):
        """Organisations in their own spelling where they are known."""
        names = cells.listed(cell)
        known = [self.organisations.named(name) for name in names]
        return tuple(o.name_zh or o.name_en if o else n for n, o in zip(names, known, strict=True))

    parse_organisers = parse_co_organisers = parse_supporters = parse_hosts

    def parse_guests(self, cell):
        return guests(cell)

    def _new_organisation_note(self, name):
        close = self.organisations.near(name)
        if close:
            text = _("“%(name)s” is not known yet and will be added. Similar: %(near)s.")
            return text % {"name": name, "near": " / ".join(close)}
        return _("“%(name)s” is not known yet and will be added.") % {"name": name}

    # --- What there is ----------------------------------------------------------------------------

    def _organisations(self, forum, role):
        rows = [o.organisation for o in forum.forum_organisations.all() if o.role == role]
        return tuple(o.name_zh or o.name_en for o in rows)

    def current_hosts(self, forum, row):
        return self._organisations(forum, ROLES["hosts"])

    def current_organisers(self, forum, row):
        return self._organisations(forum, ROLES["organisers"])

    def current_co_organisers(self, forum, row):
        return self._organisations(forum, ROLES["co_organisers"])

    def current_supporters(self, forum, row):
        return self._organisations(forum, ROLES["supporters"])

    def current_guests(self, forum, row):
        return tuple(guest_of(p) for p in forum.participations.all())

    def merge_guests(self, old, new):
        """Guests are added and brought up to date; nobody is taken off the list by a file."""
        merged = list(old)
        for guest in new:
            place_of = next(
                (n for n, known in enumerate(merged) if guest.is_same_person(known)), None
            )
            if place_of is None:
                merged.append(guest)
            else:
                known = merged[place_of]
                merged[place_of] = Guest(
                    known.name, guest.title or known.title, guest.affiliation or known.affiliation
                )
        return tuple(merged)

    # --- Writing ----------------------------------------------------------------------------------

    def _write_organisations(self, forum, role, names):
        kept = []
        for order, name in enumerate(names):
            organisation = self.organisations.named(name)
            if organisation is None:
                english = cells.is_latin(name)
                fields = {"name_en": name} if english else {"name_zh": name}
                organisation = self.organisations.add(**fields, source=self.file_name)
                self.note_added(organisation)
            ForumOrganisation.objects.update_or_create(
                forum=forum, organisation=organisation, role=role, defaults={"order": order}
            )
            kept.append(organisation.pk)
        forum.forum_organisations.filter(role=role).exclude(organisation__in=kept).delete()

    def _write_guests(self, forum, row, session=None):
        """Put the guests of a row on the list of a forum, or of one of its sessions."""
        owner = session or forum
        known = {guest_of(p): p for p in owner.participations.all() if p.session_id == getattr(session, "pk", None)} if owner.pk else {}  # fmt: skip
        said: dict = {}
        for order, guest in enumerate(row.values["guests"]):
            part = known.get(guest) or next((p for g, p in known.items() if guest.is_same_person(g)), None)  # fmt: skip
            speaker = part.speaker if part else self._speaker(guest, row)
            if speaker.pk in said:
                raise ValidationError({"guests": twice(said[speaker.pk], guest)})
            said[speaker.pk] = guest
            if guest in known:
                continue
            part = part or next((p for p in known.values() if p.speaker_id == speaker.pk), None)
            part = part or Participation(forum=forum, session=session, speaker=speaker, order=order)
            part.title_zh, part.affiliation_zh = guest.title, guest.affiliation
            part.full_clean(exclude=["forum", "speaker", "session"])
            part.save()

    def _speaker(self, guest, row):
        speaker, namesakes = self.speakers.find([guest.name], [guest.affiliation])
        if speaker is not None:
            return speaker
        if namesakes:
            row.notes.append(namesake_note(guest.name, namesakes))
        name = {"name_en": guest.name} if cells.is_latin(guest.name) else {"name_zh": guest.name}
        speaker = Speaker(
            edition=self.edition, **name, title_zh=guest.title, affiliation_zh=guest.affiliation, source=self.file_name
        )  # fmt: skip
        speaker.full_clean(exclude=["edition", "code", "uuid"])
        speaker.save()
        self.speakers.remember(speaker)
        self.note_added(speaker)
        return speaker


def guest_of(participation):
    """A participation as a line of the guests' column."""
    speaker = participation.speaker
    return Guest(
        speaker.name_zh or speaker.name_en, participation.title_zh or participation.title_en,
        participation.affiliation_zh or participation.affiliation_en,
    )  # fmt: skip
