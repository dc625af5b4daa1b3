"""Where to look in a film: key frames, as its index lists them, because a decoder needs nothing else to show them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from app.media.facts import VideoFacts
from app.media.index import Index

_STILLS = 20  # key frames looked at for stills
_FIRST, _LAST = 0.03, 0.9  # shares of the film between which one looks: no titles, no end


def key_times(index: Index, video: VideoFacts, zero: float) -> list[float]:
    """Seconds of every key frame; none while the frames are still being counted."""
    return [key * video.tb_num / video.tb_den - zero for key in index.keys] if index.whole else []


def still_places(duration: float, keys: Sequence[float]) -> tuple[float, ...]:
    shares = (_FIRST + (_LAST - _FIRST) * number / (_STILLS - 1) for number in range(_STILLS))
    return at_keys((share * duration for share in shares), keys)


def at_keys(wanted: Iterable[float], keys: Sequence[float]) -> tuple[float, ...]:
    """The key frame that holds at each moment, each once; the moments themselves where no key frames are known."""
    if not keys:
        return tuple(wanted)
    return tuple(dict.fromkeys(keys[max(0, bisect_right(keys, moment + 1e-6) - 1)] for moment in wanted))
