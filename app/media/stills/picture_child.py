"""The child that decodes a picture somebody sent, and writes it anew. Prints one JSON line: its size, or a code why not."""

import io
import sys
from pathlib import Path

import msgspec
from PIL import Image, ImageCms, ImageOps

from app.media.allowed import MAX_PIXELS
from app.media.stills.headers import declared
from app.media.stills.names import LARGEST
from app.media.stills.writing import write_still


class Refused(Exception):
    """With a code that the parent has a sentence for."""


def main() -> None:
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with source.open("rb") as file:
            width, height = write_still(read_picture(file.read(LARGEST + 1)), folder)
        reply: dict[str, object] = {"width": width, "height": height}
    except Refused as refusal:
        reply = {"refused": refusal.args[0]}
    sys.stdout.buffer.write(msgspec.json.encode(reply))


def read_picture(data: bytes) -> Image.Image:
    """Upright, in sRGB, the first of several; nothing but its pixels is kept."""
    if len(data) > LARGEST:
        raise Refused("too large")
    said = declared(data)
    if said is None:
        raise Refused("no picture")
    if not 0 < said.pixels <= MAX_PIXELS:
        raise Refused("too many pixels")
    try:
        with Image.open(io.BytesIO(data), formats=[said.kind]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Refused("too many pixels")
            opened.draft("RGB", (2560, 2560))  # a JPEG can be decoded at a fraction of its size
            return _plain(ImageOps.exif_transpose(opened))
    except Refused:
        raise
    except Exception as error:
        raise Refused("no picture") from error


def _plain(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that makes no sense is as good as none
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture.convert("RGBA"))
    return picture.convert("RGB")
