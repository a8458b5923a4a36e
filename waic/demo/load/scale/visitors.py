"""Sample visitors: registrations by the hundred thousand, with tickets as far as the days' quotas go."""

import uuid
from datetime import timedelta
from itertools import cycle

from django.db import connection, transaction
from django.db.models import F

from waic.demo.load.facts import at
from waic.lib.codes import new_codes
from waic.visitors.models import DayQuota, Registration, Ticket

FROM = (("CN", "上海"), ("CN", "苏州"), ("CN", "杭州"), ("CN", "上海"), ("CN", "北京"), ("SG", ""), ("CN", "上海"), ("US", ""))  # fmt: skip
OPENED = at("2024-06-01", "09:00")


@transaction.atomic
def register_visitors(edition, count):
    """Registrations until the edition has `count`; each new one gets a ticket while a day has places."""
    missing = max(0, count - edition.registrations.count())
    if not missing:
        return
    codes = new_codes(missing, Registration.objects.values_list("code", flat=True))
    columns = ("edition_id", "code", "name", "email", "organisation", "country", "city", "is_sample", "registered_at")  # fmt: skip
    _copy(
        Registration,
        columns,
        (
            (edition.pk, code, f"示例观众 {n:06}", "", "", country, city, True, OPENED + timedelta(seconds=8 * n))
            for n, (code, (country, city)) in enumerate(zip(codes, cycle(FROM), strict=False), 1)
        ),
    )  # fmt: skip
    _tickets(edition)


def _tickets(edition):
    kind = edition.ticket_types.get(key="public")
    waiting = edition.registrations.filter(is_sample=True, tickets=None)
    ids = waiting.order_by("pk").values_list("pk", flat=True).iterator()
    for quota in DayQuota.objects.select_for_update().filter(edition=edition).order_by("date"):
        chosen = [pk for pk, _place in zip(ids, range(quota.left), strict=False)]
        _copy(
            Ticket,
            ("registration_id", "ticket_type_id", "uuid", "date", "state", "revision", "issued_at"),
            ((pk, kind.pk, uuid.uuid4(), quota.date, "valid", 1, OPENED) for pk in chosen),
        )
        DayQuota.objects.filter(pk=quota.pk).update(taken=F("taken") + len(chosen))


def _copy(model, columns, rows):
    """PostgreSQL's COPY: tens of thousands of rows a second."""
    table = model._meta.db_table
    with connection.cursor() as cursor, cursor.cursor.copy(
        f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    ) as copy:  # fmt: skip
        for row in rows:
            copy.write_row(row)
