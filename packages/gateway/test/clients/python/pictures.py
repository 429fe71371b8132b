"""Photos to send, and a look at what came back."""

import io
from pathlib import Path

from PIL import Image, ImageStat

PHOTO = Path(__file__).parents[5] / "examples" / "photos" / "rocket.jpg"
PHOTO_SIZE = (640, 427)


def opened(data: bytes) -> Image.Image:
    """Decoded in full: a header alone proves no picture."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def saturation(picture: Image.Image) -> float:
    """Of the whole picture: 0 is grey, 1 pure colours."""
    return ImageStat.Stat(picture.convert("HSV")).mean[1] / 255


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def mask() -> bytes:
    """White where the photo may change."""
    picture = Image.new("L", PHOTO_SIZE, 0)
    picture.paste(255, (300, 60, 400, 380))
    return png(picture)
