"""What is only read is read quickly, and says the same as the framework's own serializers say."""

from datetime import UTC, datetime

import pytest
from rest_framework import serializers

from forums.api import reading as programme
from forums.models import Slot
from tests.forums.factories import RoomFactory, SessionFactory, SlotFactory
from waic.lib.api_reading import shown

pytestmark = pytest.mark.django_db


class PlainSlot(serializers.ModelSerializer):
    """The same fields, read by the framework."""

    session = serializers.CharField(source="session.code", read_only=True)
    forum = serializers.CharField(source="session.forum.code", read_only=True)
    room = serializers.CharField(source="room.code", read_only=True, default=None)

    class Meta(programme.SlotSerializer.Meta):
        pass


@pytest.mark.parametrize("in_a_room", [True, False])
def test_row_reads_as_the_framework_reads_it(in_a_room):
    room = RoomFactory() if in_a_room else None
    slot = SlotFactory(room=room, starts_at=datetime(2024, 7, 5, 1, 30, tzinfo=UTC), ends_at=datetime(2024, 7, 5, 2, 30, tzinfo=UTC))  # fmt: skip
    assert programme.SlotSerializer(slot).data == PlainSlot(slot).data
    assert programme.SlotSerializer(slot).data["starts_at"] == "2024-07-05T09:30:00+08:00"


def test_rows_come_in_one_query_with_the_columns_shown(django_assert_num_queries):
    for session in SessionFactory.create_batch(3):
        SlotFactory(session=session)
    with django_assert_num_queries(1):
        rows = programme.SlotSerializer(shown(Slot.objects, programme.SlotSerializer), many=True).data  # fmt: skip
    assert len(rows) == 3
    assert "title_zh" in shown(Slot.objects, programme.SlotSerializer).first().session.get_deferred_fields()  # fmt: skip
