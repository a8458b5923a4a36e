"""Everything the programme is made of, a file per subject."""

from forums.models.arrival import ARRIVAL, Arrival, ArrivalState
from forums.models.booking import Booking, BookingState
from forums.models.booklet import Booklet, BookletLanguage
from forums.models.change_request import CHANGE, ChangeRequest, ChangeState, ForumMaterial
from forums.models.feed import PersonalFeed
from forums.models.feedback import FEEDBACK, RATINGS, Feedback, FeedbackState
from forums.models.forum import Forum, ForumPart, ForumState
from forums.models.invitation import Invitation, InvitationState
from forums.models.involved import ForumHost, ForumOrganisation, OrganisationRole
from forums.models.kind import ForumKind
from forums.models.letter import LetterSeries
from forums.models.merge import MergeState, SpeakerMerge
from forums.models.plan import MoveState, PlanMove, PlanRun, PlanState, PlanTrouble, PlanWish
from forums.models.pool import Lottery, LotteryState, PoolKind, SeatPool
from forums.models.proposal import (
    DECIDED,
    PROPOSAL,
    TAKEN,
    Currency,
    ForumCall,
    ForumCriterion,
    ForumProposal,
    ProposalState,
)
from forums.models.release import Release, ReleasePolicy
from forums.models.review import ProposalReview
from forums.models.rules import Availability, ProtocolItem, RuleLevel, RuleSetting
from forums.models.session import (
    Participation,
    ParticipationRole,
    Session,
    SessionKind,
    Slot,
    SlotState,
)
from forums.models.slides import (
    SLIDES,
    Contribution,
    Slides,
    SlidesExtension,
    SlidesFile,
    SlidesState,
)
from forums.models.speaker import Honour, HonourKind, Speaker
from forums.models.speaking import Consent, ConsentKind, Travel
from forums.models.stage import StageRules
from forums.models.star import Star
from forums.models.stream import StreamKind, StreamLink
from forums.models.task import ForumTask, TaskState
from forums.models.wording import Wording

__all__ = [
    "ARRIVAL",
    "CHANGE",
    "DECIDED",
    "FEEDBACK",
    "PROPOSAL",
    "RATINGS",
    "SLIDES",
    "TAKEN",
    "Arrival",
    "ArrivalState",
    "Availability",
    "Booking",
    "BookingState",
    "Booklet",
    "BookletLanguage",
    "ChangeRequest",
    "ChangeState",
    "Consent",
    "ConsentKind",
    "Contribution",
    "Currency",
    "Feedback",
    "FeedbackState",
    "Forum",
    "ForumCall",
    "ForumCriterion",
    "ForumHost",
    "ForumKind",
    "ForumMaterial",
    "ForumOrganisation",
    "ForumPart",
    "ForumProposal",
    "ForumState",
    "ForumTask",
    "Honour",
    "HonourKind",
    "Invitation",
    "InvitationState",
    "LetterSeries",
    "Lottery",
    "LotteryState",
    "MergeState",
    "MoveState",
    "OrganisationRole",
    "Participation",
    "ParticipationRole",
    "PersonalFeed",
    "PlanMove",
    "PlanRun",
    "PlanState",
    "PlanTrouble",
    "PlanWish",
    "PoolKind",
    "ProposalReview",
    "ProposalState",
    "ProtocolItem",
    "Release",
    "ReleasePolicy",
    "RuleLevel",
    "RuleSetting",
    "SeatPool",
    "Session",
    "SessionKind",
    "Slides",
    "SlidesExtension",
    "SlidesFile",
    "SlidesState",
    "Slot",
    "SlotState",
    "Speaker",
    "SpeakerMerge",
    "StageRules",
    "Star",
    "StreamKind",
    "StreamLink",
    "TaskState",
    "Travel",
    "Wording",
]
