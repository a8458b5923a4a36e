"""A write that is sent again happens once and gets the first answer again: the header `Idempotency-Key` of a POST.

The key, what was asked and what was answered are one row in the transaction of the write itself, so a write without its
answer cannot be, nor the other way round. Whoever sends the same key meanwhile waits for that transaction.
"""

import hashlib
import json
from datetime import timedelta
from functools import wraps

from django.core.exceptions import ValidationError as RuleError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from waic.lib.models import KeptAnswer

KEPT = timedelta(hours=24)
MOST = 200  # characters of a key
HEADER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER,
    description="Made up by the caller, one per intended write: sent again within 24 hours, it gets the first answer again.",
)  # fmt: skip


class KeyReused(APIException):
    """422: the key came before with something else."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = gettext_lazy("This Idempotency-Key was used for another request. Make a new key for a new request.")  # fmt: skip
    default_code = "key_reused"


def once(method):
    """For a POST of a viewset for signed-in people: with a key it happens once, without one as ever."""

    @wraps(method)
    def post(self, request, *args, **kwargs):
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return method(self, request, *args, **kwargs)
        check_key(key)
        fingerprint = fingerprint_of(request)
        with transaction.atomic():
            kept, is_new = claim(request.user, key, fingerprint)
            if not is_new:
                return answered(kept, fingerprint)
            response = _answer(self, method, request, *args, **kwargs)
            kept.status, kept.body = response.status_code, JSONRenderer().render(response.data).decode()  # fmt: skip
            kept.save(update_fields=["status", "body"])
        return response

    return post


def check_key(key):
    """ValidationError for a key that is empty, too long or not plain text."""
    if not key.strip() or len(key) > MOST or not key.isascii() or not key.isprintable():
        text = _("Send 1 to %(most)d plain characters, one key for each request.") % {"most": MOST}
        raise serializers.ValidationError({"Idempotency-Key": [text]})


def fingerprint_of(request):
    """What is asked, whatever the order of its keys: the address and the body."""
    asked = [request.method, request.get_full_path(), body_of(request.data)]
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def body_of(data):
    """A parsed body with every value of a key: as a mapping, a form tells only the last one of several."""
    return dict(data.lists()) if isinstance(data, MultiValueDict) else data


def _plain(value):
    """What JSON has no word for. Two files are the same when their bytes are."""
    if isinstance(value, UploadedFile):
        digest = hashlib.sha256()
        for chunk in value.chunks():
            digest.update(chunk)
        value.seek(0)
        return [value.name, digest.hexdigest()]
    return str(value)


def claim(user, key, fingerprint):
    """(row, whether this request is the first with the key). Waits while the first one is at work."""
    KeptAnswer.objects.filter(user=user, key=key, kept_at__lte=timezone.now() - KEPT).delete()
    return KeptAnswer.objects.get_or_create(
        user=user, key=key, defaults={"fingerprint": fingerprint}
    )


def answered(kept, fingerprint):
    """The first answer once more; KeyReused when something else was asked."""
    if kept.fingerprint != fingerprint:
        raise KeyReused
    data = json.loads(kept.body) if kept.body else None
    return Response(data, kept.status, headers={"Idempotency-Replayed": "true"})


def _answer(view, method, request, *args, **kwargs):
    """What the view answers, refusals too; what nobody foresaw goes on, and nothing is kept."""
    try:
        with transaction.atomic():
            return method(view, request, *args, **kwargs)
    except (APIException, RuleError) as refusal:
        response = view.handle_exception(refusal)
        if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR:
            raise
        return response


def forget_answers():
    """Let go what is older than a day; how many."""
    return KeptAnswer.objects.filter(kept_at__lte=timezone.now() - KEPT).delete()[0]
