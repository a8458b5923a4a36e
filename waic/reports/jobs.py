"""Exports as jobs: asked for, worked on in the background, kept for two weeks."""

from waic.editions.models import Edition
from waic.lib import files
from waic.lib.jobs import job
from waic.reports import desks  # noqa: F401 (registers the reports)
from waic.reports.exports import write_csv, write_xlsx
from waic.reports.registry import report_for


@job("report-export")
def export_report(progress, *, report, year, form):
    """One report as CSV or XLSX; the right to read it is looked at again."""
    found = report_for(progress.by, report)
    edition = Edition.objects.get(year=year)
    rows = found.rows(edition)
    progress.total = (
        rows.count() if hasattr(rows, "count") and not isinstance(rows, list) else len(rows)
    )

    def counted():
        for row in found.table(edition):
            yield row
            progress.step()

    name = f"waic-{year}-{report}.{form}"
    if form == "csv":
        return files.store(
            write_csv(found.columns, counted()),
            name=name,
            media_type=files.CSV,
            kind="export",
            by=progress.by,
        )
    return files.store(
        write_xlsx(found.title, found.columns, counted()),
        name=name,
        media_type=files.XLSX,
        kind="export",
        by=progress.by,
    )
