"""Stars of an account: what one device changed, put on record.

Devices tell changes, never their whole state, so nothing that another device starred is lost. Of two changes
of the same star the one that arrives last holds.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from forums.models import Forum, Session, Star
from forums.models.star import MOST_STARS
from forums.selection import entries_of, not_there
from waic.accounts.models import User


def starred_codes(user, edition):
    """Codes of what a person starred in an edition, in a fixed order; also of what the public does not see at the moment."""
    stars = Star.objects.filter(user=user, edition=edition).order_by()
    return sorted(stars.values_list(Coalesce("forum__code", "session__code"), flat=True))


@transaction.atomic
def change_stars(user, edition, *, add=(), remove=()):
    """Take stars away, then set new ones; answers all codes starred afterwards.

    Setting a star twice or taking one away that is not there changes nothing. ValidationError, with nothing changed:
    `unknown` (a code that the programme has not), `too_many`.
    """
    # One after the other per account, so that two devices together cannot pass the limit.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _check_known(edition, add)
    own = Star.objects.filter(user=user, edition=edition)
    if remove:
        own.filter(Q(forum__code__in=remove) | Q(session__code__in=remove)).delete()
    if add:
        Star.objects.bulk_create(_new_stars(user, edition, add), ignore_conflicts=True)
    codes = starred_codes(user, edition)
    if add and len(codes) > MOST_STARS:
        raise ValidationError(
            _("At most %(limit)d stars are possible in one edition. Take some away first."), code="too_many",
            params={"limit": MOST_STARS},
        )  # fmt: skip
    return codes


def unknown_codes(edition, codes):
    """Those of the codes that the programme everybody sees has not."""
    known = entries_of(edition)
    return [code for code in codes if code not in known]


def _check_known(edition, codes):
    if unknown := unknown_codes(edition, codes):
        raise ValidationError(not_there(unknown), code="unknown")


def _new_stars(user, edition, codes):
    # A code that is a forum's and a session's at once would be the forum's.
    forums = dict(_numbers(Forum.objects.of_edition(edition), codes))
    sessions = dict(_numbers(Session.objects.filter(forum__edition=edition), codes))
    rest = {code: pk for code, pk in sessions.items() if code not in forums}
    return [
        *(Star(user=user, edition=edition, forum_id=pk) for pk in forums.values()),
        *(Star(user=user, edition=edition, session_id=pk) for pk in rest.values()),
    ]


def _numbers(rows, codes):
    return rows.filter(code__in=codes).order_by().values_list("code", "pk")
