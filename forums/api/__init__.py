"""The programme's part of the API, a module per subject."""

from forums.api.bookings import BookingViewSet
from forums.api.contributions import ContributionViewSet
from forums.api.feedback import FeedbackViewSet
from forums.api.hosting import HostedForumViewSet
from forums.api.proposals import ProposalViewSet
from forums.api.reading import ForumViewSet, SessionViewSet, SlotViewSet, SpeakerViewSet
from forums.api.stars import StarViewSet

# (prefix, viewset, basename), registered by waic.api.
routes = [
    ("forums", ForumViewSet, "forum"),
    ("sessions", SessionViewSet, "session"),
    ("slots", SlotViewSet, "slot"),
    ("speakers", SpeakerViewSet, "speaker"),
    ("bookings", BookingViewSet, "booking"),
    ("proposals", ProposalViewSet, "proposal"),
    ("hosted-forums", HostedForumViewSet, "hosted-forum"),
    ("stars", StarViewSet, "star"),
    ("contributions", ContributionViewSet, "contribution"),
    ("feedback", FeedbackViewSet, "feedback"),
]
