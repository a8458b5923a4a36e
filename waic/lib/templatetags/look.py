"""What every template may use (a builtin library): icons, two languages, forms, addresses. See also dates and numbers."""

from django import template
from django.conf import settings
from django.forms.widgets import Textarea
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from waic.lib import text

register = template.Library()

_BREAK_AFTER, _BREAK_BEFORE = "：—》", "（“《"


@register.simple_tag
def icon(name):
    """`{% icon "search" %}`: a symbol of the sprite; decoration only."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        static("waic/img/sprite.svg"),
        name,
    )


@register.filter
def localized(obj, name):
    """`{{ forum|localized:"title" }}`: the active language's column, or the other one where it is empty."""
    return text.localized(obj, name) if obj is not None else ""


@register.filter
def in_other_language(obj, name):
    """The `lang` of a text that is shown in the other language, or nothing."""
    shown = text.localized_language(obj, name)
    return "" if (shown == "en") == text.in_english() else shown


@register.filter
def title_of(obj, name="title"):
    """A heading in the active language: marked with its own language where it fell back, Chinese broken at its joints."""
    shown, other = wbr(text.localized(obj, name)), in_other_language(obj, name)
    return format_html('<span lang="{}">{}</span>', other, shown) if other else shown


@register.filter
def wbr(value):
    """A Chinese heading that may break only after ： —— 》 and before （ “ 《."""
    value = str(value)
    if not any(character in value for character in _BREAK_AFTER + _BREAK_BEFORE):
        return conditional_escape(value)
    parts = []
    for n, character in enumerate(value):
        if character in _BREAK_BEFORE and n:
            parts.append("<wbr>")
        parts.append(conditional_escape(character))
        if character in _BREAK_AFTER and value[n + 1 : n + 2] not in _BREAK_AFTER:
            parts.append("<wbr>")
    return mark_safe("".join(parts))  # every part was escaped


@register.simple_tag
def foreign_badge(obj, name="title"):
    """`{% foreign_badge forum %}`: a small badge where a title is shown in the other language for want of its own."""
    other = in_other_language(obj, name)
    if not other or not text.localized(obj, name):
        return ""
    words = _("In Chinese only") if other == "zh-Hans" else _("In English only")
    return format_html('<span class="badge badge--lang">{}</span>', words)


# --- Words and mappings ------------------------------------------------------------------------


@register.filter
def surname(value):
    """What a face without a photo shows: a Chinese surname, or initials."""
    value = str(value).strip()
    if not value:
        return "·"
    return (
        value[0]
        if ord(value[0]) > 0x2E80
        else "".join(part[0] for part in value.split()[:2]).upper()
    )


@register.filter
def get(mapping, key):
    """`{{ counts|get:key }}`"""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


# --- Forms --------------------------------------------------------------------------------------


@register.filter
def text_limit(field):
    """How many characters a text area takes, or nothing for other fields."""
    widget = field.field.widget
    return widget.attrs.get("maxlength", "") if isinstance(widget, Textarea) else ""


@register.filter
def text_length(field):
    """How many characters a bound field holds."""
    return len(field.value() or "")


# --- Addresses ----------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The present query string with some parameters replaced; None removes one. Paging starts anew unless named."""
    params = context["request"].GET.copy()
    params.pop("page", None)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, value)
        else:
            params[name] = value
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else context["request"].path


@register.simple_tag(takes_context=True)
def in_language(context, language, with_query=True):
    """This page's address in another language ('zh-hans' or 'en'), with or without its query string."""
    request = context.get("request")
    if request is None:
        return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"
    return translate_url(request.get_full_path() if with_query else request.path, language)


@register.simple_tag(takes_context=True)
def absolute(context, path=None):
    """An absolute address of the site."""
    return settings.SITE_URL + (path if path is not None else context["request"].path)


@register.filter
def halves(value):
    """A Chinese theme at its comma, for a heading of two lines."""
    return [part for part in str(value).replace(",", "，").split("，") if part]
