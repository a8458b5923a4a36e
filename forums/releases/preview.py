"""The draft as the public page will look: the same views and templates, for the desk alone."""

from forums.releases.shown import showing_the_draft


def draft_page(request, year, code=None):
    """The programme, or one forum, of the draft. Nobody keeps it, and no cache sees it."""
    from forums.views.forum import ForumView
    from forums.views.programme import ProgrammeView

    # Not as_view: that one marks the answer as public.
    view = ForumView() if code else ProgrammeView()
    with showing_the_draft():
        view.setup(request, year=year, **({"code": code} if code else {}))
        view.extra_context = {"is_draft": True}
        response = view.dispatch(request, year=year, **({"code": code} if code else {})).render()
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
