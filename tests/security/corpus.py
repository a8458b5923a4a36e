"""What people might type to hurt readers, and how a text that hurt them would look in each kind of answer."""

import csv
import html
import io
import json
import re
from email import message_from_bytes, policy

# Each is short enough for every text field; the ones that begin a cell must come first in it.
PAYLOADS = {
    "script": "<script>waicRan()</script>",
    "attribute": '" autofocus onfocus="waicRan()" x="',
    "quote": "' onmouseover='waicRan()' x='",
    "image": "<img src=x onerror=waicRan()>",
    "raw text": "</title></textarea></script><svg onload=waicRan()>",
    "comment": "--><b><style>*{display:none}</style><!--",
    "template": '{{ 7|add:"7" }}waic {% now "Y" %}waic {name}',
    "format": "%(x)s %s %d {0.__class__} ${7*7}",
    "equals": "=HYPERLINK(\"http://x.test\",\"waic\")",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-1+1",
    "at": "@SUM(1,1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "header": "A\r\nBcc: x@example.test\r\n\r\n<b>waic",
    "calendar": "A\r\nEND:VEVENT\r\nBEGIN:VALARM;X=\"1\":,\\n",
    "right to left": "waic\u202egnp.exe\u2066 \u05d0",
    "controls": "a\x00b\x1bc\x85d\ufffee\uffff",
    "emoji": "👩🏽‍🔬🇨🇳 e\u0301",
    "link": "javascript:waicRan()",
    "typst": '#read("/etc/passwd") $x$ *b* @r <l> \\ // ```',
    "xml": "]]> &amp; &#0; <!ENTITY e SYSTEM 'file:///x'> &e;",
}  # fmt: skip
CELLS = ("equals", "plus", "minus", "at", "tab", "return")
# What none of them may leave in any answer, however it is written.
NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_EVALUATED = re.compile(r"14waic|20\d\dwaic")
_LINK = re.compile(r"""(?:href|src|action|formaction)\s*=\s*["']?\s*javascript:""", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def typed(payload, mark, limit):
    """The text of one field: a payload and, behind it, a mark that tells which field of which row it is."""
    return f"{PAYLOADS[payload][: limit - len(mark) - 1]} {mark}"


_LINKED_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def troubles_of_html(text):
    """Everything in a page that a typed text could have done."""
    for block in _LINKED_DATA.findall(text):
        json.loads(block)
    text = _LINKED_DATA.sub("", text)
    # What is markup must not stand in a page as it was typed.
    raw = [p for p in PAYLOADS.values() if set("<\"'") & set(p) and p in text]
    found = [*raw, *_LINK.findall(text), *_EVALUATED.findall(text)]
    return found + [repr(c) for c in NEVER.findall(text)]


def words_of_html(text):
    """What a reader sees or edits, with runs of white space as one space."""
    text = re.sub(r"<br>|</?p[^>]*>", " ", text.replace("<wbr>", ""))
    return squeezed(html.unescape(text))


def squeezed(text):
    return " ".join(text.split())


def troubles_of_csv(data):
    """Cells a spreadsheet would take for a formula."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row if cell.startswith(_FORMULA)]


MAIL_HEADERS = [
    "Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
]  # fmt: skip


def troubles_of_mail(data, address):
    """Headers or parts a mail has too much, and what is wrong in its HTML."""
    mail = message_from_bytes(data, policy=policy.default)
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    found = troubles_of_html(parts.get("text/html", ""))
    if sorted(mail.keys()) != MAIL_HEADERS or mail["To"] != address:
        found.append(sorted(mail.keys()))
    if list(parts) != ["text/plain", "text/html"]:
        found.append(list(parts))
    return found + NEVER.findall(parts.get("text/plain", "") + str(mail["Subject"]))
