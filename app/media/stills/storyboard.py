"""The storyboard: small pictures of the whole film on a few sheets, and the WebVTT list that says which is where (`#xywh`)."""

from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

import msgspec

COLUMNS = ROWS = 5
MOST = 600  # pictures: 24 sheets, whatever the length
_SIDE = 160
_LIST = "storyboard.json"


class Storyboard(msgspec.Struct, frozen=True):
    """`times` are the seconds from which each picture holds, in order; tiles are `width` x `height` pixels."""

    times: tuple[float, ...]
    width: int
    height: int
    duration: float

    @property
    def sheets(self) -> int:
        return ceil(len(self.times) / (COLUMNS * ROWS))

    @property
    def sparse(self) -> bool:
        """Whether key frames are so rare that the pictures say little of the film."""
        widest = max((after - before for before, after in zip(self.times, (*self.times[1:], self.duration), strict=True)), default=0.0)
        return widest > max(4 * spacing(self.duration), min(15, self.duration / 5))


def spacing(duration: float) -> float:
    """Seconds between pictures: every second of a clip, every twelve of a film of two hours."""
    return float(max(1, ceil(duration / MOST)))


def targets(duration: float) -> list[float]:
    step = spacing(duration)
    return [number * step for number in range(max(1, ceil(duration / step)))]


def tile_size(width: int, height: int) -> tuple[int, int]:
    """160 wide; an upright picture is 160 high. Even, and never nothing."""
    scale = _SIDE / max(width, height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def place(number: int, width: int, height: int) -> tuple[int, int, int]:
    """(sheet, left, top) of a picture."""
    sheet, rest = divmod(number, COLUMNS * ROWS)
    return sheet, rest % COLUMNS * width, rest // COLUMNS * height


def sheet_name(number: int) -> str:
    return f"storyboard-{number}.webp"


def save_storyboard(board: Storyboard) -> tuple[str, bytes]:
    return _LIST, msgspec.json.encode(board)


def load_storyboard(folder: Path) -> Storyboard | None:
    """What was made; None if nothing was, or if it cannot be read."""
    try:
        return msgspec.json.decode((folder / _LIST).read_bytes(), type=Storyboard)
    except (OSError, msgspec.DecodeError):
        return None


def storyboard_is_whole(folder: Path) -> bool:
    """Whether the list and every sheet it speaks of are there."""
    board = load_storyboard(folder)
    return board is not None and all((folder / sheet_name(number)).is_file() for number in range(board.sheets))


def webvtt(board: Storyboard, *, address: Callable[[str], str]) -> str:
    """The first picture holds from the very beginning: a bar must not be empty there."""
    lines = ["WEBVTT", ""]
    starts: Sequence[float] = (0.0, *board.times[1:])
    for number, (start, end) in enumerate(zip(starts, (*board.times[1:], board.duration), strict=True)):
        if end <= start:
            continue
        sheet, left, top = place(number, board.width, board.height)
        lines += [f"{_clock(start)} --> {_clock(end)}", f"{address(sheet_name(sheet))}#xywh={left},{top},{board.width},{board.height}", ""]
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return f"{thousandths // 3600000:02}:{thousandths // 60000 % 60:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
