"""Which frames make good pictures: light, sharp, colourful, not flat, no fade. Judged on small copies."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

_LOOK = (96, 54)
_SHARP = (320, 180)
_ALIKE, _SAME = 18.0, 2.0  # mean differences of small copies: below the first two frames show much the same, below the second just that


@dataclass(frozen=True)
class Candidate:
    at: float  # seconds of the film
    mark: float
    small: Image.Image
    still: Image.Image


def candidate(at: float, still: Image.Image) -> Candidate:
    return Candidate(at, mark(still), still.resize(_LOOK, Image.Resampling.BOX), still)


def mark(still: Image.Image) -> float:
    """0 for black, white or flat; towards 1 for light, contrast, sharpness, colour and detail."""
    small = still.convert("RGB").resize(_LOOK, Image.Resampling.BOX)
    grey = small.convert("L")
    light, contrast = ImageStat.Stat(grey).mean[0], ImageStat.Stat(grey).stddev[0]
    detail = ImageStat.Stat(grey.filter(ImageFilter.FIND_EDGES)).mean[0]
    colour = ImageStat.Stat(small.convert("HSV").getchannel("S")).mean[0]
    exposed = max(0.0, 1 - abs(light - 115) / 115)
    interest = 0.3 + 0.25 * min(detail / 25, 1) + 0.2 * min(colour / 100, 1) + 0.25 * _sharpness(still)
    return exposed * min(contrast / 50, 1) * _reach(grey) * interest


def _sharpness(still: Image.Image) -> float:
    """The strongest edges, which blur and motion take away; those of a flat picture with one sharp line count as well."""
    edges = still.convert("L").resize(_SHARP, Image.Resampling.BOX).filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128))
    histogram, left = edges.histogram(), _SHARP[0] * _SHARP[1] * 0.02
    for distance in range(127, 0, -1):
        left -= histogram[128 + distance] + histogram[128 - distance]
        if left <= 0:
            return min(distance / 60, 1)
    return 0.0


def _reach(grey: Image.Image) -> float:
    """From near black to near white: in a fade, the one or the other is missing."""
    histogram = grey.histogram()
    total = sum(histogram)
    return min((_percentile(histogram, total * 0.98) - _percentile(histogram, total * 0.02)) / 130, 1)


def _percentile(histogram: Sequence[int], count: float) -> int:
    for value, each in enumerate(histogram):
        count -= each
        if count <= 0:
            return value
    return 255


def choose(candidates: Sequence[Candidate], wanted: int) -> list[Candidate]:
    """The best, then the best of those that show something else; where the film has no more to show, what is at least not the same."""
    ordered = sorted(candidates, key=lambda one: (-one.mark, one.at))
    chosen = ordered[:1]
    for least in (_ALIKE, _SAME):
        for each in ordered:
            if len(chosen) < wanted and each.mark > 0.02 and all(_difference(each, other) > least for other in chosen):
                chosen.append(each)
    return chosen


def _difference(one: Candidate, other: Candidate) -> float:
    channels = ImageStat.Stat(ImageChops.difference(one.small, other.small)).mean
    return sum(channels) / len(channels)
