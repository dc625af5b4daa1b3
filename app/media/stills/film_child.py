"""The child that looks into a film for pictures: stills to choose from, one at a moment, the storyboard, the cover of a file of sound.

Prints JSON lines: shares of the work while it goes on, and what came of it at the end.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from app.media.publish import publish
from app.media.stills.frames import Frames, Order, cover
from app.media.stills.marks import Candidate, candidate, choose
from app.media.stills.names import STILLS, WIDTHS
from app.media.stills.picture_child import Refused, read_picture
from app.media.stills.storyboard import COLUMNS, ROWS, Storyboard, place, save_storyboard, sheet_name, tile_size
from app.media.stills.writing import fitted, webp, write_still

_STEPS = 6  # places in a film with too few key frames


def main() -> None:
    what, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    order = msgspec.json.decode(sys.argv[4])
    _WORK[what](source, folder, order)


def say(reply: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(reply) + b"\n")
    sys.stdout.buffer.flush()


def _stills(source: Path, folder: Path, order: Any) -> None:
    frames = Frames(source, msgspec.convert(order, Order))
    chosen = choose(list(_candidates(frames)), STILLS)
    found = []
    for number, each in enumerate(chosen, 1):
        width, height = write_still(each.still, folder, number)
        found.append({"at": each.at, "width": width, "height": height})
    if not found:
        sys.exit(3)
    say({"stills": found})


def _candidates(frames: Frames) -> Iterator[Candidate]:
    """From key frames all over the film; from others too where there are few of them."""
    seen, count = set[int](), 0
    for at in frames.order.places:
        if (frame := frames.key_near(at, seen)) is not None:
            count += 1
            yield candidate(frames.at(frame), _still(frames, frame))
    for number in range(_STEPS if count < STILLS else 0):
        if (frame := frames.exactly(frames.order.duration * (number + 0.5) / _STEPS)) is not None:
            yield candidate(frames.at(frame), _still(frames, frame))


def _still(frames: Frames, frame: Any) -> Image.Image:
    return frames.picture(frame, *fitted((frames.order.width, frames.order.height), WIDTHS[0][1]))


def _moment(source: Path, folder: Path, order: Any) -> None:
    frames = Frames(source, msgspec.convert(order, Order))
    frame = frames.exactly(float(order["at"]))
    if frame is None:
        sys.exit(3)
    width, height = write_still(_still(frames, frame), folder)
    say({"stills": [{"at": frames.at(frame), "width": width, "height": height}]})


def _cover(source: Path, folder: Path, _order: Any) -> None:
    try:
        data = cover(source)
        width, height = write_still(read_picture(data), folder) if data else (0, 0)
    except Refused:
        width, height = 0, 0
    say({"stills": [{"at": 0.0, "width": width, "height": height}] if width else []})


def _storyboard(source: Path, folder: Path, order: Any) -> None:
    """Sheet after sheet is written as it is full, so that memory does not grow with the film."""
    frames = Frames(source, msgspec.convert(order, Order))
    width, height = tile_size(frames.order.width, frames.order.height)
    times: list[float] = []
    sheet = Image.new("RGB", (width * COLUMNS, height * ROWS))
    for at, tile in _tiles(frames, width, height):
        number, left, top = place(len(times), width, height)
        if (left, top) == (0, 0):
            if times:
                publish(folder / sheet_name(number - 1), webp(sheet, 78))
            sheet = Image.new("RGB", (width * COLUMNS, height * ROWS))
        sheet.paste(tile, (left, top))
        times.append(at)
    if not times:
        sys.exit(3)
    board = Storyboard(tuple(times), width, height, frames.order.duration)
    publish(folder / sheet_name(board.sheets - 1), webp(sheet, 78))
    name, text = save_storyboard(board)
    publish(folder / name, text)
    say({"pictures": len(times), "sparse": board.sparse})


def _tiles(frames: Frames, width: int, height: int) -> Iterator[tuple[float, Image.Image]]:
    seen, last, wanted = set[int](), -1.0, frames.order.places
    for number, target in enumerate(wanted):
        frame = frames.key_near(target, seen)
        if frame is not None and (at := frames.at(frame)) > last:
            last = at
            yield at, frames.picture(frame, width, height)
        if number % 10 == 0:
            say({"share": round(number / len(wanted), 3)})


_WORK = {"stills": _stills, "moment": _moment, "cover": _cover, "storyboard": _storyboard}
