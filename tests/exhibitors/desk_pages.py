"""What the pages of the exhibition desk send and answer."""

from django.contrib.auth.models import Group
from django.urls import reverse

from tests.lib.factories import UserFactory


def sign_in(client, desk):
    person = UserFactory(is_staff=True)
    person.groups.add(Group.objects.get(name=desk))
    client.force_login(person)
    return person


def change_url(row):
    return reverse(f"admin:exhibitors_{row._meta.model_name}_change", args=[row.pk])


def form(application, exhibits=(), allocations=(), **fields):
    """What the page of an application sends."""
    names = (
        "name_zh", "name_en", "kind", "category", "country", "city", "website", "profile_zh", "profile_en",
        "remarks", "contact_name", "contact_email", "contact_phone",
    )  # fmt: skip
    data = {name: getattr(application, name) for name in names}
    data |= {
        "edition": application.edition_id, "organisation": application.organisation_id,
        "block": application.block_id or "", "area_wanted": "", **fields,
    }  # fmt: skip
    for prefix, rows in (("exhibits", exhibits), ("allocations", allocations)):
        there = sum("id" in row for row in rows)
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": there}
        for n, row in enumerate(rows):
            data |= {f"{prefix}-{n}-{name}": value for name, value in row.items()}
            data[f"{prefix}-{n}-application"] = application.pk
    return data


def stand(booth, **fields):
    return {"booth": booth.pk, "released_at_0": "", "released_at_1": "", **fields}


def save(client, application, **given):
    return client.post(change_url(application), form(application, **given))


def refused(response):
    assert response.status_code == 200
    return " ".join(str(e) for e in response.context["errors"])
