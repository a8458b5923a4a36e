"""Addresses of the programme, its feeds and the stage's part of the portal."""

from django.urls import path

from forums import feeds
from forums.views import (
    arrivals,
    booking,
    calendar,
    door,
    feedback,
    forum,
    hosting,
    invitation,
    mine,
    people,
    portal,
    programme,
    proposal_form,
    proposals,
    slides,
    speaking,
    streams,
    subscribe,
)
from waic.lib.toolong import answered_when_too_long

app_name = "forums"
urlpatterns = [
    path("<int:year>/programme/", programme.ProgrammeView.as_view(), name="programme"),
    path(
        "<int:year>/programme/booklet-<str:language>.pdf",
        programme.booklet_pdf,
        name="booklet",
    ),
    path("<int:year>/programme/subscribe/", subscribe.SubscribeView.as_view(), name="subscribe"),
    path("<int:year>/programme/mine/", mine.MineView.as_view(), name="mine"),
    path("<int:year>/programme/mine/rows/", mine.MineRowsView.as_view(), name="mine-rows"),
    path("<int:year>/forums/<code:code>/", forum.ForumView.as_view(), name="forum"),
    path("<int:year>/sessions/<code:code>/", forum.SessionView.as_view(), name="session"),
    path("<int:year>/speakers/", people.SpeakersView.as_view(), name="speakers"),
    path("<int:year>/speakers/<code:code>/", people.SpeakerView.as_view(), name="speaker"),
    path("<int:year>/programme/schedule.json", feeds.schedule_json, name="schedule-json"),
    path("<int:year>/programme/schedule.xml", feeds.schedule_xml, name="schedule-xml"),
    path("<int:year>/programme/schedule2-alpha3.json", feeds.schedule2_json, name="schedule2-json"),
    path("<int:year>/programme/giggity.json", feeds.giggity_json, name="giggity-json"),
    path("<int:year>/programme/schedule.ics", feeds.schedule_ics, name="schedule-ics"),
    path("<int:year>/forums/<code:code>.ics", feeds.forum_ics, name="forum-ics"),
    path("<int:year>/speakers/<code:code>.ics", feeds.speaker_ics, name="speaker-ics"),
    path("<int:year>/halls/<code:code>.ics", feeds.room_ics, name="room-ics"),
    path("feeds/<str:secret>.ics", feeds.personal_ics, name="personal-ics"),
    path("portal/stage/calendar/", calendar.CalendarLinkView.as_view(), name="calendar-link"),
    path("<int:year>/programme/widget/", programme.WidgetView.as_view(), name="programme-widget"),
    path("<int:year>/rooms.json", feeds.rooms_json, name="rooms-json"),
    path("portal/stage/", portal.StageView.as_view(), name="portal"),
    path(
        "portal/stage/forums/<code:code>/", hosting.HostedForumView.as_view(), name="hosted-forum"
    ),
    path(
        "portal/stage/invitations/<code:code>/",
        invitation.InvitationView.as_view(),
        name="invitation",
    ),
    path(
        "portal/stage/invitations/<code:code>/letter-<str:language>.pdf",
        invitation.InvitationLetterView.as_view(),
        name="invitation-letter",
    ),
    path(
        "portal/stage/by-link/<str:token>/",
        invitation.InvitationByLinkView.as_view(),
        name="invitation-by-link",
    ),
    path(
        "portal/stage/by-link/<str:token>/letter-<str:language>.pdf",
        invitation.InvitationLetterByLinkView.as_view(),
        name="invitation-letter-by-link",
    ),
    path(
        "portal/stage/speaking/<code:code>/",
        speaking.SpeakingView.as_view(),
        name="speaking",
    ),
    path(
        "portal/stage/speaking/<code:code>/slides/<uuid:uuid>/",
        slides.OwnSlidesFileView.as_view(),
        name="own-slides",
    ),
    path(
        "portal/stage/forums/<code:code>/slides/<int:pk>/",
        slides.HostedSlidesView.as_view(),
        name="hosted-slides",
    ),
    path(
        "portal/stage/forums/<code:code>/slides/<int:pk>/file/",
        slides.HostedSlidesFileView.as_view(),
        name="hosted-slides-file",
    ),
    path(
        "portal/stage/forums/<code:code>/streams/",
        streams.HostedStreamsView.as_view(),
        name="hosted-streams",
    ),
    path("<int:year>/slides/<code:code>/", slides.public_slides, name="slides"),
    path(
        "portal/stage/profile/<code:code>/",
        portal.SpeakerProfileView.as_view(),
        name="speaker-profile",
    ),
    path(
        "portal/stage/forums/<code:code>/materials/<uuid:uuid>/",
        hosting.MaterialView.as_view(),
        name="hosted-material",
    ),
    path(
        "portal/stage/forums/<code:code>/<slug:part>/new/",
        hosting.HostedRowView.as_view(),
        name="hosted-row-new",
    ),
    path(
        "portal/stage/forums/<code:code>/<slug:part>/<int:pk>/",
        hosting.HostedRowView.as_view(),
        name="hosted-row",
    ),
    path("portal/stage/proposals/", proposals.ProposalListView.as_view(), name="proposals"),
    path("portal/stage/proposals/<code:code>/", proposals.ProposalView.as_view(), name="proposal"),
    path(
        "portal/stage/proposals/<code:code>/form/",
        answered_when_too_long(
            proposal_form.ProposalFormView.as_view(), proposal_form.ProposalTooLongView.as_view()
        ),
        name="proposal-edit",
    ),
    path("portal/bookings/<code:code>/", booking.BookView.as_view(), name="book"),
    path(
        "portal/feedback/forums/<code:code>/",
        feedback.ForumFeedbackView.as_view(),
        name="feedback-forum",
    ),
    path(
        "portal/feedback/sessions/<code:code>/",
        feedback.SessionFeedbackView.as_view(),
        name="feedback-session",
    ),
    path("gate/arrivals/", arrivals.ArrivalsView.as_view(), name="arrivals"),
    path("gate/forums/", door.DoorsView.as_view(), name="doors"),
    path("gate/forums/<code:code>/", door.DoorView.as_view(), name="door"),
    path("<int:year>/forums/<code:code>/lots.txt", forum.lots_txt, name="lots"),
]
