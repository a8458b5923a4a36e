"""The language of API answers: `lang=zh|en`, else what Accept-Language prefers, else Chinese.

Pages say their language in the address; the API has one address for both, so Django's own middleware would
always answer in Chinese there.
"""

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant, trans_real

PREFIX = "/api/"
_NAMES = {"zh": "zh-hans", "zh-hans": "zh-hans", "en": "en"}


class ApiLanguageMiddleware:
    """Activates the language a request to the API asks for; stands after LocaleMiddleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        language = wanted_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # DRF renders its answers lazily; they must not be rendered in another language later.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        response["Content-Language"] = language
        patch_vary_headers(response, ["Accept-Language"])
        return response


def wanted_language(request):
    """'zh-hans' or 'en'."""
    asked = _NAMES.get(request.GET.get("lang", "").lower())
    if asked:
        return asked
    accepted = request.headers.get("Accept-Language", "")
    for code, _quality in trans_real.parse_accept_lang_header(accepted):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
