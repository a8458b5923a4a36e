"""Where an application stands, as a person sees it: the line of turns and the one next step."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from exhibitors.models import ApplicationState as State
from waic.lib.templatetags.dates import day, moment
from waic.lib.turns import Turn, Turns

_REACHED = {State.DRAFT: 0, State.SUBMITTED: 1, State.CHANGES: 2}


@dataclass(frozen=True)
class NextStep:
    """One thing to do or to wait for. `gaps` are what is still missing."""

    heading: str
    words: str
    url: str = ""
    label: str = ""
    due: datetime | None = None
    gaps: list = field(default_factory=list)
    is_yours: bool = False


def call_of(application):
    return getattr(application.edition, "exhibition_call", None)


def turns(application, records):
    """Submit (yours), review (ours), change if asked (yours), decision (ours). `records`: its steps, newest first."""
    state, call = application.state, call_of(application)
    asked = any(r.step in ("ask_for_changes", "reopen") for r in records)
    decided = state in (State.APPROVED, State.DECLINED)
    reached = _REACHED.get(state, 3)
    if state == State.WITHDRAWN:
        reached = 0
    submitted = day(application.submitted_at) if application.submitted_at else ""
    until = _("until %(when)s") % {"when": moment(call.closes_at)} if call else ""
    change_note = "" if asked else _("if asked for")
    if state == State.CHANGES and records:
        change_note = day(records[0].taken_at)
    steps = [
        Turn(_("Fill in and submit"), "theirs", submitted or until, is_done=reached > 0),
        Turn(_("Review"), "ours", "", is_done=reached > 1),
        Turn(_("Change what is asked for"), "theirs", change_note, is_done=decided),
        Turn(
            State.DECLINED.label if state == State.DECLINED else _("Decision"), "ours",
            day(application.decided_at) if decided else "", is_done=decided,
        ),
    ]  # fmt: skip
    if not decided and state != State.WITHDRAWN:
        here = steps[reached]
        steps[reached] = Turn(here.name, here.side, here.note, is_current=True)
    return Turns(steps)


def next_step(application, gaps, *, reason="", may_edit=True):
    """What the person is to do now, or what happens next without them."""
    call = call_of(application)
    edit = reverse("exhibitors:application-edit", args=[application.code])
    review = reverse("exhibitors:application-review", args=[application.code])
    if application.state == State.DRAFT and not (call and call.is_open):
        return NextStep(
            _("The call for exhibitors is closed"),
            _("What you filled in stays here, but it can no longer be submitted."),
        )
    if application.is_editable:
        heading = (
            _("Next: complete the application") if gaps else _("Next: look it over and submit")
        )
        words = _("Everything is saved as you type; you can go on from any device.")
        if application.state == State.CHANGES:
            heading, words = _("Next: change what the desk asks for"), reason
        due = call.closes_at if call and application.state == State.DRAFT else None
        return NextStep(
            heading, words, url=edit if gaps or application.state == State.CHANGES else review,
            label=_("Look it over and submit") if not gaps and application.state == State.DRAFT else _("Go on"),
            due=due, gaps=gaps, is_yours=may_edit,
        )  # fmt: skip
    return _waiting_or_over(application, call, reason)


def _waiting_or_over(application, call, reason):
    again = reverse("exhibitors:application-new") if call and call.is_open else ""
    return {
        State.SUBMITTED: NextStep(
            _("The exhibition desk looks at your application"),
            _("There is nothing for you to do. We write to you as soon as there is an answer."),
        ),
        State.APPROVED: NextStep(
            _("You are an exhibitor"), _("Your organisation and its exhibits are on the site."),
            url=reverse("exhibitors:exhibitor", args=[application.edition.year, application.code]),
            label=_("See your public page"),
        ),
        State.DECLINED: NextStep(_("The application was declined"), reason),
        State.WITHDRAWN: NextStep(
            _("You withdrew this application"), reason, url=again, label=_("Apply anew") if again else ""
        ),
    }[application.state]  # fmt: skip
