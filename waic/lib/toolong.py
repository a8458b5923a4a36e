"""A post that is longer than the server reads: answered by the page it came from, not with a bare 400."""

from functools import wraps

from django.core.exceptions import RequestDataTooBig
from django.views.decorators.csrf import csrf_exempt, csrf_protect

TOO_LONG = 413


def answered_when_too_long(view, answer):
    """The view, with `answer` (called like the view) for a request of more than DATA_UPLOAD_MAX_MEMORY_SIZE.

    The size is noticed where the body is first read, which is in the CSRF check; so that runs inside. Nothing of
    such a body can be read, so `answer` must not look at request.POST.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return protected(request, *args, **kwargs)
        except RequestDataTooBig:
            return answer(request, *args, **kwargs)

    return wrapped
