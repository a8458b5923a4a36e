"""Long forms that are saved while they are typed: what the views of an award's entry and of a forum's proposal share."""

import json

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from waic.lib import clock
from waic.lib.merging import marks
from waic.lib.toolong import TOO_LONG


class SavedWhileTyped:
    """Mixin of a view. htmx posts the form while somebody types and is answered with the save bar; the buttons post
    it too and are answered with the page.

    Set: `form_template` (extends saved_form.html). `sent` {name: value} is what came, `as_typed` the names whose typed
    value is shown and not the stored one, because it was not saved.
    """

    form_template = ""
    sent: dict | None = None
    as_typed: frozenset | set = frozenset()

    @property
    def is_fragment(self):
        return bool(self.request.headers.get("HX-Request"))

    def seen(self):
        """{name: mark} the page held (see waic.lib.merging); None when it holds none that can be read."""
        try:
            seen = json.loads(self.request.POST.get("seen", ""))
        except (ValueError, RecursionError):
            return None
        return seen if isinstance(seen, dict) else None

    def over(self, stored):
        """What the page shows: what is stored, with what was typed and could not be saved over it."""
        return stored | {k: v for k, v in (self.sent or {}).items() if k in self.as_typed}

    def saved(self, sentences):
        """The answer to a save that went through."""
        if self.is_fragment:
            return self.bar(sentences, saved=True)
        messages.success(self.request, _("Saved."))
        return redirect(self.request.path)

    def bar(self, sentences=(), *, saved=False, refusal="", status=200):
        """The save bar; sentences: (name, words) to be put beside the fields.

        The page goes on showing what was typed, so that is what it has seen now; what was not saved stays a change
        of this page.
        """
        kept = {k: v for k, v in marks(self.sent or {}).items() if k not in self.as_typed}
        context = {
            "saved_at": clock.local_now() if saved else None, "refusal": refusal, "sentences": sentences,
            "seen": json.dumps((self.seen() or {}) | kept) if self.sent is not None else "",
        }  # fmt: skip
        return render(self.request, "_saved.html", context, status=status)

    def form_page(self, context, *, stored, status=200):
        """The page with the form. It shows what is stored or says what is stored: saving it again is a decision."""
        seen = json.dumps(marks(stored))
        return render(self.request, self.form_template, {"seen": seen, **context}, status=status)


class TooLong:
    """Mixin before a SavedWhileTyped view, for a post nobody could read: what had been saved, and a sentence.

    With script the text is still on the person's screen.
    """

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        sentence = _("This is more text than can be sent at once. Nothing of it was saved; please shorten it.")  # fmt: skip
        if self.is_fragment:
            self.load()  # somebody else's is not there, also for this answer
            return self.bar(refusal=sentence, status=TOO_LONG)
        return self.page(self.load(), refusal=sentence, status=TOO_LONG)
