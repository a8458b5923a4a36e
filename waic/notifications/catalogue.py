"""Which messages exist: the template files, their wording, and the placeholders a desk may use in its own.

The placeholders of a message are what its shipped wording shows, in either language, and nothing else, so a
desk's wording can never reach further into the data than the product itself does.
"""

import re
from functools import cache

from django.conf import settings
from django.template import Context, engines
from django.template.base import TextNode, VariableNode
from django.template.defaulttags import AutoEscapeControlNode, IfNode, LoadNode

LANGUAGES = ("zh-hans", "en")
PLACEHOLDER = re.compile(r"\{([A-Za-z][\w.]*)\}")


def template_path(template, language):
    """'forums/booking_receipt' and 'en' → 'forums/emails/booking_receipt.en.txt'."""
    app, _slash, name = template.partition("/")
    return f"{app}/emails/{name}.{language}.txt"


@cache
def template_names():
    """Every message of the product ('forums/invitation', …) in order."""
    found = set()
    for folder in settings.TEMPLATES[0]["DIRS"]:
        for path in folder.glob("*/emails/*.*.txt"):
            found.add(f"{path.parent.parent.name}/{path.name.split('.')[0]}")
    return sorted(found)


def compiled(template, language):
    """The compiled file of a message; TemplateDoesNotExist where there is none."""
    return engines["django"].engine.get_template(template_path(template, language))


def split(whole):
    """(subject, text) of a wording whose first line is the subject; runs of empty lines become one."""
    subject, _gap, text = whole.strip().partition("\n")
    return subject.strip(), re.sub(r"\n\s*\n+", "\n\n", text.strip())


# --- Placeholders -------------------------------------------------------------------------------


@cache
def placeholders(template):
    """{name: node} of everything the shipped wording shows; the node renders it in a context."""
    found: dict = {}
    for language in LANGUAGES:
        for node in _shown(compiled(template, language).nodelist):
            if not isinstance(node, TextNode):
                found.setdefault(_name(node), node)
    return found


def shipped(template, language):
    """(subject, text) of the shipped wording with its placeholders as {name}: where a desk begins its own."""
    nodes = _shown(compiled(template, language).nodelist)
    return split("".join(n.s if isinstance(n, TextNode) else f"{{{_name(n)}}}" for n in nodes))


def unknown_placeholders(template, *texts):
    """Names in braces that this message has nothing for, in order."""
    known = placeholders(template)
    names = (name for text in texts for name in PLACEHOLDER.findall(text))
    return [name for name in dict.fromkeys(names) if name not in known]


def fill(template, text, context):
    """A desk's wording with its placeholders replaced; what is empty leaves no gap."""
    known = placeholders(template)
    made = Context(context, autoescape=False)
    with made.bind_template(compiled(template, LANGUAGES[0])):
        return PLACEHOLDER.sub(lambda match: _value(known, match, made), text)


def _value(known, match, context):
    node = known.get(match[1])
    return match[0] if node is None else node.render_annotated(context).strip()


def _shown(nodelist):
    """Text, variables and other tags in reading order; of a condition its first branch."""
    for node in nodelist:
        if isinstance(node, AutoEscapeControlNode):
            yield from _shown(node.nodelist)
        elif isinstance(node, IfNode):
            yield from _shown(node.conditions_nodelists[0][1])
        elif not isinstance(node, LoadNode):  # which shows nothing
            yield node


def _name(node):
    """'application.name' for {{ application|localized:"name" }}; a loop or another tag is named by its words."""
    if isinstance(node, VariableNode):
        expression = node.filter_expression
        path = getattr(expression.var, "var", "text")
        columns = [
            args[0][1] for function, args in expression.filters if function.__name__ == "localized"
        ]
        return ".".join([path, *columns])
    words = re.findall(r"[A-Za-z]\w*", node.token.contents)
    return ".".join(words[:6])


# --- Samples ------------------------------------------------------------------------------------

_SAMPLES = {
    "name": ("示例科技有限公司", "Sample Technology Ltd"),
    "name_zh": ("示例名称", "示例名称"), "name_en": ("Sample name", "Sample name"),
    "title": ("示例题目", "Sample title"), "title_zh": ("示例题目", "示例题目"), "title_en": ("Sample title", "Sample title"),
    "organisation": ("示例科技有限公司", "Sample Technology Ltd"), "person": ("示例人员", "Sample Person"),
    "inviter": ("示例人员", "Sample Person"), "joined": ("示例人员", "Sample Person"), "left": ("示例人员", "Sample Person"),
    "reason": ("示例原因", "A sample reason."), "message": ("示例：期待您的到来。", "Sample: we look forward to it."),
    "answer": ("示例答复", "A sample answer."), "get_role_display": ("演讲嘉宾", "Speaker"), "role": ("编辑", "Editor"),
    "year": ("2025", "2025"), "code": ("ABC234", "ABC234"), "count": ("3", "3"), "number": ("示例-0042", "SAMPLE-0042"),
    "receipt_number": ("示例-0042", "SAMPLE-0042"), "area": ("36", "36"), "email": ("sample@example.com", "sample@example.com"),
    **dict.fromkeys(("submitted_at", "closes_at", "decide_by", "editable_until", "starts_at", "reply_by"), ("2025年7月5日 09:30", "5 July 2025, 09:30")),
    **dict.fromkeys(("link", "signup_url", "password_reset_url"), ("https://example.com/…", "https://example.com/…")),
}  # fmt: skip


def sample(name, language):
    """A value that a placeholder might have; its own name in ‹› where none is at hand."""
    known = _SAMPLES.get(name.rpartition(".")[2])
    return known[language == "en"] if known else f"‹{name}›"


def with_samples(text, language):
    """A wording as it reads once its placeholders are filled in."""
    return PLACEHOLDER.sub(lambda match: sample(match[1], language), text)
