"""The schedule board among the desk's pages: the page of a day, and what its script asks for."""

from functools import wraps

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import condition, require_GET, require_POST
from unfold.decorators import action

from forums.board.asking import NotThere, number, read_json, read_part, read_place
from forums.board.days import opening_day
from forums.board.document import document_of
from forums.board.moves import AsksFirst, code_of, outlook_of, save_move, take_off
from forums.board.revision import revision_of
from forums.board.words import words
from waic.editions.models import Edition

SEE = "forums.view_forumpart"
MOVE = ("forums.add_forumpart", "forums.change_forumpart")
TAKE_OFF = "forums.delete_forumpart"
SCRIPTS = [
    f"waic/board/{name}.js"
    for name in (
        "words",
        "grid",
        "ask",
        "save",
        "lift",
        "pointer",
        "keys",
        "aside",
        "live",
        "start",
    )
]


def answers_json(*rights):
    """A view for the board's script, called (self, request, edition): refusals are sentences with a status below 500."""

    def decorate(view):
        @wraps(view)
        def wrapped(self, request):
            if not request.user.has_perms(rights):
                return _refused(_("You may look at the board, but not move anything."), status=403)
            try:
                return view(self, request, edition_of(request))
            except NotThere as refusal:
                return _refused(*refusal.messages, status=404)
            except AsksFirst as asks:
                return JsonResponse({"outlook": asks.outlook.as_json()}, status=409)
            except ValidationError as refusal:
                stale = code_of(refusal) == "stale"
                return _refused(*refusal.messages, status=409 if stale else 400)

        return wrapped

    return decorate


def _refused(*sentences, status):
    return JsonResponse({"errors": [str(sentence) for sentence in sentences]}, status=status)


def edition_of(request):
    """The edition of ?year=, or the current one; NotThere when there is none."""
    year = request.GET.get("year", "")
    found = (
        Edition.objects.filter(year=year).first()
        if year.isascii() and year.isdigit() and len(year) < 6
        else Edition.objects.current()
    )
    if found is None:
        raise NotThere
    return found


def rows_of(board):
    """The same day as a list, for phones and for a page without its script."""
    rooms = {room["id"]: room["full"] for hall in board["halls"] for room in hall["rooms"]}
    return [
        {
            "part": part,
            "time": f"{_clock(part['from'])}–{_clock(part['to'])}",
            "room": rooms.get(part["room"], part["note"]),
            "page": _move_page(board, part),
        }
        for part in board["parts"]
    ]


def waiting_of(board):
    """Forums without a place, each with its move form."""
    return [
        {"forum": forum, "page": board["move_page"].replace("/0/", f"/{forum['forum']}/")}
        for forum in board["waiting"]
    ]


def _move_page(board, part):
    """The move form of a part, filled in with where it is."""
    where = {
        "part": part["id"], "room": part["room"] or "", "day": board["day"],
        "starts": _clock(part["from"]), "ends": _clock(part["to"]),
    }  # fmt: skip
    page = board["move_page"].replace("/0/", f"/{part['forum']}/")
    return f"{page}?{urlencode(where)}"


def _clock(minutes):
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


class BoardMixin:
    """Adds the board and its button to the forums' changelist."""

    def get_urls(self):
        views = {
            "": self.board_view, "day/": require_GET(self.board_day_view),
            "revision/": require_GET(self.board_revision_view), "outlook/": require_POST(self.board_outlook_view),
            "move/": require_POST(self.board_move_view), "take-off/": require_POST(self.board_take_off_view),
        }  # fmt: skip
        return [
            *(
                path(f"board/{route}", self.admin_site.admin_view(view), name=f"forums_board{route and '_'}{route.strip('/').replace('-', '_')}")
                for route, view in views.items()
            ),
            *super().get_urls(),
        ]  # fmt: skip

    @action(description=_("Board"), url_path="board-button", permissions=["view_board"])
    def board(self, request):
        return redirect("admin:forums_board")

    def has_view_board_permission(self, request):
        return request.user.has_perm(SEE)

    # --- The page -------------------------------------------------------------------------------

    def board_view(self, request):
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        try:
            edition = edition_of(request)
        except NotThere:
            edition = None
        board = self._board_of(request, edition) if edition else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Board"), "edition": edition, "board": board, "opts": self.model._meta,
            "editions": Edition.objects.filter(is_archive=False), "is_fullwidth": True,
            "rows": rows_of(board) if board else [],
            "waiting": waiting_of(board) if board else [], "board_scripts": SCRIPTS,
            "settings": self._board_settings(request, edition),
        }  # fmt: skip
        return TemplateResponse(request, "forums/desk/board.html", context)

    @staticmethod
    def _board_of(request, edition):
        day = opening_day(edition, request.GET.get("day", ""))
        return document_of(edition, day, reader=request.user)

    @staticmethod
    def _board_settings(request, edition):
        """What the script needs beside the day: addresses, words, rights."""
        names = ("day", "revision", "outlook", "move", "take_off")
        return {
            "year": edition and edition.year,
            "addresses": {name: reverse(f"admin:forums_board_{name}") for name in names},
            "words": words(),
            "may_move": request.user.has_perms(MOVE),
            "may_take_off": request.user.has_perm(TAKE_OFF),
        }

    # --- What its script asks for ---------------------------------------------------------------

    @answers_json(SEE)
    def board_day_view(self, request, edition):
        return JsonResponse(self._board_of(request, edition))

    @answers_json(SEE)
    def board_revision_view(self, request, edition):
        """Asked every two seconds; an unchanged plan is an empty 304."""
        revision = revision_of(edition)
        answer = condition(etag_func=lambda request: f'"{revision}"')(
            lambda request: JsonResponse({"revision": revision})
        )(request)
        patch_cache_control(answer, private=True, no_cache=True)
        return answer

    @answers_json(*MOVE)
    def board_outlook_view(self, request, edition):
        return JsonResponse(outlook_of(read_place(edition, read_json(request))).as_json())

    @answers_json(*MOVE)
    def board_move_view(self, request, edition):
        data = read_json(request)
        seen = data.get("seen", "")
        part = save_move(
            read_place(edition, data), by=request.user, seen=seen if isinstance(seen, str) else ""
        )
        return self._saved(request, edition, part)

    @answers_json(TAKE_OFF)
    def board_take_off_view(self, request, edition):
        data = read_json(request)
        part = read_part(edition, data)
        if part.pk is None:
            raise NotThere
        take_off(part, version=number(data, "version"), by=request.user)
        return self._saved(request, edition)

    def _saved(self, request, edition, part=None):
        """The day that is shown as it is now, and the part that was moved with its forum's new version."""
        board = self._board_of(request, edition)
        moved = {"part": part.pk, "version": part.forum.version} if part else {}
        return JsonResponse({**moved, "board": board})
