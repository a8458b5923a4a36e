from waic.accounts.models import Organisation
from waic.lib.text import LineField, ProseField, clean_text, localized, pinyin_key


def test_text_is_composed_and_loses_controls_but_keeps_inner_spaces():
    assert clean_text("  e\u0301\x00 a  b\r\n") == "é a  b"


def test_missing_language_falls_back_to_the_other():
    assert localized(Organisation(name_zh="商汤", name_en=""), "name") == "商汤"


def test_chinese_names_sort_by_pinyin_among_latin_ones():
    assert sorted(["张三", "Bob", "阿里"], key=pinyin_key) == ["阿里", "Bob", "张三"]


def test_organisation_keeps_its_sort_key(db):
    assert Organisation.objects.create(name_zh="阿里云").sort_key == pinyin_key("阿里云")


def test_a_line_is_one_line_and_prose_keeps_its_breaks():
    assert LineField().to_python("甲 \r\n\n 乙\u202e") == "甲 乙"
    assert LineField().get_prep_value("A\nB") == "A B"
    assert ProseField().to_python("甲\r\n乙\x85\ufffe") == "甲\n乙"


def test_a_sort_key_holds_what_a_database_takes():
    assert pinyin_key("a\x00b") == "ab"
