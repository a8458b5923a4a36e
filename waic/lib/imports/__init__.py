"""Imports (rule 9): CSV and XLSX with a template, a preview of every row, errors by row and column, all or nothing.

In `<app>/imports.py`:

    @register
    class ForumImport(EditionImport):
        key = "forums"
        model = Forum
        title = _("Import forums")
        columns = [Column("title_zh", _("Title (Chinese)"), aliases=["论坛名称"], required=True), …]

        def find(self, row): …      # the object a row is about, or None for a new one
        def apply(self, row, obj, changed): …      # write it, by the rules of models and operations

and in its admin `import_class = ForumImport` with `waic.lib.imports.desk.ImportMixin`.

reading: a file's bytes → lines. cells: a cell → a value. columns: which column is which. engine: lines → rows
that were written, or what is wrong with them. running: the check and the import as jobs. template: the file to
fill in. desk: the pages. A check is a run of the real thing that is rolled back, so it promises nothing that the
import cannot keep; the import is done only if it comes to exactly what the check showed.
"""

from waic.lib.imports import running  # noqa: F401 (registers the jobs; waic.lib.jobs looks for them here)
