"""QR codes for pages."""

import segno
from django.utils.safestring import mark_safe


def qr_svg(text, title):
    """A QR code as inline SVG without styles."""
    code = segno.make(text, error="m")
    return mark_safe(
        code.svg_inline(
            scale=4, svgclass="qr", lineclass=None, omitsize=True, light="#fff", dark="#000", title=title
        )
    )  # fmt: skip
