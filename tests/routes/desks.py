"""Who may see what at the desks: the admin, model by model and page by page. Addresses are in expectations."""

from tests.routes.kinds import (
    NOBODYS_CODE,
    NOBODYS_UUID,
    Account,
    Owner,
    in_year,
    no_year,
    none,
    nothing,
    year_code,
)

ORGANISER = ("organiser",)
# label -> desks that see the lists of this package or model; the longer name wins. The organisers see all of them.
ADMIN_SEE = {
    "forums": ("programme",), "forums.forum": ("programme", "press"), "forums.speaker": ("programme", "press"),
    "exhibitors": ("exhibition",), "exhibitors.exhibit": ("exhibition", "press"),
    "awards": ("awards",), "visitors": ("visitors",),
    "editions": ("programme", "exhibition", "visitors"), "editions.edition": ("programme", "exhibition", "visitors", "awards", "press"),
    "accounts": (), "accounts.organisation": ("programme", "exhibition", "awards"),
    "notifications": (), "notifications.message": ("programme", "exhibition", "awards", "visitors"), "notifications.templatetext": ("programme",),
    "lib": (), "django_celery_beat": (),
}  # fmt: skip
# Desks that may add rows; nobody may where the product alone writes them.
ADMIN_ADD = {
    "forums": ("programme",), "forums.booklet": (), "forums.speakermerge": (), "forums.release": (), "forums.rulesetting": (), "forums.forumtask": (), "forums.consent": (), "forums.travel": (), "forums.arrival": (), "forums.feedback": (), "forums.contribution": (), "forums.slides": (), "exhibitors": ("exhibition",), "awards": ("awards",), "visitors": ("visitors",),
    "editions": (), "accounts": (), "accounts.organisation": ("programme", "exhibition"), "notifications": (), "notifications.templatetext": ("programme",), "django_celery_beat": (),
}  # fmt: skip
# Rows that only the product writes: nobody adds them by hand.
ADMIN_WRITTEN = {
    "notifications.message", "lib.steprecord", "lib.storedfile", "lib.jobrun", "accounts.apitoken", "awards.dossier", "awards.entry", "awards.review",
    "forums.booklet", "forums.changerequest", "forums.consent", "forums.arrival", "forums.feedback", "forums.contribution", "forums.slides", "forums.forumproposal", "forums.forumtask", "forums.release", "forums.rulesetting", "forums.speakermerge", "forums.travel", "visitors.scan", "visitors.ticket",
}  # fmt: skip
# Of other people's packages, for superusers alone.
ADMIN_CLOSED = {
    "auth.group",
    "account.emailaddress",
    "mfa.authenticator",
    "usersessions.usersession",
}


def import_pages(model, key, desk):
    """The pages of an import: for its desk only; the preview of one's own upload only."""
    roles, others = ("organiser", desk), (403, 302)
    return {
        f"admin:{model}_import_rows": Owner(roles, nothing, none, others=others),
        f"admin:{model}_import_template": Owner(
            roles, lambda w: {"ending": "xlsx"}, lambda w: [{"ending": "exe"}], others=others
        ),
        f"admin:{model}_import_page": Owner(
            roles, lambda w, role: {"uuid": w.check[role, key].uuid},
            lambda w: [{"uuid": w.foreign_check.uuid}, {"uuid": w.foreign_job.uuid}, {"uuid": NOBODYS_UUID}],
            others=others,
        ),
    }  # fmt: skip


def plan_pages():
    """A run of the planner: its buttons only lead back to its page when they are looked at."""

    def page(params, missing, **more):
        return Owner(("organiser", "programme"), params, missing, others=(403, 302), **more)

    buttons = {
        f"admin:forums_planrun_{name}": page(
            lambda w: {"pk": w.plan_run.pk}, lambda w: [{"pk": 999_999_999}], statuses=(302,)
        )
        for name in ("accept", "undo", "again")
    }
    return buttons | {
        "admin:forums_forum_plan": page(nothing, none, statuses=(302,)),
        "admin:forums_forum_move": page(lambda w: {"pk": w.hosted.pk}, lambda w: [{"pk": 999_999_999}]),
        "admin:forums_planrun_step": page(
            lambda w: {"object_id": w.plan_run.pk, "name": "again"},
            lambda w: [{"object_id": 999_999_999, "name": "again"}, {"object_id": w.plan_run.pk, "name": "finish"}],
        ),
    }  # fmt: skip


