"""The part of a photo that is kept: always a square inside of it, bounded, cut by the server."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from waic.lib.crop import LARGEST, Crop, CropField
from waic.lib.files import JPEG, PICTURE, PNG, receive, reencode

percent = st.integers(0, 100)


def photo(size, mode="RGB", kind="PNG", left="red", right="blue"):
    """Left half one colour, right half another."""
    image = Image.new(mode, size, left)
    image.paste(Image.new(mode, (size[0] // 2, size[1]), right), (size[0] - size[0] // 2, 0))
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


@given(percent, percent, st.integers(100, 400), st.integers(1, 5000), st.integers(1, 5000))
def test_the_square_lies_inside_of_the_photo(across, down, near, width, height):
    left, top, right, bottom = Crop(across, down, near).box(width, height)
    assert right - left == bottom - top == max(1, round(min(width, height) * 100 / near))
    assert (left >= 0, top >= 0, right <= width, bottom <= height) == (True,) * 4


@pytest.mark.parametrize(("across", "colour"), [(0, (255, 0, 0)), (100, (0, 0, 255))])
@pytest.mark.parametrize(("media_type", "kind"), [(PNG, "PNG"), (JPEG, "JPEG")])
def test_the_chosen_part_is_what_is_kept(across, colour, media_type, kind):
    made = reencode(photo((400, 100), kind=kind), media_type, PICTURE, Crop(across=across))
    kept = Image.open(io.BytesIO(made))
    assert (kept.size, kept.format) == ((100, 100), kind)
    seen = kept.convert("RGB").getpixel((50, 50))
    assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 9


def test_a_large_photo_is_scaled_down_and_a_lying_one_set_upright():
    tall = Image.new("RGB", (3000, 2000))
    target = io.BytesIO()
    exif = tall.getexif()
    exif[274] = 6  # turned by a quarter
    tall.save(target, "JPEG", exif=exif)
    kept = Image.open(io.BytesIO(reencode(target.getvalue(), JPEG, PICTURE, Crop(near=100))))
    assert (kept.size, dict(kept.getexif())) == ((LARGEST, LARGEST), {})


@pytest.mark.parametrize(("near", "decoded"), [(100, (2400, 1600)), (400, (4800, 3200))])
def test_a_large_jpeg_is_decoded_no_larger_than_it_has_to_be(monkeypatch, near, decoded):
    """A phone's 60 megapixels as they are would be half a gigabyte; nearer in, all of them are needed."""
    sizes, cut = [], Crop.cut
    monkeypatch.setattr(
        Crop, "cut", lambda self, image: sizes.append(image.size) or cut(self, image)
    )
    made = reencode(photo((4800, 3200), kind="JPEG"), JPEG, PICTURE, Crop(near=near))
    side = min(LARGEST, 3200 * 100 // near)
    assert (sizes, Image.open(io.BytesIO(made)).size) == ([decoded], (side, side))


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(7800, 7800), (13_500, 13_500)])
def test_a_photo_of_sixty_megapixels_gets_a_sentence(size):
    target = io.BytesIO()
    Image.new("1", size).save(target, "PNG")
    upload = SimpleUploadedFile("huge.png", target.getvalue())
    with pytest.raises(ValidationError) as refusal:
        receive(upload, PICTURE, kind="sample", crop=Crop())
    assert refusal.value.code == "too_many_pixels"
    assert "60" in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "crop"),
    [(["10", "20", "300"], Crop(10, 20, 300)), (["", "", ""], Crop()), ([None, None, None], Crop()), (["0", "", "400"], Crop(0, 40, 400))],
)  # fmt: skip
def test_what_is_missing_is_the_middle(typed, crop):
    assert CropField().clean(typed) == crop


@pytest.mark.parametrize("typed", [["101", "0", "100"], ["-1", "0", "100"], ["x", "0", "100"], ["0", "0", "99"], ["0", "0", "9" * 400], ["\0", "0", "100"]])  # fmt: skip
def test_nonsense_gets_a_sentence(typed):
    with pytest.raises(ValidationError) as refusal:
        CropField().clean(typed)
    assert all(refusal.value.messages)
