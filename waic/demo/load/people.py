"""The demo's people: one per role, each with a past (design, section 4). Everything of theirs is a sample."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group

from waic.accounts.desks import DESKS
from waic.accounts.models import User

PEOPLE = {
    "organiser": "示例组织者", "programme": "示例论坛部", "exhibition": "示例展览部", "awards": "示例奖项部", "visitors": "示例观众部",
    "press": "示例新闻部", "host": "示例论坛主办方", "speaker": "示例嘉宾", "exhibitor": "示例展商", "applicant": "示例申报人",
    "judge": "示例评委", "visitor": "示例观众", "gate": "示例闸口人员",
}  # fmt: skip


def load_people(editions):
    """Accounts, desks and pasts; safe to repeat, and nothing anybody changed since is overwritten."""
    people = {role: _person(role, name) for role, name in PEOPLE.items()}
    for role, person in people.items():
        if role in DESKS:
            # The organiser works at every desk.
            names = list(DESKS) if role == "organiser" else [role]
            person.groups.add(*Group.objects.filter(name__in=names))
    from waic.demo.load import pasts

    pasts.load(people, editions)
    return people


def _person(role, name):
    email = f"{role}@waic.test"
    person, made = User.objects.get_or_create(
        email=email, defaults={"name": name, "is_staff": role in DESKS and role != "gate"}
    )
    if made:
        person.set_password(settings.DEMO_PASSWORD)
        person.save()
    EmailAddress.objects.get_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    return person
