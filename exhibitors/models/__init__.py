"""The exhibition: calls and applications, booths and who has them, exhibits and their first launches."""

from exhibitors.models.application import (
    APPLICATION,
    Application,
    ApplicationState,
    Kind,
)
from exhibitors.models.booth import Allocation, Booth
from exhibitors.models.call import Block, ExhibitionCall
from exhibitors.models.exhibit import ClaimState, Exhibit, FirstLaunch, Scope
from exhibitors.models.field import FieldName

__all__ = [
    "APPLICATION",
    "Allocation",
    "Application",
    "ApplicationState",
    "Block",
    "Booth",
    "ClaimState",
    "Exhibit",
    "ExhibitionCall",
    "FieldName",
    "FirstLaunch",
    "Kind",
    "Scope",
]
