from waic.accounts.models import Organisation
from waic.lib.text import clean_text, localized, pinyin_key


def test_text_is_composed_and_loses_controls_but_keeps_inner_spaces():
    assert clean_text("  e\u0301\x00 a  b\r\n") == "é a  b"


def test_missing_language_falls_back_to_the_other():
    assert localized(Organisation(name_zh="商汤", name_en=""), "name") == "商汤"


def test_chinese_names_sort_by_pinyin_among_latin_ones():
    assert sorted(["张三", "Bob", "阿里"], key=pinyin_key) == ["阿里", "Bob", "张三"]


def test_organisation_keeps_its_sort_key(db):
    assert Organisation.objects.create(name_zh="阿里云").sort_key == pinyin_key("阿里云")
