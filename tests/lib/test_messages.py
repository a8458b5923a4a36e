"""The catalogues: nothing untranslated, nothing said in two ways, placeholders kept."""

import re
from pathlib import Path

import unfold
from django.apps import apps
from django.core.management import call_command
from django.utils import translation
from django.utils.functional import Promise

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


# Parts of Unfold that are not installed here.
ABSENT = ("guardian", "constance", "import_export", "simple_history", "crispy")


def test_unfold_speaks_chinese():
    """Unfold ships no Chinese; locale/zh_Hans supplies what Django's own catalogues lack."""
    root = Path(unfold.__file__).parent
    files = [p for p in root.rglob("*") if p.suffix in {".py", ".html"}]
    missing = set()
    with translation.override("zh-hans"):
        for path in files:
            if any(part in path.as_posix() for part in ABSENT):
                continue
            for _line, message, _comments, context in messages.strings_of(path):
                if isinstance(message, list | tuple):
                    one, many = message[:2]
                    said = translation.ngettext(one, many, 2) != many
                elif message and context:
                    said = translation.pgettext(context, message) != message
                else:
                    said = not message or translation.gettext(message) != message
                # Nothing but placeholders needs no translation.
                if not said and re.search("[A-Za-z]", PLACEHOLDER.sub("", str(message))):
                    missing.add(str(message))
    assert missing == set()


# Columns nobody sees: keys of rows, sorting, search, what the product keeps for itself.
UNSEEN = {
    "times", "announced", "takes_time", "moved_at", "link_version", "kept_version", "progress", "trouble", "sha256",
    "id", "uuid", "sort_key", "digest", "vector", "body", "entry_key", "typed", "holds_room", "nonce", "sequence", "password",
}  # fmt: skip
# Rows that are shown in sentences on the page of another row.
IN_SENTENCES = {"forums.PlanMove", "forums.PlanWish"}


def test_every_column_has_a_name_in_both_languages():
    """A field without a name of its own would show English words derived from the code."""
    own = [m for m in apps.get_models() if m.__module__.startswith(("waic.", "forums.", "exhibitors.", "awards."))]  # fmt: skip
    nameless = [
        f"{model._meta.label}.{field.name}"
        for model in own
        for field in model._meta.fields
        if field.name not in UNSEEN
        and model._meta.label not in IN_SENTENCES
        and not field.auto_created
        and not isinstance(field.verbose_name, Promise)
    ]
    assert nameless == []
