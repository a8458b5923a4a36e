"""The exhibition desk, a module per subject."""

from exhibitors.admin.applications import ApplicationAdmin
from exhibitors.admin.booths import BoothAdmin
from exhibitors.admin.calls import BlockAdmin, ExhibitionCallAdmin, FieldNameAdmin
from exhibitors.admin.exhibits import ExhibitAdmin, FirstLaunchAdmin

__all__ = [
    "ApplicationAdmin",
    "BlockAdmin",
    "BoothAdmin",
    "ExhibitAdmin",
    "ExhibitionCallAdmin",
    "FieldNameAdmin",
    "FirstLaunchAdmin",
]
