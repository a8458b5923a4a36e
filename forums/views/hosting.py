"""A host's own forum: texts, agenda, guests, materials, what is missing, what was asked for. Times and rooms are the desk's."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from forums.change_words import described, label_of, shown
from forums.forms import GuestForm, HostedForumForm, HostedSessionForm, MaterialForm
from forums.models import Forum, ForumState
from forums.operations import changes
from forums.operations.declining import drop_task, finish_task, tasks_of
from forums.operations.feedback import ratings_of
from forums.operations.forums import hand_in_forum
from forums.operations.materials import add_material, remove_material
from forums.operations.slides import contributions
from forums.readiness import POINTS, missing_of, with_readiness
from forums.workflow import FORUM, turns_of
from waic.lib.files import serve
from waic.lib.merging import mark
from waic.lib.text import clean_text

STALE = 409
TASK_STEPS = {"done": finish_task, "drop": drop_task}


class OwnForum(LoginRequiredMixin, View):
    """Loads the forum from those the person hosts; others' and nobody's are the same."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.forum = self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self):
        hosted = Forum.objects.hosted_by(self.request.user).select_related("edition", "kind")
        return get_object_or_404(with_readiness(hosted), code=self.kwargs["code"])

    def told(self, outcome):
        """Say what became of a change."""
        if outcome is None:
            messages.info(self.request, _("Nothing was different."))
        elif outcome.state == "pending":
            messages.success(self.request, _("Your change is with the programme desk. The programme shows it once it is approved."))  # fmt: skip
        else:
            messages.success(self.request, _("Saved."))


