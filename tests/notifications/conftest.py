"""Messages of the tests' own, so that no test depends on the wording of a room."""

from pathlib import Path

import pytest

from waic.notifications import catalogue

WORDS = {
    "sample/hello.zh-hans.txt": "{% autoescape off %}您好，{{ name }}\n\n{{ name }} 的编号是 {{ code }}。\n{% if reason %}\n原因：{{ reason }}\n{% endif %}\n再见。{% endautoescape %}\n",
    "sample/hello.en.txt": "Hello {{ name }}\n\nThe code of {{ name }} is {{ code }}.\n{% if reason %}\nReason: {{ reason }}\n{% endif %}\n{% for item in items %}\n- {{ item }}{% endfor %}\n\nBye.\n",
    "sample/place.zh-hans.txt": '{{ thing|localized:"name" }} 已到\n\n{{ thing|localized:"name" }}，{{ thing.at|moment }}\n',
    "sample/place.en.txt": '{{ thing|localized:"name" }} is here\n\n{{ thing|localized:"name" }}, {{ thing.at|moment }}\n',
}


@pytest.fixture
def sample_templates(tmp_path, settings):
    """'sample/hello' and 'sample/place' beside the product's own messages."""
    for name, words in WORDS.items():
        app, file = name.split("/")
        path: Path = tmp_path / app / "emails" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    catalogue.template_names.cache_clear()
    catalogue.placeholders.cache_clear()
    yield
    catalogue.template_names.cache_clear()
    catalogue.placeholders.cache_clear()
