"""The child that looks for a good still: decodes some keyframes, gives each a mark, writes the best in two sizes."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import msgspec
from av.stream import Discard
from PIL import Image, ImageFilter, ImageStat

from app.media import allowed
from app.media.publish import publish
from app.media.thumbnails import LARGE, SMALL

_PLACES = (0.2, 0.1, 0.3, 0.05, 0.4, 0.15, 0.25, 0.35, 0.5, 0.0)  # shares of the film, the likeliest first
_GOOD = 0.55  # a mark good enough to stop looking
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": allowed.CONTAINER_LIST, "codec_whitelist": allowed.DECODER_LIST}


def main() -> None:
    source, folder, order = sys.argv[1], Path(sys.argv[2]), msgspec.json.decode(sys.argv[3])
    best = max(_candidates(source, order), key=lambda candidate: candidate[0])
    _, at, still = best
    sizes = {}
    for name, width in ((LARGE, 1280), (SMALL, 640)):
        sizes[name] = _write(still, order, width, folder / name)
    width, height = sizes[LARGE]
    sys.stdout.buffer.write(msgspec.json.encode({"at": at, "width": width, "height": height}))


def _candidates(source: str, order: dict[str, Any]) -> Iterator[tuple[float, float, Image.Image]]:
    """(mark, seconds, picture); ends early at a good one."""
    with av.open(f"file:{source}", options=_OPTIONS, metadata_errors="replace") as container:
        stream: Any = container.streams[order["stream"]]
        stream.codec_context.skip_frame = "NONKEY"
        for other in container.streams:
            other.discard = Discard.default if other.index == stream.index else Discard.all
        seen = set()
        for share in _PLACES:
            frame = _frame_at(container, stream, order["zero"] + share * order["duration"])
            if frame is None or frame.pts in seen:
                continue
            seen.add(frame.pts)
            still = _upright(frame)
            mark = score(still)
            yield mark, round(float(frame.pts * stream.time_base) - order["zero"], 3), still
            if mark >= _GOOD:
                return


def _frame_at(container: Any, stream: Any, seconds: float) -> Any:
    try:
        container.seek(round(seconds / stream.time_base), stream=stream, backward=True)
        return next(container.decode(stream), None)
    except (av.FFmpegError, ValueError):
        return None


def _upright(frame: Any) -> Image.Image:
    picture: Image.Image = frame.to_image()
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def score(still: Image.Image) -> float:
    """0 for black, white or flat; towards 1 for light, contrast, colour and detail."""
    small = still.convert("RGB").resize((96, 54))
    grey = small.convert("L")
    light, contrast = ImageStat.Stat(grey).mean[0], ImageStat.Stat(grey).stddev[0]
    detail = ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).mean[0]
    colour = ImageStat.Stat(small.convert("HSV").getchannel("S")).mean[0]
    exposed = max(0.0, 1 - abs(light - 115) / 115)
    return exposed * min(contrast / 50, 1) * (0.4 + 0.3 * min(detail / 25, 1) + 0.3 * min(colour / 100, 1))


def _write(still: Image.Image, order: dict[str, Any], width: int, path: Path) -> tuple[int, int]:
    """With square pixels, no wider than `width`, without what the camera wrote into the file (MED-8)."""
    import io

    shown = min(width, order["width"])
    size = (shown, max(1, round(order["height"] * shown / order["width"])))
    out = io.BytesIO()
    still.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(out, "WEBP", quality=80, method=4)
    publish(path, out.getvalue())
    return size
