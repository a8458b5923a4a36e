"""Who may see what, address by address: the one list that says so in plain words.

A route that is not here fails the suite (guarantee S1). `own` answers the parameters of an object the page is meant for, `hidden` those
of objects that must look as if they were not there: somebody else's, a draft, another edition's, a made-up one.
"""

import uuid
from dataclasses import dataclass, field

NOBODYS_CODE = "222222"
NOBODYS_UUID = uuid.UUID(int=7)


def nothing(w):
    return {}


def none(w):
    return []


@dataclass(frozen=True)
class Public:
    """The same 200 for everybody; hidden objects are a 404 for everybody."""

    own: object = nothing
    hidden: object = none
    status: int = 200


@dataclass(frozen=True)
class SignedIn:
    """A page of the person asking: a way to sign in for anonymous visitors, 200 for everybody else."""

    own: object = nothing
    hidden: object = none
    method: str = "get"
    statuses: tuple = (200,)


@dataclass(frozen=True)
class Owner:
    """For the roles named; for everybody else it is not there. Anonymous visitors are asked to sign in, whatever the object."""

    roles: tuple
    own: object
    hidden: object
    method: str = "get"
    statuses: tuple = (200,)
    data: dict = field(default_factory=dict)
    # What others get at the owner's object: not there, or (where the permission is what counts) refused.
    others: tuple = (404,)
    anonymous: tuple = (302,)


@dataclass(frozen=True)
class Account:
    """Pages of signing in: what matters is that they never fail; who is signed in is led on."""

    anonymous: tuple
    signed_in: tuple
    own: object = nothing


def code(obj):
    return {"code": obj.code}


def year_code(w, *objects):
    return [{"year": w.year, "code": getattr(o, "code", o)} for o in objects]


def missing_code(w):
    return {"code": NOBODYS_CODE}


def in_year(w):
    return {"year": w.year}


def no_year(w):
    return [{"year": 1999}]


def public_object(name, *hidden):
    """An object of the edition by code; made-up codes, the hidden ones, and the right one in another year are not there."""

    def own(w):
        return {"year": w.year, "code": getattr(w, name).code}

    def absent(w):
        wrong_year = {"year": 2023, "code": getattr(w, name).code}
        return [*year_code(w, NOBODYS_CODE, *(getattr(w, h) for h in hidden)), wrong_year]

    return Public(own, absent)


def page_of_year():
    return Public(in_year, no_year)


def owned(role, name, *foreign, **more):
    def own(w):
        return code(getattr(w, name))

    def hidden(w):
        return [missing_code(w), *(code(getattr(w, f)) for f in foreign)]

    return Owner((role,), own, hidden, **more)


def exhibit_page(**more):
    return Owner(
        ("exhibitor",),
        lambda w: {"code": w.application.code, "exhibit": w.draft_exhibit.code},
        lambda w: [
            {"code": w.foreign_application.code, "exhibit": w.foreign_exhibit.code},
            {"code": w.application.code, "exhibit": w.foreign_exhibit.code},
            {"code": w.application.code, "exhibit": NOBODYS_CODE},
        ],
        **more,
    )


def api_list():
    return Public()


def api_object(name, *hidden):
    return Public(
        lambda w: code(getattr(w, name)),
        lambda w: [missing_code(w), *(code(getattr(w, h)) for h in hidden)],
    )


def api_owned(role, name, foreign, **more):
    """The API says 401 where a page would lead to the sign-in."""
    return owned(role, name, foreign, anonymous=(401,), **more)


def jobs_page(**more):
    from tests.routes.world import DESKS

    return Owner(
        DESKS,
        lambda w, role: {"uuid": w.job[role].uuid},
        lambda w: [{"uuid": w.foreign_job.uuid}, {"uuid": NOBODYS_UUID}],
        others=(302,),  # the admin's sign-in: these people work at no desk
        **more,
    )


STEPS = (302, 400, 409, 422)
POSTED = (200, 302, 400, 409, 422)

