"""What people type never runs, anywhere (S8): each payload through every text field into every kind of page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import UserFactory
from tests.security import addresses, fields
from tests.security.corpus import CELLS, PAYLOADS, squeezed, troubles_of_html, words_of_html

# What begins a cell is nothing to a page, and the admin escapes all its texts in the same few widgets.
TO_A_PAGE = pytest.mark.parametrize("payload", [p for p in PAYLOADS if p not in CELLS])
TO_A_DESK = pytest.mark.parametrize("payload", ["raw text", "attribute", "template", "link"])


@pytest.fixture(scope="module")
def desk(world):
    client = Client()
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def look(client, address, wanted):
    """Fails by address and field: what runs, and what is not to be read as it was typed."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.get("Location"))
    text = answer.content.decode()
    assert troubles_of_html(text) == [], address
    words = words_of_html(text)
    assert [name for name, typed in wanted.items() if squeezed(typed) not in words] == [], address


def test_every_text_field_is_listed():
    assert fields.unlisted() == []
    real = fields.text_fields()
    assert [label for label, names in fields.TYPED.items() if not set(names) <= set(real[label])] == []  # fmt: skip


def test_every_typed_field_is_looked_for(world):
    row = world.rows["script"]
    pages = [*addresses.PUBLIC, *addresses.PORTAL, *addresses.ADMIN]
    looked_for = {name for page in pages for name in row.wanted(page.shown)}
    lists = [*addresses.PUBLIC_LISTS.values(), *addresses.ADMIN_LISTS.values()]
    looked_for |= {name for shown in lists for name in row.wanted(shown)}
    twins = {"approved": "draft", "exhibit": "draft_exhibit"}
    every = {f"{twins.get(key, key)}.{name}" for key, texts in row.texts.items() for name in texts}
    assert sorted(every - looked_for) == []


@pytest.mark.parametrize("payload", ["script", "attribute", "quote", "image", "template", "link"])
def test_the_look_notices_a_page_that_does_not_escape(payload):
    typed = PAYLOADS[payload]
    naive = f'<a href="{typed}">{typed}</a>'.replace('{{ 7|add:"7" }}', "14")
    assert troubles_of_html(naive) != []


@TO_A_PAGE
def test_public_pages(world, payload, client):
    row = world.rows[payload]
    for page in addresses.PUBLIC:
        look(client, page.address(row), row.wanted(page.shown))


@pytest.mark.parametrize("name", addresses.PUBLIC_LISTS)
def test_public_lists(world, name, client):
    day = "?day=2024-07-05" if name == "forums:programme" else ""
    look(client, reverse(name, args=[2024]) + day, all_wanted(world, addresses.PUBLIC_LISTS[name]))


@TO_A_PAGE
def test_portal_pages(world, payload, client):
    row = world.rows[payload]
    client.force_login(row.person)
    for page in addresses.PORTAL:
        look(client, page.address(row), row.wanted(page.shown))


@TO_A_DESK
def test_admin_forms(world, payload, desk):
    row = world.rows[payload]
    for page in addresses.ADMIN:
        look(desk, page.address(row), row.wanted(page.shown))


@pytest.mark.parametrize("name", addresses.ADMIN_LISTS)
def test_admin_lists(world, name, desk):
    address = reverse(f"admin:{name}_changelist")
    look(desk, f"{address}?all=", all_wanted(world, addresses.ADMIN_LISTS[name]))


def all_wanted(world, shown):
    return {
        f"{payload} {name}": text
        for payload, row in world.rows.items()
        for name, text in row.wanted(shown).items()
    }
