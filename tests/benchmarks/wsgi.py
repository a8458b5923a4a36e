"""The product's application beside an empty Django view without any middleware: the reference of every figure."""

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.test.utils import override_settings

from waic.wsgi import application as product

EMPTY = "/benchmark/empty"


class ReferenceRequest(WSGIRequest):
    urlconf = "tests.benchmarks.urls"


with override_settings(MIDDLEWARE=[]):
    reference = WSGIHandler()
reference.request_class = ReferenceRequest


def application(environ, start_response):
    """Everything is the product's but one address."""
    chosen = reference if environ["PATH_INFO"] == EMPTY else product
    return chosen(environ, start_response)
