"""The API of a forum's hosts: texts, agenda and guests of their own forums, by the same rules as in the portal.

Before the desk approved the forum a change is made at once (200, 201), afterwards it is asked for (202) and waits as
`pending` for the desk. Every row carries a `version`, the mark of what it says; sent along with a change, it is a 409
when the row says something else by now.
"""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from forums.api.hosting_rows import (
    GuestInput,
    HostedForumListSerializer,
    HostedForumSerializer,
    KeyInput,
    NewGuestInput,
    NewSessionInput,
    NothingInput,
    SessionInput,
    TextsInput,
)
from forums.forms import GuestForm, HostedForumForm, HostedSessionForm
from forums.models import ChangeState, Forum
from forums.operations import changes
from forums.operations.forums import hand_in_forum
from waic.accounts.tokens import OfOneEdition
from waic.lib.api_writing import NarrowWrites, storable_text
from waic.lib.errors import Conflict
from waic.lib.idempotency import HEADER, once

ROW = r"(?P<pk>[0-9]{1,9})"
FORMS = {"session": HostedSessionForm, "guest": GuestForm}


class HostedForumViewSet(
    NarrowWrites, OfOneEdition, mixins.ListModelMixin, viewsets.GenericViewSet
):
    """The forums one hosts; others' are not there. Times and rooms are the desk's."""

    queryset = Forum.objects.none()
    serializer_class = HostedForumListSerializer
    permission_classes = [IsAuthenticated]
    lookup_field = "code"
    lookup_value_regex = "[0-9A-Z]{6}"
    filter_backends = []

    def get_queryset(self):
        hosted = Forum.objects.hosted_by(self.request.user)
        return hosted.select_related("edition").order_by("-edition__year", "pk")

    @extend_schema(responses=HostedForumSerializer)
    def retrieve(self, request, code):
        return Response(self.shown(self.get_object()))

    @extend_schema(request=TextsInput, responses=HostedForumSerializer)
    def partial_update(self, request, code):
        """Change the texts that are sent."""
        forum, sent = self.get_object(), self.read(TextsInput, partial=True)
        form = HostedForumForm({**self.values(forum, "text"), **sent, "version": forum.version}, instance=forum)  # fmt: skip
        return self.change(forum, "text", "set", form, sent)

    # --- Agenda and guests ------------------------------------------------------------------------

    @extend_schema(request=NewSessionInput, responses={201: HostedForumSerializer}, parameters=[HEADER])  # fmt: skip
    @action(detail=True, methods=["post"])
    @once
    def sessions(self, request, code):
        """Add an item to the end of the agenda."""
        return self.add(self.get_object(), "session", NewSessionInput)

    @extend_schema(request=SessionInput, responses=HostedForumSerializer)
    @action(detail=True, methods=["patch"], url_path=f"sessions/{ROW}")
    def session(self, request, code, pk):
        return self.set_row("session", pk, SessionInput)

    @extend_schema(request=None, responses=HostedForumSerializer)
    @session.mapping.delete
    def remove_session(self, request, code, pk):
        return self.remove("session", pk)

    @extend_schema(request=NewGuestInput, responses={201: HostedForumSerializer}, parameters=[HEADER])  # fmt: skip
    @action(detail=True, methods=["post"])
    @once
    def guests(self, request, code):
        """Add a guest by name; the desk invites them."""
        return self.add(self.get_object(), "guest", NewGuestInput)

    @extend_schema(request=GuestInput, responses=HostedForumSerializer)
    @action(detail=True, methods=["patch"], url_path=f"guests/{ROW}")
    def guest(self, request, code, pk):
        return self.set_row("guest", pk, GuestInput)

    @extend_schema(request=None, responses=HostedForumSerializer)
    @guest.mapping.delete
    def remove_guest(self, request, code, pk):
        return self.remove("guest", pk)

    # --- Steps ------------------------------------------------------------------------------------

    @extend_schema(request=NothingInput, responses=HostedForumSerializer)
    @action(detail=True, methods=["post"])
    def hand_in(self, request, code):
        """Say that the forum is complete."""
        return self.step(hand_in_forum, NothingInput)

    @extend_schema(request=NothingInput, responses=HostedForumSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request, code):
        """Take back everything that waits for the desk."""
        return self.step(changes.withdraw_changes, NothingInput)

    @extend_schema(request=KeyInput, responses=HostedForumSerializer)
    @action(detail=True, methods=["post"])
    def take_out(self, request, code):
        """Take one change out of what waits, by its key."""
        return self.step(take_out_change, KeyInput)

    # --- How --------------------------------------------------------------------------------------

    def read(self, serializer_class, **options):
        """The body as plain values; 400 for unknown keys and what is no text."""
        serializer = serializer_class(data=self.request.data, **options)
        serializer.is_valid(raise_exception=True)
        return {k: storable_text("" if v is None else str(v)) for k, v in serializer.validated_data.items()}  # fmt: skip

    @staticmethod
    def values(forum, what, pk=None):
        """What the row says; 404 for one of another forum."""
        values = changes.values_of(forum, what, pk)
        if values is None:
            raise Http404
        return values

    def add(self, forum, what, serializer_class):
        sent = self.read(serializer_class)
        blank = FORMS[what].Meta.model()
        usual = {name: getattr(blank, name) for name in changes.COLUMNS[what]}
        return self.change(
            forum, what, "add", FORMS[what]({**usual, **sent}, forum=forum, is_new=True), sent
        )

    def set_row(self, what, pk, serializer_class):
        forum = self.get_object()
        there = self.values(forum, what, pk)
        sent = self.read(serializer_class, partial=True)
        return self.change(forum, what, "set", FORMS[what]({**there, **sent}, forum=forum, is_new=False), sent, int(pk))  # fmt: skip

    def remove(self, what, pk):
        forum = self.get_object()
        self.values(forum, what, pk)
        seen = self.request.query_params.get("version")
        return self.change(forum, what, "remove", None, {"version": seen}, int(pk))

    def change(self, forum, what, op, form, sent, pk=None):
        """The portal's form and operation; the answer says what became of it."""
        if form is not None and not form.is_valid():
            raise ValidationError(form.errors.as_data())
        seen = sent.get("version") if op != "add" else None
        values = form and written(what, op, form.cleaned_data, sent)
        outcome = or_conflict(changes.edit, forum, what, op, values, by=self.request.user, pk=pk, seen=seen)  # fmt: skip
        if outcome is not None and outcome.state == ChangeState.PENDING:
            return Response(self.shown(forum), status.HTTP_202_ACCEPTED)
        return Response(self.shown(forum), status.HTTP_201_CREATED if op == "add" else status.HTTP_200_OK)  # fmt: skip

    def step(self, operation, serializer_class):
        forum = self.get_object()
        or_conflict(operation, forum, by=self.request.user, **self.read(serializer_class))
        return Response(self.shown(forum))

    def shown(self, forum):
        fresh = get_object_or_404(self.get_queryset().prefetch_related("sessions"), pk=forum.pk)
        return HostedForumSerializer(fresh).data


def written(what, op, values, sent):
    """The columns to write: all of a new row, what was sent of one that is there."""
    names = {*changes.COLUMNS[what], *(("name_zh", "name_en") if what == "guest" else ())}
    return {k: v for k, v in values.items() if k in names and (op == "add" or k in sent)}


def take_out_change(forum, *, key, by):
    """404 for a key that nothing waits under."""
    if not changes.drop_change(forum, key, by=by):
        raise Http404


def or_conflict(operation, *args, **words):
    """A refusal that lies in how things stand is a 409."""
    try:
        return operation(*args, **words)
    except ValidationError as refusal:
        raise Conflict(" ".join(refusal.messages), code=getattr(refusal, "code", None)) from refusal
