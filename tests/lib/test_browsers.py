"""What a person reads instead of a User-Agent header."""

import pytest
from django.utils import translation

from waic.lib.browsers import describe

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
HEADERS = {
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36": ("Chrome on Android", "Android 上的 Chrome"),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0": ("Edge on Windows", "Windows 上的 Edge"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":
        ("Safari on iPhone", "iPhone 上的 Safari"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49":
        ("WeChat on iPhone", "iPhone 上的 微信"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0": ("Firefox on Mac", "Mac 上的 Firefox"),
    f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {WEBKIT} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1 Mobile HuaweiBrowser/5.0":
        ("Huawei Browser on HarmonyOS", "鸿蒙 上的 华为浏览器"),
    "curl/8.5.0": ("curl", "curl"),
    "": ("Another device", "其他设备"),
    "<script>alert(1)</script>": ("Another device", "其他设备"),
}  # fmt: skip


@pytest.mark.parametrize(("header", "names"), HEADERS.items())
def test_a_browser_is_named_in_the_readers_language(header, names):
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told.append(describe(header))
    assert tuple(told) == names
