"""What the board's script says, in the reader's language. It fills in what stands in {braces} and joins nothing."""

from django.utils.translation import gettext as _


def words():
    """{key: sentence}; the keys are those of the scripts below waic/board/."""
    return {**_of_blocks(), **_of_moving(), **_of_others()}


def _of_blocks():
    return {
        "no_room": _("No room yet"),
        "place": _("{from}–{to}, {room}"),
        "place_on": _("{day}, {from}–{to}, {room}"),
        "block": _("{title}, {kind}, {from}–{to}, {room}. {findings}"),
        "waiting_block": _("{title}, {kind}. Without a place yet."),
        "no_findings": _("Nothing to look at."),
        "one_finding": _("1 thing to look at."),
        "findings": _("{count} things to look at."),
        "seats": _("{count} seats"),
        "closed": _("closed"),
        "nothing_matches": _("No forum matches."),
        "all_placed": _("Every forum has a place."),
        "no_forums": _("There is no forum yet. Add one in the list of forums, or import them."),
        "empty_day": _("Nothing takes place on this day yet."),
        "agenda": _("Agenda"),
        "no_agenda": _("No session is timed yet."),
        "to_look_at": _("To look at"),
        "move": _("Move"),
        "room": _("Room"),
        "day": _("Day"),
        "from": _("Starts at"),
        "to": _("Ends at"),
        "save": _("Save the place"),
        "take_off": _("Take off the board"),
        "open": _("Open the forum"),
        "close": _("Close"),
        "details": _("Details and move"),
        "published": _("Published"),
    }


def _of_moving():
    return {
        "lifted": _("Lifted: {title}, {place}. Arrow keys move it, with Shift they change its end; Enter drops, Escape puts it back."),
        "put_back": _("Put back: {title} stays at {place}."),
        "moved": _("Moved: {title} is now at {place}."),
        "placed": _("Placed: {title} is now at {place}."),
        "taken_off": _("Taken off the board: {title}."),
        "undone": _("Undone: {title} is at {place} again."),
        "undo": _("Undo"),
        "looking": _("Looking what this would cause …"),
        "fine": _("Nothing stands against it."),
        "refused": _("This cannot be saved:"),
        "caused": _("This would cause:"),
        "mended": _("This would mend:"),
        "ask": _("Move “{title}” to {place}?"),
        "yes": _("Move it all the same"),
        "no": _("Leave it where it was"),
        "not_saved": _("Not saved. {reason}"),
    }  # fmt: skip


def _of_others():
    return {
        "other_moved": _("{name} moved “{title}” to {place}."),
        "other_removed": _("“{title}” is not on this day any more."),
        "other_added": _("{name} put “{title}” at {place}."),
        "somebody": _("Somebody"),
        "live": _("Up to date"),
        "offline": _("No connection: what others move does not show. Trying again …"),
        "sign_in": _("You are not signed in any more. Reload the page and sign in again."),
        "failed": _("The server could not answer. Nothing was saved; try again in a moment."),
    }