EXPECTED = {
    # --- The public site ------------------------------------------------------------------------
    "site:home": Public(),
    "site:edition": page_of_year(),
    "site:map": page_of_year(),
    "site:hall": Public(
        lambda w: {"year": w.year, "hall": w.hall.key},
        lambda w: [{"year": w.year, "hall": "NOWHERE"}, {"year": 1999, "hall": w.hall.key}],
    ),
    "site:search": page_of_year(),
    "site:about": Public(),
    "forums:programme": page_of_year(),
    "forums:subscribe": page_of_year(),
    "forums:forum": public_object("forum", "hosted"),
    "forums:session": public_object("session", "draft_session"),
    "forums:speakers": page_of_year(),
    "forums:lots": public_object("drawn", "forum", "hosted"),
    "forums:speaker": public_object("speaker", "hidden_speaker"),
    "forums:schedule-json": page_of_year(),
    "forums:schedule-xml": page_of_year(),
    "forums:schedule2-json": page_of_year(),
    "forums:giggity-json": page_of_year(),
    "forums:schedule-ics": page_of_year(),
    "forums:forum-ics": public_object("forum", "hosted"),
    "forums:speaker-ics": public_object("speaker", "hidden_speaker"),
    "forums:room-ics": public_object("room"),
    "forums:rooms-json": page_of_year(),
    "forums:programme-widget": page_of_year(),
    "forums:booklet": Public(
        lambda w: {"year": w.year, "language": "zh"},
        lambda w: [{"year": w.year, "language": "en"}, {"year": 2025, "language": "zh"}, {"year": w.year, "language": "fr"}],
    ),
    "forums:mine": page_of_year(),
    "forums:mine-rows": page_of_year(),
    "forums:personal-ics": Public(
        lambda w: {"secret": w.feed_secret}, lambda w: [{"secret": "made-up"}, {"secret": "x" * 500}]
    ),
    "exhibitors:exhibitors": page_of_year(),
    "exhibitors:exhibitor": public_object("exhibitor", "application", "foreign_application"),
    "exhibitors:exhibits": page_of_year(),
    "exhibitors:exhibit": public_object("exhibit", "draft_exhibit", "foreign_exhibit"),
    "exhibitors:launches": page_of_year(),
    "awards:awards": page_of_year(),
    "awards:award": Public(
        lambda w: {"year": w.year, "award": "sail"},
        lambda w: [{"year": w.year, "award": "no-such"}, {"year": 1999, "award": "sail"}],
    ),
    "awards:winner": public_object("winner", "entry"),
    "awards:receipt": Public(
        lambda w: {"year": w.year, "token": w.receipt_token},
        lambda w: [
            {"year": w.year, "token": "SAIL2024-0001:forged"},
            {"year": 2023, "token": w.receipt_token},
        ],
    ),
    "visitors:visit": page_of_year(),
    "public-image": Public(
        lambda w: {"uuid": w.picture.uuid},
        lambda w: [{"uuid": w.private_file.uuid}, {"uuid": NOBODYS_UUID}],
    ),
    "health-live": Public(),
    "health-ready": Public(),
    "metrics": Public(),
    "favicon": Public(status=301),
    "robots": Public(),
    "sitemap": Public(),
    "api-root": Public(),
    "api-schema": Public(),
    "api-docs": Public(),
    # The demo's clock belongs to everybody; without the demo it is not there.
    "site:demo-clock": Public(status=404),
    # --- The portal -----------------------------------------------------------------------------
    "site:portal": SignedIn(),
    "accounts:profile": SignedIn(),
    "accounts:tokens": SignedIn(),
    "accounts:organisations": SignedIn(),
    "accounts:organisation": owned("exhibitor", "organisation", "foreign_organisation"),
    "accounts:join": SignedIn(hidden=lambda w: [{"token": "made-up"}], own=None),
    "notifications:inbox": SignedIn(),
    "notifications:message": Owner(
        ("every",),
        lambda w, role: {"uuid": w.message[role].uuid},
        lambda w: [{"uuid": w.foreign_message.uuid}, {"uuid": NOBODYS_UUID}],
    ),
    "forums:portal": SignedIn(),
    "forums:calendar-link": SignedIn(),
    "forums:hosted-forum": owned("host", "hosted", "forum"),
    "forums:invitation": owned("speaker", "invitation", "foreign_invitation"),
    "forums:invitation-letter": Owner(
        ("speaker",), lambda w: {"code": w.invitation.code, "language": "zh"},
        lambda w: [{"code": w.invitation.code, "language": "xx"}, {"code": w.foreign_invitation.code, "language": "zh"}],
    ),
    "forums:invitation-letter-by-link": Public(None, lambda w: [{"token": "made-up", "language": "zh"}]),
    "forums:invitation-by-link": Public(None, lambda w: [{"token": "made-up"}]),
    # Somebody who came by a personal link may be anonymous; without one there is nothing.
    "forums:speaking": owned("speaker", "own_speaker", "speaker", anonymous=(404,)),
    "forums:own-slides": Owner(
        ("speaker",),
        lambda w: {"code": w.own_speaker.code, "uuid": w.own_slides.current.file.uuid},
        lambda w: [
            {"code": w.own_speaker.code, "uuid": w.foreign_slides.current.file.uuid},
            {"code": w.speaker.code, "uuid": w.foreign_slides.current.file.uuid}, {"code": w.own_speaker.code, "uuid": NOBODYS_UUID},
        ],
        anonymous=(404,),
    ),
    "forums:hosted-slides": Owner(
        ("host",),
        lambda w: {"code": w.hosted.code, "pk": w.own_slides.participation_id},
        lambda w: [{"code": w.forum.code, "pk": w.foreign_slides.participation_id}, {"code": w.hosted.code, "pk": w.foreign_slides.participation_id}],
    ),
    "forums:hosted-slides-file": Owner(
        ("host",),
        lambda w: {"code": w.hosted.code, "pk": w.own_slides.participation_id},
        lambda w: [{"code": w.forum.code, "pk": w.foreign_slides.participation_id}, {"code": w.hosted.code, "pk": w.foreign_slides.participation_id}],
    ),
    "forums:hosted-streams": owned("host", "hosted", "forum"),
    "forums:slides": public_object("public_slides", "own_slides", "foreign_slides"),
    "forums:speaker-profile": owned("speaker", "own_speaker", "speaker", anonymous=(404,)),
    "forums:hosted-row-new": Owner(
        ("host",),
        lambda w: {"code": w.hosted.code, "part": "agenda"},
        lambda w: [{"code": w.forum.code, "part": "agenda"}, {"code": w.hosted.code, "part": "rooms"}, {"code": NOBODYS_CODE, "part": "guests"}],
    ),
    "forums:hosted-row": Owner(
        ("host",),
        lambda w: {"code": w.hosted.code, "part": "agenda", "pk": w.draft_session.pk},
        lambda w: [
            {"code": w.forum.code, "part": "agenda", "pk": w.session.pk},
            {"code": w.hosted.code, "part": "agenda", "pk": w.session.pk},
            {"code": w.hosted.code, "part": "guests", "pk": 999_999_999},
        ],
    ),
    "forums:hosted-material": Owner(
        ("host",),
        lambda w: {"code": w.hosted.code, "uuid": w.material.file.uuid},
        lambda w: [{"code": w.forum.code, "uuid": w.material.file.uuid}, {"code": w.hosted.code, "uuid": NOBODYS_UUID}],
    ),
    "forums:proposals": SignedIn(),
    "forums:proposal": owned("host", "proposal", "foreign_proposal"),
    "forums:proposal-edit": owned("host", "proposal", "foreign_proposal"),
    "forums:book": SignedIn(
        lambda w: code(w.bookable), lambda w: [code(w.hosted), missing_code(w)]
    ),
    "forums:feedback-forum": SignedIn(
        lambda w: code(w.forum), lambda w: [code(w.hosted), missing_code(w)]
    ),
    "forums:feedback-session": SignedIn(
        lambda w: code(w.session), lambda w: [code(w.draft_session), missing_code(w)]
    ),
    "forums:arrivals": Owner(("organiser", "programme"), nothing, none, others=(403,)),
    "forums:doors": Owner(("gate", "visitors", "organiser"), nothing, none, others=(403,)),
    "forums:door": Owner(
        ("gate", "visitors", "organiser"), lambda w: code(w.bookable), lambda w: [code(w.hosted), missing_code(w)], others=(403,),
    ),
    "exhibitors:application-list": SignedIn(),
    "exhibitors:application-new": SignedIn(),
    "exhibitors:application": owned("exhibitor", "application", "foreign_application"),
    "exhibitors:application-edit": owned("exhibitor", "application", "foreign_application"),
    "exhibitors:application-review": owned("exhibitor", "application", "foreign_application"),
    "exhibitors:application-withdraw": owned("exhibitor", "application", "foreign_application"),
    "exhibitors:application-file": Owner(
        ("exhibitor",),
        lambda w: {"code": w.application.code, "slot": "licence"},
        lambda w: [
            {"code": w.foreign_application.code, "slot": "licence"},
            {"code": w.application.code, "slot": "no-such"},
            {"code": NOBODYS_CODE, "slot": "licence"},
        ],
    ),
    "exhibitors:exhibit-new": owned("exhibitor", "application", "foreign_application"),
    "exhibitors:exhibit-edit": exhibit_page(),
    # Removing what is gone (a second click) leads back; so does somebody else's exhibit, which stays.
    "exhibitors:exhibit-remove": Owner(
        ("exhibitor",),
        lambda w: {"code": w.application.code, "exhibit": w.draft_exhibit.code},
        lambda w: [
            {"code": w.foreign_application.code, "exhibit": w.foreign_exhibit.code},
            {"code": NOBODYS_CODE, "exhibit": w.draft_exhibit.code},
        ],
        method="post",
        statuses=STEPS,
    ),
    # The sample exhibit has no picture, so there is nothing to be seen even for its owner.
    "exhibitors:exhibit-picture": exhibit_page(statuses=(404,)),
    "awards:entry-list": SignedIn(),
    "awards:entry-new": SignedIn(method="post", statuses=(302, 400, 404)),
    "awards:join": SignedIn(hidden=lambda w: [{"token": "made-up"}], own=None),
    "awards:entry": owned("applicant", "entry", "foreign_entry"),
    "awards:entry-form": owned("applicant", "draft", "foreign_entry"),
    "awards:entry-members": owned("applicant", "draft", "foreign_entry", method="post", statuses=POSTED),
    "awards:entry-receipt": owned("applicant", "entry", "foreign_entry"),
    "awards:entry-file": Owner(
        ("applicant",),
        lambda w: {"code": w.entry.code, "key": "paper"},
        lambda w: [
            {"code": w.foreign_entry.code, "key": "paper"},
            {"code": w.entry.code, "key": "no-such"},
            {"code": NOBODYS_CODE, "key": "paper"},
        ],
    ),
    "awards:judging": SignedIn(),
    "awards:review-paper": Owner(
        ("judge",),
        lambda w: {"stage": "final", "code": w.assignment.dossier.code},
        lambda w: [
            {"stage": "final", "code": w.foreign_dossier.code},
            {"stage": "first", "code": w.assignment.dossier.code},
            {"stage": "final", "code": NOBODYS_CODE},
            {"stage": "final", "code": w.entry.code},
        ],
    ),
    "awards:review": Owner(
        ("judge",),
        lambda w: {"stage": "final", "code": w.assignment.dossier.code},
        lambda w: [
            {"stage": "final", "code": w.foreign_dossier.code},
            {"stage": "first", "code": w.assignment.dossier.code},
            {"stage": "final", "code": NOBODYS_CODE},
            # A judge must not get from an entry's own code to its dossier.
            {"stage": "final", "code": w.entry.code},
        ],
    ),
    "visitors:tickets": SignedIn(),
    # Whoever may not scan is told so: the gate's address is no secret.
    "visitors:gate": Owner(
        ("gate", "visitors", "organiser"), nothing, none, others=(403,)
    ),
    # --- The API --------------------------------------------------------------------------------
    **{
        f"{name}-list": api_list()
        for name in ("edition", "forum", "session", "slot", "speaker", "exhibitor", "exhibit", "award", "winner", "call")
    },
    "edition-detail": Public(in_year, no_year),
    "forum-detail": api_object("forum", "hosted"),
    "session-detail": api_object("session", "draft_session"),
    "slot-detail": Public(
        lambda w: {"pk": w.slot.pk}, lambda w: [{"pk": w.draft_slot.pk}, {"pk": 0}, {"pk": "nonsense"}]
    ),
    "speaker-detail": api_object("speaker", "hidden_speaker"),
    "exhibitor-detail": api_object("exhibitor", "application", "foreign_application"),
    "exhibit-detail": api_object("exhibit", "draft_exhibit", "foreign_exhibit"),
    "award-detail": Public(lambda w: {"key": "sail"}, lambda w: [{"key": "no-such"}]),
    "winner-detail": api_object("winner", "entry"),
    "call-detail": Public(lambda w: {"pk": w.call.pk}, lambda w: [{"pk": 0}, {"pk": "nonsense"}]),
    # The visitor's seat is held, not offered: there is nothing to accept.
    # Nobody's stars are none; whose they are shows in the answer.
    "star-detail": Public(in_year, no_year),
    "booking-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "booking-detail": Owner(
        ("visitor",), lambda w: {"forum": w.booked.code}, lambda w: [{"forum": w.hosted.code}, {"forum": NOBODYS_CODE}], anonymous=(401,),
    ),
    "booking-accept": Owner(
        ("visitor",), lambda w: {"forum": w.booked.code}, lambda w: [{"forum": w.hosted.code}, {"forum": NOBODYS_CODE}],
        method="post", statuses=(409,), anonymous=(401,),
    ),
    "contribution-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "contribution-detail": Owner(
        ("speaker",), lambda w: {"pk": w.own_slides.participation_id}, lambda w: [{"pk": w.foreign_slides.participation_id}, {"pk": 0}], anonymous=(401,),
    ),
    "contribution-slides": Owner(
        ("speaker",), lambda w: {"pk": w.own_slides.participation_id}, lambda w: [{"pk": w.foreign_slides.participation_id}, {"pk": 0}],
        method="post", statuses=(400,), anonymous=(401,),
    ),
    "feedback-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "me-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "organisation-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "organisation-detail": api_owned("exhibitor", "organisation", "foreign_organisation"),
    "application-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "application-detail": api_owned("exhibitor", "application", "foreign_application"),
    "application-submit": api_owned("exhibitor", "application", "foreign_application", method="post", statuses=(200, 400, 409)),
    "application-withdraw": api_owned("exhibitor", "application", "foreign_application", method="post", statuses=(200, 400, 409)),
    "proposal-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "proposal-detail": api_owned("host", "proposal", "foreign_proposal"),
    "proposal-submit": api_owned("host", "proposal", "foreign_proposal", method="post", statuses=(400, 409)),
    "proposal-take-back": api_owned("host", "proposal", "foreign_proposal", method="post", statuses=(400, 409)),
    "proposal-withdraw": api_owned("host", "proposal", "foreign_proposal", method="post", statuses=(200, 400, 409)),
    "hosted-forum-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "hosted-forum-detail": api_owned("host", "hosted", "forum"),
    "hosted-forum-sessions": api_owned("host", "hosted", "forum", method="post", statuses=(400,)),
    "hosted-forum-guests": api_owned("host", "hosted", "forum", method="post", statuses=(400,)),
    "hosted-forum-session": Owner(
        ("host",), lambda w: {"code": w.hosted.code, "pk": w.draft_session.pk},
        lambda w: [{"code": w.hosted.code, "pk": w.session.pk}, {"code": w.forum.code, "pk": w.session.pk}],
        method="patch", statuses=(400, 415), anonymous=(401,),
    ),
    "hosted-forum-guest": Owner(
        ("host",), lambda w: {"code": w.hosted.code, "pk": w.hosted.participations.first().pk},
        lambda w: [{"code": w.hosted.code, "pk": 999_999_999}, {"code": w.forum.code, "pk": w.hosted.participations.first().pk}],
        method="patch", statuses=(400, 415), anonymous=(401,),
    ),
    "hosted-forum-hand-in": api_owned("host", "hosted", "forum", method="post", statuses=(200, 409)),
    "hosted-forum-withdraw": api_owned("host", "hosted", "forum", method="post", statuses=(409,)),
    "hosted-forum-take-out": api_owned("host", "hosted", "forum", method="post", statuses=(400,)),
    "entry-list": Owner(("every",), nothing, none, anonymous=(401,)),
    "entry-detail": api_owned("applicant", "entry", "foreign_entry"),
    "entry-files": Owner(
        ("applicant",),
        lambda w: {"code": w.draft.code, "key": "paper"},
        lambda w: [{"code": w.foreign_entry.code, "key": "paper"}, {"code": w.draft.code, "key": "no-such"}],
        method="post", statuses=(400,), anonymous=(401,),
    ),
    "entry-invite": api_owned("applicant", "draft", "foreign_entry", method="post", statuses=(400,)),
    "entry-submit": api_owned("applicant", "draft", "foreign_entry", method="post", statuses=(400, 409)),
    "entry-take-back": api_owned("applicant", "draft", "foreign_entry", method="post", statuses=(400, 409)),
    "entry-leave": api_owned("applicant", "draft", "foreign_entry", method="post", statuses=(204, 400)),
    "entry-withdraw": api_owned("applicant", "draft", "foreign_entry", method="post", statuses=(200, 400, 409)),
    # --- Signing in -----------------------------------------------------------------------------
    "account_login": Account((200,), (302,)),
    "account_signup": Account((200,), (302,)),
    "account_logout": Account((302,), (200,)),
    "account_inactive": Account((200,), (200,)),
    "account_reauthenticate": Account((302,), (200, 302)),
    "account_email": Account((302,), (200,)),
    "account_email_verification_sent": Account((200, 302), (200, 302)),
    "account_change_password": Account((302,), (200, 302)),
    "account_set_password": Account((302,), (200, 302)),
    "account_reset_password": Account((200,), (200, 302)),
    "account_reset_password_done": Account((200, 302), (200, 302)),
    "account_confirm_login_code": Account((302,), (302,)),
    "account_reset_password_from_key": Account((200,), (200, 302), own=lambda w: {"uidb36": "1", "key": "made-up"}),
    "account_reset_password_from_key_done": Account((200,), (200, 302)),
    "mfa_index": Account((302,), (200, 302)),
    "mfa_authenticate": Account((302,), (302,)),
    "mfa_reauthenticate": Account((302,), (200, 302)),
    "mfa_activate_totp": Account((302,), (200, 302)),
    "mfa_deactivate_totp": Account((302,), (302, 404)),
    "mfa_view_recovery_codes": Account((302,), (302, 404)),
    "mfa_generate_recovery_codes": Account((302,), (200, 302, 404)),
    "mfa_download_recovery_codes": Account((302,), (302, 404)),
    "usersessions_list": Account((302,), (200,)),
    # --- Desks ----------------------------------------------------------------------------------
    "jobs:list": Owner(("desks",), nothing, none, others=(302,)),
    "jobs:progress": jobs_page(),
    "jobs:result": jobs_page(),
    "jobs:cancel": jobs_page(method="post", statuses=(302,)),
    "jobs:again": jobs_page(method="post", statuses=(302,)),
    "reports:list": Owner(("desks",), nothing, none, others=(302,)),
    "reports:report": Owner(
        ("organiser", "programme", "press"), lambda w: {"key": "programme"}, lambda w: [{"key": "no-such"}], others=(403, 302),
    ),
    "reports:export": Owner(
        ("organiser", "programme", "press"), lambda w: {"key": "programme"}, lambda w: [{"key": "no-such"}], others=(403, 302),
        method="post", data={"form": "csv", "year": "2024"}, statuses=(302,),
    ),
}  # fmt: skip

# --- The admin, model by model ------------------------------------------------------------------

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
