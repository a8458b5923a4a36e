"""What can be expected of an address: who gets it, and what others get instead."""

import uuid
from dataclasses import dataclass, field

NOBODYS_CODE = "222222"
NOBODYS_UUID = uuid.UUID(int=7)


def nothing(w):
    return {}


def none(w):
    return []


@dataclass(frozen=True)
class Public:
    """The same 200 for everybody; hidden objects are a 404 for everybody."""

    own: object = nothing
    hidden: object = none
    status: int = 200


@dataclass(frozen=True)
class SignedIn:
    """A page of the person asking: a way to sign in for anonymous visitors, 200 for everybody else."""

    own: object = nothing
    hidden: object = none
    method: str = "get"
    statuses: tuple = (200,)


@dataclass(frozen=True)
class Owner:
    """For the roles named; for everybody else it is not there. Anonymous visitors are asked to sign in, whatever the object."""

    roles: tuple
    own: object
    hidden: object
    method: str = "get"
    statuses: tuple = (200,)
    data: dict = field(default_factory=dict)
    # What others get at the owner's object: not there, or (where the permission is what counts) refused.
    others: tuple = (404,)
    anonymous: tuple = (302,)


@dataclass(frozen=True)
class Account:
    """Pages of signing in: what matters is that they never fail; who is signed in is led on."""

    anonymous: tuple
    signed_in: tuple
    own: object = nothing


def code(obj):
    return {"code": obj.code}


def year_code(w, *objects):
    return [{"year": w.year, "code": getattr(o, "code", o)} for o in objects]


def missing_code(w):
    return {"code": NOBODYS_CODE}


def in_year(w):
    return {"year": w.year}


def no_year(w):
    return [{"year": 1999}]


def public_object(name, *hidden):
    """An object of the edition by code; made-up codes, the hidden ones, and the right one in another year are not there."""

    def own(w):
        return {"year": w.year, "code": getattr(w, name).code}

    def absent(w):
        wrong_year = {"year": 2023, "code": getattr(w, name).code}
        return [*year_code(w, NOBODYS_CODE, *(getattr(w, h) for h in hidden)), wrong_year]

    return Public(own, absent)


def page_of_year():
    return Public(in_year, no_year)


def owned(role, name, *foreign, **more):
    def own(w):
        return code(getattr(w, name))

    def hidden(w):
        return [missing_code(w), *(code(getattr(w, f)) for f in foreign)]

    return Owner((role,), own, hidden, **more)


def exhibit_page(**more):
    return Owner(
        ("exhibitor",),
        lambda w: {"code": w.application.code, "exhibit": w.draft_exhibit.code},
        lambda w: [
            {"code": w.foreign_application.code, "exhibit": w.foreign_exhibit.code},
            {"code": w.application.code, "exhibit": w.foreign_exhibit.code},
            {"code": w.application.code, "exhibit": NOBODYS_CODE},
        ],
        **more,
    )


def api_list():
    return Public()


def api_object(name, *hidden):
    return Public(
        lambda w: code(getattr(w, name)),
        lambda w: [missing_code(w), *(code(getattr(w, h)) for h in hidden)],
    )


def api_owned(role, name, foreign, **more):
    """The API says 401 where a page would lead to the sign-in."""
    return owned(role, name, foreign, anonymous=(401,), **more)


def jobs_page(**more):
    from tests.routes.world import DESKS

    return Owner(
        DESKS,
        lambda w, role: {"uuid": w.job[role].uuid},
        lambda w: [{"uuid": w.foreign_job.uuid}, {"uuid": NOBODYS_UUID}],
        others=(302,),  # the admin's sign-in: these people work at no desk
        **more,
    )


STEPS = (302, 400, 409, 422)
POSTED = (200, 302, 400, 409, 422)
