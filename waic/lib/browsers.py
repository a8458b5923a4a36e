"""Which browser on which system a User-Agent header tells of, in the reader's words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first mark that is found counts: each browser also carries the marks of those it wants to be taken for.
BROWSERS = (
    ("MicroMessenger", gettext_lazy("WeChat")), ("DingTalk", gettext_lazy("DingTalk")), ("AlipayClient", gettext_lazy("Alipay")),
    ("HuaweiBrowser", gettext_lazy("Huawei Browser")), ("MiuiBrowser", gettext_lazy("Xiaomi Browser")), ("QQBrowser", gettext_lazy("QQ Browser")),
    ("UCBrowser", gettext_lazy("UC Browser")), ("SamsungBrowser", gettext_lazy("Samsung Internet")), ("EdgA", "Edge"), ("EdgiOS", "Edge"),
    ("Edg", "Edge"), ("OPR", "Opera"), ("FxiOS", "Firefox"), ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "Python"),
)  # fmt: skip
SYSTEMS = (
    ("OpenHarmony", gettext_lazy("HarmonyOS")), ("HarmonyOS", gettext_lazy("HarmonyOS")), ("iPad", "iPad"), ("iPhone", "iPhone"),
    ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def describe(header):
    """'Chrome on Android', 'Android上的Chrome'; what is not known is left out, and 'another device' stands for nothing at all."""
    browser, system = _first(BROWSERS, header), _first(SYSTEMS, header)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Another device")


def _first(marks, header):
    return next((str(name) for mark, name in marks if mark in (header or "")), "")
