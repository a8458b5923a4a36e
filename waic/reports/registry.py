"""Reports: a report is a small class with a title, columns and rows; it is shown, drawn and exported from those."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

_reports: dict = {}


@dataclass(frozen=True)
class Bar:
    """One bar of a report's chart."""

    label: object
    value: int


class Report:
    """Subclass with `key`, `title`, `permission` (what the reader must be allowed to see), `columns`.

    `rows(edition)` answers a queryset or list; `row(obj)` the cells of one; `bars(edition)` the chart, whose title
    `finding(edition)` says in a sentence what it shows.
    """

    key = ""
    title: object = ""
    permission = ""
    columns: tuple = ()

    def rows(self, edition):
        raise NotImplementedError

    def row(self, obj):
        raise NotImplementedError

    def bars(self, edition):
        return []

    def finding(self, edition):
        return ""

    def table(self, edition):
        """All rows as lists of cells, streamed."""
        rows = self.rows(edition)
        source = rows.iterator(chunk_size=500) if hasattr(rows, "iterator") else rows
        for obj in source:
            yield self.row(obj)


def register(report_class):
    """Class decorator."""
    _reports[report_class.key] = report_class()
    return report_class


def reports_for(user):
    """Reports the person may read, in order of registration."""
    return [r for r in _reports.values() if user.has_perm(r.permission)]


def report_for(user, key):
    """One report; KeyError for an unknown one, PermissionDenied for a foreign one."""
    report = _reports[key]
    if not user.has_perm(report.permission):
        raise PermissionDenied
    return report
