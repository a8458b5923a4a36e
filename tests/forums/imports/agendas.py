"""A table of the agenda and how it is sent through the pages of the desk."""

from datetime import datetime

from django.urls import reverse

from tests.forums.factories import RoomFactory
from tests.lib.tables import csv_bytes, upload
from waic.lib import clock

HEAD = ["论坛", "环节", "形式", "开始", "结束", "嘉宾"]
ROW = ["示例论坛", "示例演讲", "圆桌", "9:00", "9:40", "示例嘉宾 | 院长 | 示例大学"]


def at(day, hour, minute=0):
    return datetime(2024, 7, day, hour, minute, tzinfo=clock.ZONE)


def gold():
    return RoomFactory._meta.model.objects.get(name_zh="金厅")


def page(model, name="import_rows", **kwargs):
    return reverse(f"admin:forums_{model}_{name}", kwargs=kwargs)


def send(client, data, model="session", name="rows.csv"):
    """Upload a file; the preview, or the upload page that says why there is none."""
    answer = client.post(page(model), {"scope": "2024", "file": upload(data, name)})
    return client.get(answer.headers["Location"]) if answer.status_code == 302 else answer


def bring(client, data, model="session", name="rows.csv"):
    """Upload, confirm, and the page of what was done."""
    shown = send(client, data, model, name)
    assert shown.context["preview"].is_possible, [
        row.faults for row in shown.context["preview"].rows
    ]
    return client.post(shown.wsgi_request.path, {"do": "import"}, follow=True)


def rows(*changes):
    """One row for each dict of changed cells; one plain row without any."""
    body = [
        [change.get(head, cell) for head, cell in zip(HEAD, ROW, strict=True)]
        for change in changes or ({},)
    ]
    return csv_bytes([HEAD, *body])
