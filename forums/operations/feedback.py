"""Feedback: given from the beginning until some hours after the end, once an account, read without names."""

import time
from dataclasses import dataclass, field

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from forums.models import FEEDBACK, RATINGS, Feedback, FeedbackState, Participation, StageRules
from waic.lib import clock
from waic.lib.pagecache import bump
from waic.lib.text import clean_text

MOST_A_MINUTE = 20


# --- Giving it ----------------------------------------------------------------------------------


def own_feedback(place, user):
    """What the person said, or None."""
    return place.rows.filter(user=user).first()


@transaction.atomic
def give_feedback(place, rating, text="", *, by):
    """Say it, or say something else; answers the row. Twice the same is once.

    ValidationError `not_open`, `on_stage` (guests and hosts do not rate themselves), `too_often`, or beside the field.
    """
    _check(place, by)
    text = clean_text(text)
    where = {
        "forum_id": place.forum.pk,
        "session_id": place.session and place.session.pk,
        "user": by,
    }
    made = {"rating": rating, "text": text, "changed_at": clock.now(), "state": _state_of(text)}
    Feedback(**where, **made).clean_fields(exclude=["forum", "session", "user"])
    if rating not in RATINGS:
        raise ValidationError({"rating": _("Choose one to five.")})
    row, is_new = Feedback.objects.get_or_create(**where, defaults=made)
    return row if is_new else _change(row, rating, text)


def _state_of(text):
    return FeedbackState.WAITING if text else FeedbackState.BARE


def _change(row, rating, text):
    row = Feedback.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    changes = {"rating": rating, "text": text, "changed_at": clock.now()}
    target = _state_of(text)
    if (row.rating, row.text) == (rating, text):
        return row
    if row.text == text or row.state == target:
        # The rating alone, or other words that nobody has looked at yet.
        Feedback.objects.filter(pk=row.pk).update(**changes, version=F("version") + 1)
        row.refresh_from_db()
        return row
    bump()
    # Without a name: the history is read at the desk.
    return FEEDBACK.take(row, "reword" if text else "unsay", **changes)


def _check(place, by):
    if not place.is_open:
        raise ValidationError(_("Feedback is not taken at this time."), code="not_open")
    if is_on_stage(place, by):
        raise ValidationError(
            _("You are part of this yourself; leave the rating to the audience."), code="on_stage"
        )
    if _too_often(by):
        raise ValidationError(_("That was a lot at once. Please wait a minute."), code="too_often")


def is_on_stage(place, user):
    """Whether the person hosts the forum or is one of its guests."""
    guest = Participation.objects.filter(forum=place.forum.pk, speaker__user=user)
    return place.forum.hosts.filter(user=user).exists() or guest.exists()


def _too_often(user):
    """More than MOST_A_MINUTE of one account; when the cache is away nobody is kept out."""
    key = f"feedback:{user.pk}:{int(time.time()) // 60}"
    try:
        cache.add(key, 0, 120)
        return cache.incr(key) > MOST_A_MINUTE
    except (RedisError, OSError, ValueError):
        return False


# --- The desk -----------------------------------------------------------------------------------


def show_feedback(feedback, *, by=None, reason="", version=None):
    """The words may be read by speakers and hosts, and by the public where the edition shows words at all."""
    bump()
    return FEEDBACK.take(feedback, "show", by=by, reason=reason, version=version)


def hide_feedback(feedback, *, by=None, reason="", version=None):
    """Nobody reads the words; the rating counts as before. ValidationError `reason` without saying why."""
    bump()
    return FEEDBACK.take(feedback, "hide", by=by, reason=reason, version=version)


# --- Reading it ---------------------------------------------------------------------------------


@dataclass
class Ratings:
    """What came in for one place: how often each rating, and the words that may be read."""

    place: object
    counts: dict = field(default_factory=lambda: dict.fromkeys(RATINGS, 0))
    texts: list = field(default_factory=list)

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def average(self):
        """To one decimal; None without a rating."""
        total = self.total
        return round(sum(r * n for r, n in self.counts.items()) / total, 1) if total else None

    @property
    def bars(self):
        """[(rating, how often)], the best first."""
        return sorted(self.counts.items(), reverse=True)


def ratings_of(places):
    """[Ratings] of [(forum pk, session pk or None, what to call it)], without those nobody rated; two queries.

    Words come by rating, not by time, so that nobody is found out by who was there first.
    """
    rows = Feedback.objects.filter(forum__in={forum for forum, _session, _name in places})
    counts = rows.order_by().values_list("forum", "session", "rating").annotate(n=Count("pk"))
    found = {(forum, session): Ratings(name) for forum, session, name in places}
    for forum, session, rating, n in counts:
        if (forum, session) in found:
            found[forum, session].counts[rating] = n
    shown = rows.filter(state=FeedbackState.SHOWN).order_by("-rating", "text", "pk")
    for forum, session, text in shown.values_list("forum", "session", "text"):
        if (forum, session) in found:
            found[forum, session].texts.append(text)
    return [ratings for ratings in found.values() if ratings.total]


def public_ratings(forum, session, edition):
    """The Ratings the public may see of one place: from enough of them, with words only where the edition shows words."""
    rules = StageRules.objects.of(edition)
    found = ratings_of([(forum.pk, session.pk if session else None, session or forum)])
    if not found or found[0].total < rules.feedback_least:
        return None
    if not rules.shows_feedback_texts:
        found[0].texts = []
    return found[0]
