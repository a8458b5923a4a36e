"""Where each text is read: address, who reads it, and what must be found there so that a page that shows nothing proves nothing."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Page:
    """`address(row)` → the page; `shown`: {row: fields}, every field where none is named."""

    name: str
    address: object
    shown: dict


def public(name, shown, *, arg=None):
    def address(row):
        return reverse(name, args=[2024, *([getattr(row, arg).code] if arg else [])])

    return Page(name, address, shown)


def portal(name, shown, **args):
    def address(row):
        return reverse(name, kwargs={key: getattr(row, attr).code for key, attr in args.items()})

    return Page(name, address, shown)


def admin(model, attr, shown, page="change"):
    def address(row):
        return reverse(f"admin:{model}_{page}", args=[getattr(row, attr).pk])

    return Page(f"{model} {page}", address, shown)


def searched(row):
    """The search for a word that the row's texts hold."""
    return f"{reverse('site:search', args=[2024])}?q={row.texts['speaker']['name_zh'].split()[-1]}"


PUBLIC = [
    public("exhibitors:exhibitor", {"approved": ("name_zh", "city", "profile_zh"), "exhibit": ("name_zh",)}, arg="approved"),
    public("exhibitors:exhibit", {"exhibit": ("name_zh", "category", "description_zh"), "approved": ("name_zh",)}, arg="exhibit"),
    public("forums:forum", {"forum": ("title_zh", "summary_zh"), "speaker": ("name_zh", "title_zh", "affiliation_zh")}, arg="forum"),
    public("forums:speaker", {"speaker": ("name_zh", "title_zh", "affiliation_zh", "bio_zh"), "forum": ("title_zh",)}, arg="speaker"),
    Page("site:search", searched, {"speaker": ("name_zh",)}),
]  # fmt: skip
# Seen once, with the rows of every payload on them.
PUBLIC_LISTS = {
    "exhibitors:exhibitors": {"approved": ("name_zh",)},
    "exhibitors:exhibits": {"exhibit": ("name_zh",)},
    "forums:programme": {"forum": ("title_zh",)},
    "forums:speakers": {"speaker": ("name_zh",)},
}
PORTAL = [
    portal("accounts:profile", {"person": ()}),
    portal("accounts:tokens", {"token": ()}),
    portal("accounts:organisations", {"organisation": ("name_zh",)}),
    portal("accounts:organisation", {"organisation": ()}, code="organisation"),
    portal("exhibitors:application-list", {"draft": ("name_zh",)}),
    portal("exhibitors:application", {"draft": ("name_zh",)}, code="draft"),
    portal("exhibitors:application-edit", {"draft": (), "licence": ()}, code="draft"),
    portal("exhibitors:application-review", {"draft": ("name_zh", "profile_zh", "remarks")}, code="draft"),
    portal("exhibitors:exhibit-edit", {"draft_exhibit": (), "launch": ()}, code="draft", exhibit="draft_exhibit"),
    portal("awards:entry-list", {"entry": ("title_zh",)}),
    portal("awards:entry", {"entry": ("title_zh",), "member": ()}, code="entry"),
    portal("awards:entry-form", {"entry": (), "answers": ()}, code="entry"),
    portal("forums:portal", {"forum": ("title_zh",)}),
    portal("forums:proposal-edit", {"proposal": ()}, code="proposal"),
    portal("forums:hosted-forum", {"forum": ()}, code="forum"),
    portal("forums:hosted-streams", {"stream": ()}, code="forum"),
    portal("forums:speaker-profile", {"speaker": ()}, code="speaker"),
    portal("forums:speaking", {"travel": ()}, code="speaker"),
    portal("forums:invitation", {"forum": ("title_zh",)}, code="invitation"),
    portal("visitors:tickets", {}),
]  # fmt: skip
ADMIN = [
    admin("accounts_user", "person", {"person": ()}),
    admin("accounts_organisation", "organisation", {"organisation": ()}),
    admin("exhibitors_application", "draft", {"draft": (), "licence": ()}),
    admin("exhibitors_application", "draft", {"step": ()}, page="history"),
    admin("exhibitors_exhibit", "draft_exhibit", {"draft_exhibit": (), "launch": ()}),
    admin("awards_entry", "entry", {"entry": (), "member": (), "answers": ()}),
    admin("awards_review", "review", {"review": ()}),
    admin("forums_speaker", "speaker", {"speaker": ()}),
    admin("forums_forum", "forum", {"forum": ()}),
    admin("forums_invitation", "invitation", {"invitation": ()}),
    admin("forums_travel", "travel", {"travel": ()}),
    admin("forums_feedback", "feedback", {"feedback": ()}),
    admin("visitors_registration", "registration", {"registration": ()}),
]  # fmt: skip
ADMIN_LISTS = {
    "accounts_user": {"person": ("name",)},
    "accounts_organisation": {"organisation": ("name_zh", "city")},
    "accounts_apitoken": {"token": ()},
    "exhibitors_application": {"approved": ("name_zh",)},
    "exhibitors_exhibit": {"exhibit": ("name_zh", "category")},
    "exhibitors_firstlaunch": {"draft_exhibit": ("name_zh",)},
    "awards_entry": {"entry": ("title_zh",)},
    "awards_review": {},
    "forums_speaker": {"speaker": ("name_zh",)},
    "forums_forum": {"forum": ("title_zh",)},
    "forums_invitation": {"speaker": ("name_zh",)},
    "visitors_registration": {"registration": ("name",)},
    "visitors_ticket": {},
    "lib_storedfile": {},
    "lib_steprecord": {},
}
