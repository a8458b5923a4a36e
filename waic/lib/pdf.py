"""PDFs by typst: a template of ours, data as JSON, Chinese fonts from a wheel, no network, no system fonts.

What people typed reaches the template as data (`sys.inputs.data`), never as markup.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"


def compile_pdf(template, data, *, qr=None, codes=None):
    """The bytes of a PDF.

    template: a .typ file below templates/. data: JSON-able values, read there as `json(bytes(sys.inputs.data))`.
    qr: text that is put beside the template as `qr.svg`. codes: {name: text} for several of them, as `NAME.svg`.
    """
    # Imported here: the compiler is large and only a few requests need it.
    import pylopdf_fonts_zh_cn
    import typst

    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    with TemporaryDirectory(prefix="waic-pdf-") as folder:
        root = Path(folder)
        (root / "main.typ").write_text(
            (TEMPLATES / template).read_text(encoding="utf-8"), encoding="utf-8"
        )
        for name, text in {**({} if qr is None else {"qr": qr}), **(codes or {})}.items():
            segno.make(text, error="m").save(str(root / f"{name}.svg"), scale=4, border=0)
        return typst.compile(
            str(root / "main.typ"), root=folder, font_paths=[str(fonts)], ignore_system_fonts=True, format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip
