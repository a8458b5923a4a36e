"""Who may see what, address by address: the one list that says so in plain words.

A route that is not here fails the suite (guarantee S1). `own` answers the parameters of an object the page is meant for, `hidden` those
of objects that must look as if they were not there: somebody else's, a draft, another edition's, a made-up one.
"""

from tests.routes.kinds import (
    NOBODYS_CODE,
    NOBODYS_UUID,
    POSTED,
    STEPS,
    Account,
    Owner,
    Public,
    SignedIn,
    api_list,
    api_object,
    api_owned,
    code,
    exhibit_page,
    in_year,
    jobs_page,
    missing_code,
    no_year,
    none,
    nothing,
    owned,
    page_of_year,
    public_object,
)

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
