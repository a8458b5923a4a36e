"""Every text field of the project: who types it. A new one belongs to one of the two lists (guarantee S8)."""

from django.apps import apps

from waic.lib.text import LineField, ProseField

# Typed by people outside the desks: a payload goes through each of these.
TYPED = {
    "accounts.user": ("name", "phone"),
    "accounts.organisation": ("name_zh", "name_en", "city"),
    "accounts.apitoken": ("name",),
    "exhibitors.application": (
        "name_zh", "name_en", "category", "city", "profile_zh", "profile_en", "contact_name", "contact_phone", "remarks",
    ),
    "exhibitors.exhibit": ("name_zh", "name_en", "category", "description_zh", "description_en"),
    "exhibitors.firstlaunch": ("evidence",),
    "awards.entry": ("title_zh", "title_en", "organisation"),
    "awards.entrymember": ("name",),
    "awards.review": ("comment",),
    "forums.speaker": (
        "name_zh", "name_en", "title_zh", "title_en", "affiliation_zh", "affiliation_en", "bio_zh", "bio_en",
    ),
    "forums.forum": ("title_zh", "title_en", "summary_zh", "summary_en"),
    "forums.forumproposal": ("title_zh", "title_en", "theme", "outline", "guests", "past"),
    "forums.invitation": ("answer",),
    "forums.feedback": ("text",),
    "forums.streamlink": ("title_zh", "title_en"),
    "forums.travel": ("arrives_by", "departs_by", "hotel", "contact"),
    "visitors.registration": ("name", "organisation", "city"),
    "lib.storedfile": ("name",),
    "lib.steprecord": ("reason",),
}  # fmt: skip
# Texts the rows above are copied to, and what the product words itself.
COPIES = {
    "awards.dossier", "editions.searchentry", "lib.jobrun", "notifications.message",
}  # fmt: skip
# Typed at a desk, by people who may change the site anyhow.
DESK = {
    "accounts.organisation": ("short_name", "credit_code", "source"),
    "exhibitors.application": ("source",),
    "exhibitors.firstlaunch": ("remark",),
    "exhibitors.fieldname": ("name_zh", "name_en"),
    "forums.forum": ("theme", "external_id", "source"),
    "forums.forumproposal": ("answer",),
    "forums.changerequest": ("answer",),
    "forums.invitation": ("message",),
    "forums.speaker": ("source",),
}
DESK_MODELS = {
    "awards.award", "awards.call", "awards.conflict", "awards.criterion", "awards.formfield", "awards.stage", "awards.track",
    "awards.winner", "editions.edition", "editions.hall", "editions.openinghours", "editions.publishedfigure", "editions.room",
    "editions.target", "editions.venue", "exhibitors.block", "exhibitors.booth", "exhibitors.exhibitioncall", "forums.forumcall",
    "forums.forumcriterion", "forums.forumkind", "forums.planmove", "forums.proposalreview", "forums.slidesextension", "forums.contribution",
    "forums.forumpart", "forums.honour", "forums.participation", "forums.protocolitem", "forums.release", "forums.session",
    "notifications.suppression", "notifications.templatetext", "visitors.gate", "visitors.tickettype",
}  # fmt: skip


def text_fields():
    """{label: names} of every text field of our models; the rows of the history are copies of them."""
    found = {}
    for model in apps.get_models():
        names = [
            f.name for f in model._meta.concrete_fields if isinstance(f, LineField | ProseField)
        ]
        if names and not hasattr(model, "pgh_tracked_model"):
            found[model._meta.label_lower] = names
    return found


def unlisted():
    """Text fields that are in neither list, as "label.name"."""
    whole = COPIES | DESK_MODELS
    return [
        f"{label}.{name}"
        for label, names in text_fields().items()
        if label not in whole
        for name in names
        if name not in (*TYPED.get(label, ()), *DESK.get(label, ()))
    ]
