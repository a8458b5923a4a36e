"""Speakers from a table, one row per person or one per person and forum."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.imports.columns import SPEAKER_COLUMNS
from forums.imports.known_forums import forum_words
from forums.imports.people import KnownSpeakers, described, namesake_note
from forums.imports.ruled import Ruled
from forums.models import Honour, HonourKind, Participation, ParticipationRole, Speaker
from forums.operations.recognising import EarlierPeople
from forums.releases.indexing import speaker_findable
from forums.releases.shown import public_programme
from waic.editions.imports import EditionImport
from waic.editions.search import index
from waic.lib.imports import cells
from waic.lib.imports.engine import register
from waic.lib.places import country_name

# What a forum's list says about a person may differ from the next forum's.
ANNOUNCED = ("title_zh", "title_en", "affiliation_zh", "affiliation_en")
HONOUR_WORDS = [
    (HonourKind.TURING, ("图灵", "turing")), (HonourKind.NOBEL, ("诺贝尔", "nobel")), (HonourKind.FIELDS, ("菲尔兹", "fields")),
    (HonourKind.ACADEMICIAN, ("院士", "academician", "academy")), (HonourKind.FELLOW, ("会士", "fellow")),
]  # fmt: skip
ROLE_WORDS = {
    ParticipationRole.KEYNOTE: ["主旨演讲", "主旨报告", "主题演讲"], ParticipationRole.SPEAKER: ["演讲", "演讲嘉宾", "发言", "嘉宾", "分享"],
    ParticipationRole.PANELLIST: ["圆桌", "圆桌嘉宾", "对话嘉宾"], ParticipationRole.MODERATOR: ["主持", "主持人"],
    ParticipationRole.GUEST: ["致辞", "致辞嘉宾", "出席", "出席嘉宾"],
}  # fmt: skip


@register
class SpeakerImport(Ruled, EditionImport):
    """Matched by code, else by name and affiliation; a row that names a forum puts the person on its list."""

    key = "speakers"
    model = Speaker
    title = gettext_lazy("Import speakers")
    columns = SPEAKER_COLUMNS
    recognised_by = ({"code"}, {"name_zh"}, {"name_en"})
    chosen = ("code", "edition", "user", "photo")
    may_repeat = True

    def prepare(self):
        super().prepare()
        self.known = KnownSpeakers(self.edition, self.queryset())
        self.forum_words = forum_words(self.edition)
        self.roles = cells.words_of(
            ParticipationRole, **{role.value: names for role, names in ROLE_WORDS.items()}
        )
        self.pairs: dict = {}
        self.earlier = EarlierPeople(self.edition, preload=True)

    def queryset(self):
        of_forums = Participation.objects.filter(session=None).select_related("forum")
        return (
            super()
            .queryset()
            .filter(merged_into=None)
            .prefetch_related("honours", Prefetch("participations", of_forums))
        )

    # --- Reading ----------------------------------------------------------------------------------

    def role_names(self):
        return [role.label for role in ParticipationRole]

    def parse_forum(self, cell):
        return cells.one_of(cells.line(cell), self.forum_words, self.show_forum)

    def parse_role(self, cell):
        return cells.one_of(cells.line(cell), self.roles, self.show_role)

    def parse_honours(self, cell):
        names = cells.listed(cell)
        for name in names:
            honour_kind(name)
        return names

    def clean(self, row):
        values = row.values
        name = values.get("name_zh", "")
        if (
            name
            and cells.is_latin(name)
            and cells.key(values.get("name_en") or name) == cells.key(name)
        ):
            # A guest who is announced in Latin letters only.
            values["name_en"] = values.pop("name_zh")
        if values.get("role") and not values.get("forum"):
            raise ValidationError({"role": _("A role belongs to a forum. Name the forum as well.")})

    # --- Who --------------------------------------------------------------------------------------

    def find(self, row):
        if code := row.get("code"):
            speaker = self.known.by_code.get(code)
            if speaker is None:
                text = _("No speaker of this edition has this code. Leave it empty for a new one.")
                raise ValidationError({"code": text})
        else:
            speaker = self._by_name(row)
        if speaker is not None:
            self._refuse_same_pair(row, speaker)
        return speaker

    def _by_name(self, row):
        names = [row.get("name_zh"), row.get("name_en")]
        if not any(names):
            raise ValidationError({"name_zh": _("Give the name in Chinese or in English.")})
        announced = self._announced_as(row, names)
        if announced is not None:
            return announced
        speaker, namesakes = self.known.find(
            names, [row.get("affiliation_zh"), row.get("affiliation_en")]
        )
        if speaker is None and namesakes:
            row.notes.append(namesake_note(next(filter(None, names)), namesakes))
        if speaker is None:
            self._note_earlier(row, *names)
        return speaker

    def _note_earlier(self, row, name_zh, name_en):
        """A new row of somebody we know says so; their profile is taken over afterwards, by hand."""
        person = Speaker(name_zh=name_zh or "", name_en=name_en or "", email=row.get("email") or "")
        for _person, profiles in self.earlier.known([person]):
            row.notes.append(
                _("Known from %(edition)s: %(people)s. After the import, “Known from earlier editions” on the list of speakers offers that profile.")
                % {"edition": profiles[0].edition, "people": described(profiles[:1])}
            )  # fmt: skip

    def _announced_as(self, row, names):
        """Who stands on the forum's list under that name and affiliation already."""
        wanted = {cells.key(row.get(n)) for n in ("affiliation_zh", "affiliation_en")} - {""}
        found = [
            speaker for speaker in self.known.named(*names)
            if (part := part_in(speaker, row.get("forum"))) is not None
            and (not wanted or wanted & {cells.key(part.affiliation_zh), cells.key(part.affiliation_en)})
        ]  # fmt: skip
        if len(found) > 1:
            raise ValidationError(
                _("Several people of this name stand on the forum's list: %(people)s. Give the code."),
                code="ambiguous", params={"people": described(found)},
            )  # fmt: skip
        return found[0] if found else None

    def _refuse_same_pair(self, row, speaker):
        pair = (speaker.pk, getattr(row.get("forum"), "pk", None))
        if pair in self.pairs:
            raise ValidationError(
                _("This is the same as row %(row)d. Remove one of the two."), code="repeated", params={"row": self.pairs[pair]}
            )  # fmt: skip
        self.pairs[pair] = row.number

    def contradicts(self, name, row):
        return super().contradicts(name, row) and not (row.get("forum") and name in ANNOUNCED)

    # --- What there is ----------------------------------------------------------------------------

    def current(self, name, obj, row):
        forum = row.get("forum") if row is not None else None
        if name == "forum":
            return forum if part_in(obj, forum) is not None else None
        if name == "role":
            return getattr(part_in(obj, forum), "role", None)
        if name == "honours":
            return tuple(honour.name_zh for honour in obj.honours.all())
        if forum is not None and name in ANNOUNCED:
            part = part_in(obj, forum)
            return getattr(part, name) if part is not None else ""
        return super().current(name, obj, row)

    def merge_honours(self, old, new):
        return tuple(dict.fromkeys([*old, *new]))

    def show_forum(self, forum):
        return forum.title_zh or forum.title_en

    def show_role(self, role):
        return str(ParticipationRole(role).label)

    def show_country(self, country):
        return country_name(country) if country else ""

    # --- Writing ----------------------------------------------------------------------------------

    def apply(self, row, speaker, changed):
        forum = row.get("forum")
        own = [
            name for name in changed
            if self.column_named[name].is_field and not (forum and name in ANNOUNCED and getattr(speaker, name))
        ]  # fmt: skip
        self.set_fields(row, speaker, own)
        if speaker.pk is None:
            speaker.source = self.file_name
        self.save(speaker)
        if forum is not None:
            self._take_part(row, speaker, forum)
        for name in row.get("honours", ()):
            english = {"name_en": name} if cells.is_latin(name) else {}
            Honour.objects.get_or_create(
                speaker=speaker, name_zh=name, defaults={"kind": honour_kind(name), "source": self.file_name, **english}
            )  # fmt: skip
        self.known.remember(speaker)
        self.pairs.setdefault((speaker.pk, getattr(forum, "pk", None)), row.number)

    def _take_part(self, row, speaker, forum):
        part = part_in(speaker, forum)
        if part is None:
            part = Participation(forum=forum, speaker=speaker, order=forum.participations.count())
        for name in (*ANNOUNCED, "role"):
            if name in row.values:
                setattr(
                    part,
                    name,
                    row.values[name] or part.role if name == "role" else row.values[name],
                )
        part.full_clean(exclude=["forum", "speaker", "session"])
        part.save()

    def subject_of(self, obj):
        return "person", obj.pk

    def finish(self, objects):
        shown = public_programme(self.edition).speakers()
        public = shown.filter(pk__in=[speaker.pk for speaker in objects])
        found = [speaker_findable(speaker) for speaker in public.prefetch_related("honours")]
        if found:
            index(self.edition, found)


def part_in(speaker, forum):
    """The speaker's participation in a forum as a whole, or None."""
    if forum is None or not speaker.pk:
        return None
    parts = speaker.participations.all()
    return next((p for p in parts if p.forum_id == forum.pk and p.session_id is None), None)


def honour_kind(name):
    """The kind of an honour by its name; ValidationError for one of none of the kinds."""
    folded = name.casefold()
    for kind, words in HONOUR_WORDS:
        if any(word in folded for word in words):
            return kind
    raise ValidationError(
        _("“%(given)s” is not kept as an honour. Possible: Turing, Nobel, Fields, academician, fellow."),
        code="honour", params={"given": name},
    )  # fmt: skip
