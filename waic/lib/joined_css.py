"""One style sheet for the public pages: the small files of look.css joined in their order, no build step.

Every file names its cascade layer, so joining them changes nothing but the number of requests.
"""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCE = settings.BASE_DIR / "waic" / "static" / "waic" / "css"
NAME = "waic/css/waic.css"
_IMPORT = re.compile(r'@import "([^"]+)";')


def joined():
    """The text of all imported files, in order."""
    order = _IMPORT.findall((SOURCE / "look.css").read_text())
    return "\n".join((SOURCE / name).read_text() for name in order)


class JoinedCssFinder(BaseFinder):
    """Offers waic/css/waic.css to collectstatic, the development server and the tests."""

    def __init__(self, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.VAR / "joined")
        self.storage.prefix = None  # type: ignore[attr-defined]

    def _write(self):
        path, text = Path(self.storage.path(NAME)), joined()
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".tmp")
            draft.write_text(text)
            draft.replace(path)
        return str(path)

    def find(self, path, find_all=False, **kwargs):
        found = self._write() if path == NAME else None
        return ([found] if found else []) if find_all or kwargs.get("all") else (found or [])

    def list(self, ignore_patterns):
        self._write()
        yield NAME, self.storage

    def check(self, **kwargs):
        return []
