"""Bland rows of the outbox. Names and addresses are samples."""

import factory
from factory.django import DjangoModelFactory

from waic.accounts.models import User
from waic.notifications.models import Message, MessageState, Suppression, TemplateText


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"示例人员{n}")


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    template = "exhibitors/approved"
    cause = factory.Sequence(lambda n: f"sample:{n}")
    recipient = factory.SubFactory(UserFactory)
    address = factory.LazyAttribute(lambda o: o.recipient.email if o.recipient else "a@example.com")
    language = "zh-hans"
    subject = "示例消息"
    text = "第一段。\n\n第二段。"
    html = "<p>第一段。</p>"
    link = "http://127.0.0.1:8000/portal/"
    state = MessageState.QUEUED


class SuppressionFactory(DjangoModelFactory):
    class Meta:
        model = Suppression

    address = factory.Sequence(lambda n: f"bounced{n}@example.com")
    reason = "bounced"


class TemplateTextFactory(DjangoModelFactory):
    class Meta:
        model = TemplateText

    template = "exhibitors/approved"
    language = "zh-hans"
    subject = "示例"
    text = "示例。"
