"""A still in the two sizes that pages show, as WebP, without a word of what the camera wrote into its file (SECURITY MED-8)."""

import io
from pathlib import Path

from PIL import Image

from app.media.publish import publish
from app.media.stills.names import WIDTHS, still_name


def write_still(still: Image.Image, folder: Path, number: int = 1) -> tuple[int, int]:
    """Never larger than the picture is. Returns the size of the large one."""
    sizes = []
    for name, width in WIDTHS:
        size = fitted(still.size, width)
        publish(folder / still_name(name, number), webp(still.resize(size, Image.Resampling.LANCZOS) if size != still.size else still))
        sizes.append(size)
    return sizes[0]


def fitted(size: tuple[int, int], width: int) -> tuple[int, int]:
    """At most so wide, and no more than twice as high as that: a picture may be very tall."""
    shown = min(width, size[0], max(1, 2 * width * size[0] // size[1]))
    return shown, max(1, round(size[1] * shown / size[0]))


def webp(still: Image.Image, quality: int = 84) -> bytes:
    out = io.BytesIO()
    clean = still.convert("RGB")
    clean.info = {}
    clean.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()
