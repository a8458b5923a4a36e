"""A host, their forum, and changes they ask for."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from forums.operations import changes
from tests.forums.factories import ForumFactory, published_forum


def hosted(person, published=False, **fields):
    forum = published_forum(**fields) if published else ForumFactory(**fields)
    forum.hosts.create(user=person)
    return forum


def desk_of(forum):
    return reverse("forums:hosted-forum", args=[forum.code])


def row_of(forum, part, row=None):
    if row is None:
        return reverse("forums:hosted-row-new", args=[forum.code, part])
    return reverse("forums:hosted-row", args=[forum.code, part, row.pk])


def ask(forum, by, **texts):
    """Ask for other texts; the pending request."""
    return changes.edit(forum, "text", "set", texts, by=by)


def code_of(work):
    with pytest.raises(ValidationError) as refusal:
        work()
    return {e.code for e in refusal.value.error_list}


NEW_GUEST = {"name_zh": "示例新嘉宾", "name_en": "", "role": "speaker", "title_zh": "教授", "title_en": "", "affiliation_zh": "示例大学", "affiliation_en": ""}  # fmt: skip
NEW_ITEM = {"kind": "speech", "title_zh": "示例新演讲", "title_en": "New talk", "abstract_zh": "", "abstract_en": "", "language": "zh"}  # fmt: skip