def board_pages():
    """The schedule board: what its script posts is refused with a sentence when it is looked at without a body."""

    def page(**more):
        return Owner(("organiser", "programme"), nothing, none, others=(403, 302), **more)

    asked = {f"admin:forums_board_{name}": page() for name in ("day", "revision")}
    posted = {
        f"admin:forums_board_{name}": page(method="post", statuses=(400,))
        for name in ("outlook", "move", "take_off")
    }
    return {
        "admin:forums_board": page(), "admin:forums_forum_board": page(statuses=(302,)), **asked, **posted,
    }  # fmt: skip


PROGRAMME = ("organiser", "programme")
ADMIN_PAGES = {
    **board_pages(),
    **plan_pages(),
    **import_pages("forums_forum", "forums", "programme"),
    **import_pages("forums_speaker", "speakers", "programme"),
    **import_pages("forums_session", "sessions", "programme"),
    **import_pages("exhibitors_application", "exhibitors", "exhibition"),
    "admin:index": Owner(("desks",), nothing, none, others=(302,)),
    "admin:search": Owner(("desks",), nothing, none, others=(302,)),
    "admin:login": Account((200, 302), (200, 302, 403)),
    "admin:logout": Account((302, 405), (302, 405)),
    "admin:password_change": Owner(("desks",), nothing, none, others=(302,), statuses=(200, 302)),
    "admin:password_change_done": Owner(("desks",), nothing, none, others=(302,)),
    "admin:auth_user_password_change": Owner(
        ("organiser",), lambda w: {"id": w.people["visitor"].pk}, lambda w: [{"id": 999_999_999}], others=(403, 302),
    ),
    "admin:jsi18n": Owner(("desks",), nothing, none, others=(302,)),
    "admin:autocomplete": Owner((), nothing, none, others=(302, 403)),
    "admin:forums_oddities": Owner(("organiser", "programme"), nothing, none, others=(403, 302)),
    "admin:forums_forum_things_to_look_at": Owner(("organiser", "programme"), nothing, none, others=(403, 302), statuses=(200, 302)),
    "admin:forums_forum_move_forum": Owner(("organiser", "programme"), lambda w: {"object_id": w.forum.pk}, none, others=(403, 302), statuses=(200, 302)),
    "admin:editions_edition_copy": Owner(("organiser",), lambda w: {"object_id": w.edition.pk}, lambda w: [{"object_id": 999_999_999}], others=(403, 302)),
    "admin:editions_edition_new_from_this": Owner(("organiser",), lambda w: {"object_id": w.edition.pk}, none, others=(403, 302), statuses=(200, 302)),
    "admin:forums_booklet_print": Owner(PROGRAMME, nothing, none, others=(403, 302)),
    "admin:forums_booklet_open_print": Owner(PROGRAMME, nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_forum_printed": Owner((*PROGRAMME, "press"), nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_booklet_file": Owner(
        PROGRAMME, lambda w: {"pk": w.booklet.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 302)
    ),
    "admin:forums_release_draft": Owner(PROGRAMME, nothing, none, others=(403, 302)),
    "admin:forums_release_open_draft": Owner(PROGRAMME, nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_release_open_compare": Owner(PROGRAMME, nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_release_preview": Owner(PROGRAMME, in_year, no_year, others=(403, 302)),
    "admin:forums_release_preview_forum": Owner(
        PROGRAMME, lambda w: {"year": w.year, "code": w.forum.code}, lambda w: year_code(w, NOBODYS_CODE, w.hosted), others=(403, 302),
    ),
    "admin:forums_release_compare": Owner(PROGRAMME, nothing, none, others=(403, 302)),
    "admin:forums_release_back": Owner(
        PROGRAMME, lambda w: {"pk": w.past_release.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 302),
    ),
    "admin:exhibitors_application_licence": Owner(
        ("organiser", "exhibition"), lambda w: {"pk": w.foreign_application.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:awards_dossier_paper": Owner(
        ("organiser", "awards"), lambda w: {"pk": w.foreign_dossier.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:awards_entry_file": Owner(
        ("organiser", "awards"), lambda w: {"pk": w.entry.pk, "file": w.entry_file.pk},
        lambda w: [{"pk": w.draft.pk, "file": w.entry_file.pk}, {"pk": w.entry.pk, "file": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:notifications_message_html": Owner(
        ("organiser", "programme"), lambda w: {"pk": w.room_mail["forums"].pk}, lambda w: [{"pk": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:forums_forum_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.hosted.pk, "name": "publish"},
        lambda w: [{"object_id": 999_999_999, "name": "publish"}, {"object_id": w.hosted.pk, "name": "no-such"}], others=(403, 404, 302),
    ),
    "admin:forums_speaker_duplicates": Owner(("organiser", "programme"), nothing, none, others=(403, 302)),
    "admin:forums_speaker_show_duplicates": Owner(("organiser", "programme"), nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_speaker_known": Owner(("organiser", "programme"), nothing, none, others=(403, 302)),
    "admin:forums_speaker_show_known": Owner(("organiser", "programme"), nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_speaker_take_over": Owner(
        ("organiser", "programme"), lambda w: {"pk": w.known.pk, "earlier": w.known_earlier.pk},
        lambda w: [{"pk": w.known.pk, "earlier": w.speaker.pk}, {"pk": 999_999_999, "earlier": w.known_earlier.pk}], others=(403, 404, 302),
    ),
    "admin:forums_speaker_merge": Owner((), nothing, none, others=(403, 404, 302)),
    "admin:forums_speakermerge_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.merge.pk, "name": "undo"},
        lambda w: [{"object_id": 999_999_999, "name": "undo"}], others=(403, 404, 302),
    ),
    "admin:forums_feedback_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.feedback.pk, "name": "hide"},
        lambda w: [{"object_id": 999_999_999, "name": "hide"}], others=(403, 404, 302),
    ),
    "admin:forums_arrival_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.arrival.pk, "name": "undo"},
        lambda w: [{"object_id": 999_999_999, "name": "undo"}], others=(403, 404, 302),
    ),
    "admin:forums_arrival_at_the_door": Owner(("organiser", "programme"), nothing, none, others=(403, 302), statuses=(302,)),
    "admin:forums_slides_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.foreign_slides.pk, "name": "release"},
        lambda w: [{"object_id": 999_999_999, "name": "release"}], others=(403, 404, 302),
    ),
    "admin:forums_slides_file": Owner(
        ("organiser", "programme"), lambda w: {"pk": w.foreign_slides.current.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:forums_forumtask_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.task.pk, "name": "drop"},
        lambda w: [{"object_id": 999_999_999, "name": "drop"}], others=(403, 404, 302),
    ),
    "admin:forums_invitation_letter": Owner(
        ("organiser", "programme"), lambda w: {"pk": w.invitation.pk, "language": "en"},
        lambda w: [{"pk": w.invitation.pk, "language": "xx"}, {"pk": 999_999_999, "language": "en"}], others=(403, 404, 302),
    ),
    "admin:forums_booking_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.booking.pk, "name": "cancel"},
        lambda w: [{"object_id": 999_999_999, "name": "cancel"}], others=(403, 404, 302),
    ),
    "admin:forums_lottery_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.drawn.lottery.pk, "name": "draw"},
        lambda w: [{"object_id": 999_999_999, "name": "draw"}], others=(403, 404, 302),
    ),
    "admin:forums_invitation_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.invitation.pk, "name": "withdraw"},
        lambda w: [{"object_id": 999_999_999, "name": "withdraw"}], others=(403, 404, 302),
    ),
    "admin:forums_changerequest_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.change_request.pk, "name": "refuse"},
        lambda w: [{"object_id": 999_999_999, "name": "refuse"}, {"object_id": "x", "name": "refuse"}], others=(403, 404, 302),
    ),
    "admin:forums_forum_wording": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.hosted.pk}, lambda w: [{"object_id": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:forums_forum_material": Owner(
        ("organiser", "programme"), lambda w: {"pk": w.material.pk}, lambda w: [{"pk": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:forums_forumproposal_step": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.foreign_proposal.pk, "name": "accept"},
        lambda w: [{"object_id": w.proposal.pk, "name": "accept"}, {"object_id": 999_999_999, "name": "accept"}], others=(403, 404, 302),
    ),
    "admin:forums_forumproposal_review": Owner(
        ("organiser", "programme"), lambda w: {"object_id": w.foreign_proposal.pk},
        lambda w: [{"object_id": w.proposal.pk}, {"object_id": 999_999_999}], others=(403, 404, 302),
    ),
    "admin:exhibitors_application_step": Owner(
        ("organiser", "exhibition"), lambda w: {"object_id": w.foreign_application.pk, "name": "approve"},
        lambda w: [{"object_id": 999_999_999, "name": "approve"}], others=(403, 404, 302),
    ),
    "admin:awards_entry_step": Owner(
        ("organiser", "awards"), lambda w: {"object_id": w.entry.pk, "name": "reopen"},
        lambda w: [{"object_id": 999_999_999, "name": "reopen"}], others=(403, 404, 302),
    ),
}  # fmt: skip
# Addresses that only lead on to another one of the list.
LEADING_ON = {"admin:view_on_site", "admin:app_list", "admin:"}


def admin_desks(table, label):
    """Desks a table gives a model, the organisers always among them."""
    app = label.partition(".")[0]
    return (*ORGANISER, *table.get(label, table.get(app, ())))
