"""A PDF without anything that says who made it: pages only, no metadata, no comments, no attachments."""

import io
import re

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

# What a page needs to be drawn; comments, links, actions, threads and thumbnails stay behind.
PAGE_KEYS = {
    "/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox",
    "/Rotate", "/Group", "/UserUnit",
}  # fmt: skip
TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/AF", "/OPI")
# The layers of a PDF are switched in its catalogue, which stays behind; all of them would be seen.
LAYERS = "/OCProperties"


def has_layers(data):
    """Whether some of the content can be switched off."""
    return LAYERS in PdfReader(io.BytesIO(data)).root_object


def without_metadata(data):
    """The pages of a PDF that files.check_pdf accepted, as a new document that tells nothing about its making."""
    writer, target = PdfWriter(), io.BytesIO()
    for page in PdfReader(io.BytesIO(data)).pages:
        for key in set(page) - PAGE_KEYS:
            del page[key]
        _strip(page, set())
        writer.add_page(page)
    writer.metadata = None
    writer.write(target)
    return target.getvalue()


def _strip(start, seen):
    """Take telling keys out of everything that is drawn on a page."""
    waiting = [start]
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in seen:
                continue
            seen.add((part.idnum, part.generation))
            part = part.get_object()
        if isinstance(part, DictionaryObject):
            for key in TELLING:
                part.pop(key, None)
            waiting += [value for key, value in part.items() if key != "/Parent"]
        elif isinstance(part, ArrayObject):
            waiting += list(part)


def names_found(data, names):
    """Those of the names that stand in the text of the PDF, be it under a black box; spaces and case do not matter."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    text = _bare(text)
    return [name for name in names if len(_bare(name)) > 1 and _bare(name) in text]


def _bare(text):
    return re.sub(r"\s+", "", text).casefold()