class HostedForumView(OwnForum):
    """The forum's desk in the portal."""

    refused: dict = {}

    def get(self, request, code):
        return self.page(self.texts_form())

    def texts_form(self, data=None):
        # The form goes on with what was asked for; the page says what the programme shows.
        asked = self.asked("text")
        return HostedForumForm(data, instance=self.forum, initial=asked)

    def asked(self, what, pk=None):
        """{field: value} that the pending request wants for one row."""
        request = changes.pending_of(self.forum)
        rows = request.changes if request else []
        return {r["field"]: r["new"] for r in rows if r["op"] == "set" and (r["what"], r["pk"]) == (what, pk)}  # fmt: skip

    def post(self, request, code):
        steps = {"hand_in": self.hand_in, "withdraw": self.withdraw, "take_out": self.take_out, "upload": self.upload, "unload": self.unload}  # fmt: skip
        step = request.POST.get("step")
        if step in TASK_STEPS:
            return self.close_task(step)
        return steps[step]() if step in steps else self.save_texts()

    def save_texts(self):
        form = self.texts_form(self.request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            seen = mark({name: form.shown[name] for name in changes.COLUMNS["text"]})
            outcome = changes.edit(
                self.forum, "text", "set", form.cleaned_data, by=self.request.user, seen=seen
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.page(form, status=400)
        self.told(outcome)
        return redirect(self.request.path)

    def close_task(self, step):
        """Done or dropped by the host; only tasks of this forum are there."""
        pk, reason = self.request.POST.get("task", ""), self.request.POST.get("reason", "")[:2000]
        pk = pk if pk.isascii() and pk.isdigit() and len(pk) < 12 else 0
        task = get_object_or_404(tasks_of(self.forum), pk=pk)
        try:
            TASK_STEPS[step](task, by=self.request.user, reason=clean_text(reason))
        except ValidationError as refusal:
            self.refused = {"task": task.pk, "reason": reason, "words": " ".join(refusal.messages)}
            return self.page(self.texts_form(), status=400)
        messages.success(self.request, _("The task is closed."))
        return redirect(self.request.path)

    def hand_in(self):
        return self.do(lambda: hand_in_forum(self.forum, by=self.request.user), _("Handed in. The programme desk looks at it now."))  # fmt: skip

    def withdraw(self):
        return self.do(lambda: changes.withdraw_changes(self.forum, by=self.request.user), _("Your changes are taken back; the forum stays as it is."))  # fmt: skip

    def take_out(self):
        key = self.request.POST.get("key", "")
        return self.do(lambda: changes.drop_change(self.forum, key, by=self.request.user), _("This change is taken out."))  # fmt: skip

    def unload(self):
        key = self.request.POST.get("key", "")
        return self.do(lambda: remove_material(self.forum, key, by=self.request.user), _("The file is removed."))  # fmt: skip

    def do(self, work, sentence):
        try:
            work()
            messages.success(self.request, sentence)
        except ValidationError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        return redirect(self.request.path)

    def upload(self):
        material = MaterialForm(self.request.POST, self.request.FILES)
        if material.is_valid():
            try:
                add_material(self.forum, material.cleaned_data["file"], by=self.request.user)
                messages.success(self.request, _("The file is with the desk."))
                return redirect(self.request.path)
            except ValidationError as refusal:
                material.add_error("file", refusal)
        return self.page(self.texts_form(), material=material, status=400)

    def page(self, form, material=None, status=200):
        current = self.load()
        if form.has_error("version"):
            form.data = form.data.copy()
            form.data["version"] = current.version
        request = changes.pending_of(current)
        theirs = {step.name for step in FORUM.from_state(current.state, "theirs")}
        last = current.change_requests.exclude(state="direct").exclude(state="pending").first()
        context = {
            "form": form, "forum": current, "turns": turns_of(current), "tasks": tasks_of(current),
            "refused": self.refused, "may_hand_in": "hand_in" in theirs,
            "may_change": current.state != ForumState.CANCELLED, "asks": current.state not in changes.DIRECT,
            "pending": request, "lines": described(request) if request else [], "last": last,
            "sessions": current.sessions.prefetch_related("slots"), "parts": current.parts.select_related("room__venue"),
            "guests": current.participations.select_related("speaker", "session"), "materials": current.materials.select_related("file"),
            "ratings": ratings_of(
                [(current.pk, None, current), *((current.pk, s.pk, s) for s in current.sessions.all())]
            ),
            "slides": contributions().filter(forum=current), "material": material or MaterialForm(), "missing": missing_of(current), "points": len(POINTS),
            "wanted": getattr(current, "proposal", None),
        }  # fmt: skip
        return render(self.request, "forums/hosted_forum.html", context, status=status)


class HostedRowView(HostedForumView):
    """One item of the agenda or one guest: add, change, take off."""

    kinds = {"agenda": ("session", HostedSessionForm), "guests": ("guest", GuestForm)}

    def dispatch(self, request, *args, **kwargs):
        if kwargs["part"] not in self.kinds:
            raise Http404
        self.what, self.form_class = self.kinds[kwargs["part"]]
        return super().dispatch(request, *args, **kwargs)

    @property
    def pk(self):
        return self.kwargs.get("pk")

    def current(self):
        """The row's values, {} for a new one; 404 for a row of another forum."""
        if self.pk is None:
            return {}
        values = changes.values_of(self.forum, self.what, self.pk)
        if values is None:
            raise Http404
        return values

    def get(self, request, code, part, pk=None):
        values = self.current()
        shown = {**values, **(self.asked(self.what, pk) if pk else {}), "seen": mark(values)}
        return self.row_page(self.form_class(initial=shown, forum=self.forum, is_new=pk is None))

    def post(self, request, code, part, pk=None):
        self.current()
        op = "add" if pk is None else "remove" if "remove" in request.POST else "set"
        form = self.form_class(request.POST, forum=self.forum, is_new=pk is None)
        if op != "remove" and not form.is_valid():
            return self.row_page(form, status=400)
        seen = None if pk is None else request.POST.get("seen", "")
        values = (
            None if op == "remove" else {k: v for k, v in form.cleaned_data.items() if k != "seen"}
        )
        try:
            outcome = changes.edit(
                self.forum, self.what, op, values, by=request.user, pk=pk, seen=seen
            )
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            form.data = form.data.copy()
            form.data["seen"] = mark(changes.values_of(self.forum, self.what, pk) or {})
            return self.row_page(form, status=STALE)
        self.told(outcome)
        return redirect("forums:hosted-forum", self.forum.code)

    def row_page(self, form, status=200):
        there = changes.values_of(self.forum, self.what, self.pk) if self.pk else None
        context = {
            "forum": self.forum, "form": form, "part": self.kwargs["part"], "is_new": self.pk is None,
            "asks": self.forum.state not in changes.DIRECT, "there": self._words(there) if status == STALE else [],
        }  # fmt: skip
        return render(self.request, "forums/hosted_row.html", context, status=status)

    def _words(self, values):
        names = {("session", session.pk): str(session) for session in self.forum.sessions.all()}
        return [(label_of(self.what, k), shown(self.what, k, v, names)) for k, v in (values or {}).items()]  # fmt: skip


class MaterialView(OwnForum):
    """A file of one's own forum, as an attachment."""

    def get(self, request, code, uuid):
        return serve(
            get_object_or_404(self.forum.materials.select_related("file"), file__uuid=uuid).file
        )
