"""Extract the strings of an app into its Chinese catalogue and compile catalogues, without gettext tools.

manage.py messages forums        extract forums/ and templates/forums/, then compile
manage.py messages --compile     compile every catalogue
manage.py messages --check       exit 1 when a string has no translation, or another one in another app (Django
                                 merges all catalogues, so one of them would never be seen: give it a context)
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "N_": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
LOCALE = "zh_Hans"
SHARED_TEMPLATES = "lib"
# allauth names its template folders; their strings are the accounts' business.
FOLDERS = {"accounts": ["accounts", "account", "mfa", "usersessions", "allauth"]}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("apps", nargs="*")
        parser.add_argument("--compile", action="store_true")
        parser.add_argument("--check", action="store_true")

    def handle(self, *, apps, **options):
        labels = apps or [config.label for config in own_apps()]
        if options["check"]:
            return self.check_all(labels)
        if not options["compile"] or apps:
            for label in labels:
                self.extract_app(label)
        for path in catalogue_paths():
            compile_catalogue(path)
        return None

    def extract_app(self, label):
        path = catalogue_path(label)
        fresh = Catalog(locale=LOCALE, project="WAIC", charset="utf-8")
        for source in sources(label):
            for line, message, comments, context in strings_of(source):
                name = source.relative_to(settings.BASE_DIR).as_posix()
                fresh.add(message, None, [(name, line)], auto_comments=comments, context=context)
        catalogue = (
            read_catalogue(path)
            if path.exists()
            else Catalog(locale=LOCALE, project="WAIC", charset="utf-8")
        )
        # A run that finds nothing new leaves the file as it is.
        fresh.creation_date = catalogue.creation_date
        catalogue.update(fresh, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as handle:
            write_po(
                handle,
                catalogue,
                omit_header=False,
                width=100,
                sort_output=True,
                # Where a string stands changes with every commit; a search finds it.
                no_location=True,
            )
        empty = sum(1 for m in catalogue if m.id and not is_translated(m))
        self.stdout.write(f"{label}: {len(catalogue)} strings, {empty} without translation")

    def check_all(self, labels):
        missing = [f"{label}: {text!r}" for label in labels for text in untranslated(label)]
        if missing:
            raise CommandError("Without translation:\n" + "\n".join(missing))
        twice = [f"{text!r}: {', '.join(said)}" for text, said in ambiguous()]
        if twice:
            raise CommandError("Translated in two ways:\n" + "\n".join(twice))
        self.stdout.write("Every string has one translation.")


def own_apps():
    """The project's apps, by their folder."""
    root = Path(settings.BASE_DIR)
    return [
        c for c in apps.get_app_configs() if root in Path(c.path).parents and ".venv" not in c.path
    ]


def catalogue_path(label):
    return Path(apps.get_app_config(label).path) / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def catalogue_paths():
    """All catalogues of the project that exist."""
    paths = [catalogue_path(config.label) for config in own_apps()]
    paths.append(Path(settings.BASE_DIR) / "locale" / LOCALE / "LC_MESSAGES" / "django.po")
    return [path for path in paths if path.exists()]


def sources(label):
    """Python and template files whose strings belong to this app; shared templates belong to the ground."""
    root, templates = Path(apps.get_app_config(label).path), Path(settings.BASE_DIR) / "templates"
    nested = [Path(c.path) for c in own_apps() if root in Path(c.path).parents]
    found = [
        p
        for p in root.rglob("*.py")
        if "migrations" not in p.parts and not any(n in p.parents for n in nested)
    ]
    for folder in FOLDERS.get(label, [label]):
        found += (templates / folder).rglob("*.*")
    if label == SHARED_TEMPLATES:
        found += (Path(settings.BASE_DIR) / "waic").glob("*.py")
        owned = {
            folder for config in own_apps() for folder in FOLDERS.get(config.label, [config.label])
        } - {label}
        found += [
            p for p in templates.rglob("*.*") if p.relative_to(templates).parts[0] not in owned
        ]
    return sorted(p for p in set(found) if p.suffix in {".py", ".html", ".txt", ".typ"})


def strings_of(path):
    """Yield (line, message, comments, context) of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left is no program; without indentation it can still be read token by token.
        text = "\n".join(line.strip() for line in templatize(text, origin=path.name).splitlines())
    yield from extract(
        "python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
    )


def read_catalogue(path):
    with path.open("rb") as handle:
        return read_po(handle, locale=LOCALE)


def is_translated(message):
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings)


def untranslated(label):
    """Strings in the code of an app that its catalogue does not translate."""
    path = catalogue_path(label)
    known = (
        {(m.id, m.context) for m in read_catalogue(path) if m.id and is_translated(m)}
        if path.exists()
        else set()
    )
    for source in sources(label):
        for _line, message, _comments, context in strings_of(source):
            if (tuple(message) if isinstance(message, list) else message, context) not in known:
                yield message


def ambiguous():
    """(string, translations) of what the apps translate differently without a context."""
    said: dict = {}
    for path in catalogue_paths():
        for message in read_catalogue(path):
            if message.id and is_translated(message):
                said.setdefault((message.id, message.context), set()).add(str(message.string))
    return [(key[0], sorted(found)) for key, found in said.items() if len(found) > 1]


def compile_catalogue(path):
    """Write the .mo beside the .po when it is older."""
    target = path.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
        return
    with target.open("wb") as handle:
        write_mo(handle, read_catalogue(path))
