"""The desks' own content policy: Unfold's scripts need what the public site never gets."""

from csp.constants import NONCE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

_ADMIN_POLICY = {"script-src": [SELF, NONCE, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
_DOCS_POLICY = {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "worker-src": [SELF, "blob:"],
}


class AdminPolicyMiddleware:
    """Relaxes scripts and styles below /admin/ (Alpine evaluates expressions) and for the API's docs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        path = request.path.removeprefix("/en")
        if hasattr(response, "_csp_replace"):
            return response  # a page that asks for a stricter policy keeps it
        if path.startswith("/admin/"):
            response._csp_replace = _ADMIN_POLICY
        elif path.startswith("/api/docs/"):
            response._csp_replace = _DOCS_POLICY
        return response
