"""Bland rows of the exhibition. Names are samples."""

import io
from datetime import datetime, timedelta

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from exhibitors import models
from waic.accounts.credit_code import check_digit
from waic.accounts.models import Membership, Organisation, Role, User
from waic.editions.models import Edition, Hall, Venue
from waic.lib import clock, files

OPENS = datetime(2024, 3, 1, 9, 0, tzinfo=clock.ZONE)
CLOSES = datetime(2024, 5, 31, 18, 0, tzinfo=clock.ZONE)
DURING = datetime(2024, 4, 8, 10, 0, tzinfo=clock.ZONE)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"示例人员{n}")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name_zh = factory.Sequence(lambda n: f"示例科技{n}有限公司")
    name_en = factory.Sequence(lambda n: f"Sample Technology {n} Ltd")
    country = "CN"
    city = "上海"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = Edition
        django_get_or_create = ("year",)

    year = 2024
    name_zh = "示例大会"
    name_en = "Sample Conference"
    starts_on = factory.LazyAttribute(lambda o: datetime(o.year, 7, 4).date())
    ends_on = factory.LazyAttribute(lambda o: datetime(o.year, 7, 6).date())
    is_current = factory.LazyAttribute(lambda o: o.year == 2024)


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue
        django_get_or_create = ("edition", "name_zh")

    edition = factory.SubFactory(EditionFactory)
    name_zh = "示例展馆"
    name_en = "Sample Hall of Exhibitions"


class HallFactory(DjangoModelFactory):
    class Meta:
        model = Hall
        django_get_or_create = ("venue", "key")

    venue = factory.SubFactory(VenueFactory)
    key = "H2"
    name_zh = factory.LazyAttribute(lambda o: f"{o.key}馆")
    name_en = factory.LazyAttribute(lambda o: f"Hall {o.key}")


class BlockFactory(DjangoModelFactory):
    class Meta:
        model = models.Block
        django_get_or_create = ("edition", "key")

    edition = factory.SubFactory(EditionFactory)
    key = "core"
    name_zh = "核心技术"
    name_en = "Core technology"


class CallFactory(DjangoModelFactory):
    class Meta:
        model = models.ExhibitionCall
        django_get_or_create = ("edition",)

    edition = factory.SubFactory(EditionFactory)
    opens_at = OPENS
    closes_at = CLOSES


class ApplicationFactory(DjangoModelFactory):
    """A draft; `approved()` below makes an exhibitor."""

    class Meta:
        model = models.Application

    edition = factory.SubFactory(EditionFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    name_zh = factory.SelfAttribute("organisation.name_zh")
    name_en = factory.SelfAttribute("organisation.name_en")
    country = "CN"
    city = "上海"

    class Params:
        submitted = factory.Trait(state="submitted", submitted_at=DURING)
        approved = factory.Trait(
            state="approved", submitted_at=DURING, decided_at=DURING + timedelta(days=3)
        )


class ExhibitFactory(DjangoModelFactory):
    class Meta:
        model = models.Exhibit

    application = factory.SubFactory(ApplicationFactory)
    name_zh = factory.Sequence(lambda n: f"示例展品{n}")
    name_en = factory.Sequence(lambda n: f"Sample exhibit {n}")


class FirstLaunchFactory(DjangoModelFactory):
    class Meta:
        model = models.FirstLaunch

    exhibit = factory.SubFactory(ExhibitFactory)
    evidence = "示例依据"


class BoothFactory(DjangoModelFactory):
    class Meta:
        model = models.Booth

    hall = factory.SubFactory(HallFactory)
    number = factory.Sequence(lambda n: f"H2-B{n:03d}")


class AllocationFactory(DjangoModelFactory):
    class Meta:
        model = models.Allocation

    booth = factory.SubFactory(BoothFactory)
    application = factory.SubFactory(ApplicationFactory, approved=True)


def picture_bytes(colour="navy", kind="PNG", size=(60, 40)):
    """A small real picture."""
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()


def stored_file(kind="logo", *, media_type=files.PNG, name="示例.png", data=None, by=None):
    return files.store(data or picture_bytes(), name=name, media_type=media_type, kind=kind, by=by)


def free_credit_code():
    """The first code no organisation has yet. Check characters are computed (GB 32100-2015); nobody owns these."""
    bodies = ["91310000MA1FL4B75", *(f"91310000MA1FL{n:04d}" for n in range(100))]
    codes = (body + check_digit(body) for body in bodies)
    return next(c for c in codes if not Organisation.objects.filter(credit_code=c).exists())


def complete_draft(user=None, **fields):
    """A draft that lacks nothing, and the person who may submit it."""
    user = user or UserFactory()
    organisation = fields.pop("organisation", None) or OrganisationFactory(
        credit_code=free_credit_code()
    )
    MembershipFactory(user=user, organisation=organisation)
    edition = fields.pop("edition", None) or EditionFactory()
    CallFactory(edition=edition)
    application = ApplicationFactory(
        edition=edition, organisation=organisation, block=BlockFactory(edition=edition),
        licence=stored_file("licence", by=user), started_by=user,
        **{
            "profile_zh": "示例简介", "contact_name": "示例联系人", "contact_email": "contact@example.com",
            "contact_phone": "021-00000000", **fields,
        },
    )  # fmt: skip
    ExhibitFactory(application=application)
    return application, user
