"""Two entries of one person side by side: in which fields they differ, and what becomes of what both have."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forums.models import ConsentKind, Slides, Speaker
from forums.operations.profiles import FIELDS
from forums.operations.speaking import consents_of
from waic.lib.text import localized

CHOSEN = (*FIELDS, "country", "email", "photo_id", "user_id")
# The merges themselves: a chain of them stays as it was made.
STAYING = ("merges", "merged_as", "merged")
UNDER_WAY = ("draft", "approved", "sent", "opened")


@dataclass(frozen=True)
class Difference:
    """A field in which two rows differ; `take` is the row ("kept" or "gone") that is proposed."""

    name: str
    label: object
    kept: object
    gone: object
    take: str


def differences(kept, gone):
    """The fields two rows do not agree on; what the kept row lacks is proposed from the other."""
    found = []
    for name in CHOSEN:
        field = Speaker._meta.get_field(name.removesuffix("_id"))
        ours, theirs = getattr(kept, name), getattr(gone, name)
        if ours != theirs:
            shown = [getattr(row, field.name) for row in (kept, gone)]
            take = "gone" if theirs and not ours else "kept"
            found.append(Difference(name, field.verbose_name, *shown, take))
    return found


def belongings(speaker):
    """[(what it is called, how many)] of everything that hangs on a person and would move."""
    found = []
    for relation in Speaker._meta.related_objects:
        rows = getattr(speaker, relation.get_accessor_name())
        if relation.get_accessor_name() not in STAYING and (count := rows.count()):
            found.append((relation.related_model._meta.verbose_name_plural, count))
    return found


def check_mergeable(kept, gone):
    """ValidationError when the two cannot become one."""
    if kept.pk == gone.pk:
        raise ValidationError(_("Choose two different people."), code="same")
    if kept.edition_id != gone.edition_id:
        raise ValidationError(_("These are people of two editions."), code="edition")
    for row in (kept, gone):
        if row.merged_into_id:
            raise ValidationError(
                _("%(speaker)s (%(code)s) was merged with somebody already. Reload the list and look again."),
                code="merged", params={"speaker": row, "code": row.code},
            )  # fmt: skip


# --- What both have -----------------------------------------------------------------------------


def double_participations(kept, gone):
    """[(of the kept, of the gone)] in the same forum and session."""
    ours = {(p.forum_id, p.session_id): p for p in kept.participations.all()}
    rows = gone.participations.select_related("forum", "session")
    return [(ours[p.forum_id, p.session_id], p) for p in rows if (p.forum_id, p.session_id) in ours]


def double_invitations(kept, gone):
    """[(of the kept, of the gone)] that are both open or accepted in one forum."""
    open_ones = {i.forum_id: i for i in kept.invitations.filter(state__in=[*UNDER_WAY, "accepted"])}
    rows = gone.invitations.filter(state__in=[*UNDER_WAY, "accepted"]).select_related("forum")
    return [(open_ones[i.forum_id], i) for i in rows if i.forum_id in open_ones]


def conflicts(kept, gone):
    """A sentence for each thing both have, saying what becomes of it."""
    found = [
        _("Both are guests of “%(place)s”: the entry of %(kept)s stays.")
        % {"place": localized(p.session or p.forum, "title"), "kept": kept}
        for _ours, p in double_participations(kept, gone)
    ]
    found += _about_slides(kept, gone)
    found += [
        _("Both are invited to “%(place)s”: one letter is withdrawn, an accepted one stays.")
        % {"place": localized(theirs.forum, "title")}
        for _ours, theirs in double_invitations(kept, gone)
    ]
    return [*found, *_about_the_person(kept, gone)]


def _about_slides(kept, gone):
    doubles = double_participations(kept, gone)
    having = set(
        Slides.objects.filter(participation__in=[p for pair in doubles for p in pair]).values_list(
            "participation", flat=True
        )
    )
    for ours, theirs in doubles:
        if {ours.pk, theirs.pk} <= having:
            yield _("Both have slides for “%(place)s”: all versions are kept, the public gets them after a new release.") % {
                "place": localized(theirs.session or theirs.forum, "title"),
            }  # fmt: skip


def _about_the_person(kept, gone):
    if kept.travels.exists() and gone.travels.exists():
        yield _("Both have travel data: those of %(kept)s stay.") % {"kept": kept}
    if kept.slides_extensions.exists() and gone.slides_extensions.exists():
        yield _("Both have more time for slides: that of %(kept)s stays.") % {"kept": kept}
    ours, theirs = consents_of(kept), consents_of(gone)
    for kind, label in ConsentKind.choices:
        if ours[kind] and theirs[kind] and ours[kind].is_given != theirs[kind].is_given:
            yield _("They answered differently to “%(consent)s”: the newer answer counts.") % {"consent": label}  # fmt: skip
    if kept.user_id and gone.user_id and kept.user_id != gone.user_id:
        yield _("Both have an account; one of them will not see this profile any more.")
