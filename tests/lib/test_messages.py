"""The catalogues: nothing untranslated, nothing said in two ways, placeholders kept."""

import re

from django.core.management import call_command

from waic.lib.management.commands import messages

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]+\}|<[^>]+>")


def test_every_string_has_one_translation():
    call_command("messages", check=True)


def test_placeholders_survive_translation():
    wrong = []
    for path in messages.catalogue_paths():
        for message in messages.read_catalogue(path):
            if not message.id or not messages.is_translated(message):
                continue
            source = message.id if isinstance(message.id, str) else message.id[-1]
            said = message.string if isinstance(message.string, str) else message.string[0]
            if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(said)):
                wrong.append((path.parts[-5], source, said))
    assert wrong == []


def test_a_string_without_translation_is_named(monkeypatch):
    monkeypatch.setattr(messages, "strings_of", lambda path: [(1, "Never said before", [], None)])
    assert "Never said before" in set(messages.untranslated("lib"))
