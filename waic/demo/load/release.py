"""The demo's programme as it was announced: release 1, and one more where samples were added later."""

from forums.models import Forum
from forums.operations.releasing import next_number, release_programme
from forums.releases.shown import public_programme
from waic.demo.load.facts import at
from waic.lib import clock


def load_release(edition):
    """Release the programme unless it is; what a desk changed since stays its draft. Safe to repeat."""
    if _is_announced(edition):
        return
    words = {"note_zh": "正式日程", "note_en": "The programme", "tells": False}
    with clock.frozen_at(at("2024-07-01", "09:00")):
        release_programme(edition, by=None, expects=next_number(edition), **words)


def _is_announced(edition):
    """Whether a release has all that was loaded; samples may have come after it."""
    if not edition.releases.with_content().exists():
        return False
    known = {doc["pk"] for doc in public_programme(edition).as_released["forums"]}
    samples = Forum.objects.of_edition(edition).published().filter(is_sample=True)
    return known.issuperset(samples.values_list("pk", flat=True))
