"""Names shown in both languages side by side."""

from waic.lib.text import language_column


def other_language(obj, name):
    """(lang, text) of a text in the language the page is not in, where both are there and differ; else None."""
    other = "zh" if language_column() == "en" else "en"
    text = getattr(obj, f"{name}_{other}")
    shown = getattr(obj, f"{name}_{language_column()}")
    if not text or not shown or text == shown:
        return None
    return ("zh-Hans" if other == "zh" else "en", text)
