"""A file of forums and how it is sent through the pages of the desk."""

from django.urls import reverse

from tests.lib.tables import csv_bytes, upload

HEAD = ["论坛名称", "类型", "日期", "开始时间", "结束时间", "场馆", "会议室", "主办单位", "嘉宾"]
ROW = [
    "示例论坛",
    "行业论坛",
    "7月4日",
    "13:30",
    "17：00",
    "示例中心",
    "金厅",
    "示例单位甲、示例单位乙",
    "示例嘉宾 | 院长 | 示例大学",
]


def page(model, name="import_rows", **kwargs):
    return reverse(f"admin:forums_{model}_{name}", kwargs=kwargs)


def send(client, rows, model="forum", name="rows.csv", data=None):
    """Upload rows; the answer to what follows the redirect."""
    data = data if data is not None else csv_bytes(rows)
    return client.post(page(model), {"scope": "2024", "file": upload(data, name)}, follow=True)


def confirm(client, shown):
    return client.post(shown.request["PATH_INFO"], {"do": "import"}, follow=True)


def counts(shown):
    return {kind: count for kind, count in shown.context["preview"].counts.items() if count}


def faults(shown):
    return [(f.column, f.text) for row in shown.context["preview"].rows for f in row.faults]


def import_(client, rows, model="forum"):
    shown = send(client, rows, model)
    assert not faults(shown)
    return confirm(client, shown)
