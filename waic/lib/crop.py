"""Which part of a photo is shown: three sliders that need no script, a square that the server cuts."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _
from PIL import Image

LARGEST = 1200  # pixels of the square that is kept


@dataclass(frozen=True)
class Crop:
    """The middle of the square in percent of the photo, and how near: 100 is as much as fits, 400 a quarter of that."""

    across: int = 50
    down: int = 40
    near: int = 100

    def box(self, width, height):
        """(left, top, right, bottom) of the square, wholly inside of the picture."""
        side = max(1, round(min(width, height) * 100 / self.near))
        left = min(max(round(width * self.across / 100 - side / 2), 0), width - side)
        top = min(max(round(height * self.down / 100 - side / 2), 0), height - side)
        return left, top, left + side, top + side

    def times_too_large(self, width, height):
        """How many times the square's side is what is kept of it."""
        left, _top, right, _bottom = self.box(width, height)
        return (right - left) / LARGEST

    def cut(self, image):
        """The square, scaled down to LARGEST where it is larger."""
        square = image.crop(self.box(*image.size))
        square.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
        return square


class CropWidget(forms.MultiWidget):
    """Sliders; with a script the photo itself is drawn above them, to be dragged and zoomed."""

    template_name = "look/crop.html"

    class Media:
        js = ["waic/crop.js"]

    def __init__(self):
        names = (
            (_("Left to right"), 0, 100),
            (_("Top to bottom"), 0, 100),
            (_("Nearer"), 100, 400),
        )
        sliders = [
            forms.NumberInput(attrs={"type": "range", "min": low, "max": high, "step": 1, "aria-label": name})
            for name, low, high in names
        ]  # fmt: skip
        super().__init__(sliders)

    def decompress(self, value):
        value = value or Crop()
        return [value.across, value.down, value.near]

    def get_context(self, name, value, attrs):
        # The name of the file field this belongs to, for the script.
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["photo"] = name.removesuffix("_crop") + "_upload"
        for slider in widget["subwidgets"]:
            slider["label"] = slider["attrs"].pop("aria-label")
        return context


class CropField(forms.MultiValueField):
    """Three whole numbers → a Crop; what is missing is the middle of the photo."""

    widget = CropWidget

    def __init__(self, **kwargs):
        bounds = ((0, 100), (0, 100), (100, 400))
        fields = [
            forms.IntegerField(min_value=low, max_value=high, required=False)
            for low, high in bounds
        ]
        super().__init__(fields, require_all_fields=False, required=False, **kwargs)

    def compress(self, values):
        default = Crop()
        given = [*values, None, None, None][:3]
        kept = (default.across, default.down, default.near)
        return Crop(*(d if v is None else v for v, d in zip(given, kept, strict=True)))
