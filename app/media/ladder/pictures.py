"""Which sizes of picture a film gets: none above its source, none that saves little."""

import math

from app.media.facts import Facts, VideoFacts
from app.media.ladder.choices import Choices
from app.media.ladder.direct import direct
from app.media.ladder.levels import level, level_string
from app.media.ladder.rates import cap, crf, expected, source_rate, usual_cap
from app.media.ladder.rung import Rung

_STEPS = (240, 360, 480, 720, 1080, 1440, 2160)
FIRST = 480  # lines of the rung that is made first: good to look at, quick to make
_CLEARLY = 1.7  # times: rungs nearer than that to one another (Apple's HLS authoring specification says 1.5 to 2)
_LEAST = 300_000  # bits a second that a rung must save
_SENSIBLE = 1.5  # times our own cap: up to there an original that plays everywhere is good as it is
_MANY = 3  # times what we would take: beyond, an original is heavy for what it shows
_FAST = 120.0  # pictures a second, the most that limits of levels are reckoned with


def picture_rungs(facts: Facts, choices: Choices, sample: tuple[int, int] | None) -> tuple[Rung, ...]:
    """From lowest to highest, H.264 before its further sets."""
    video = facts.video
    if video is None:
        return ()
    listed = _sizes(facts, video, choices, sample)
    return tuple(_rung(facts, video, lines, codec, choices.quality) for codec in choices.sets for lines in listed)


def first_lines(source: int, highest: int = 2160) -> int:
    """Counted on the shorter side, so that a film shot upright is not made tiny."""
    top = min(source, highest)
    return FIRST if top >= 1.4 * FIRST else top


def good_as_it_is(facts: Facts, *, takes: float | None = None) -> bool:
    """Whether the original plays in every browser, at a rate sensible for its size, and for what such pictures take where that is known."""
    straight, video = direct(facts), facts.video
    if video is None or straight is None or not straight.surely:
        return False
    most = _SENSIBLE * usual_cap(video.width, video.height, video.fps)
    return source_rate(facts) <= min(most, _MANY * takes if takes else most)


def _sizes(facts: Facts, video: VideoFacts, choices: Choices, sample: tuple[int, int] | None) -> list[int]:
    source = min(video.width, video.height)
    top, first = min(source, choices.highest), first_lines(source, choices.highest)
    rates = {lines: _rate(facts, video, lines, choices.quality, sample) for lines in {*_STEPS, top, first} if lines <= top}
    kept = [first]
    for lines in sorted(rates):
        if first < lines < top and _saves(rates[lines], rates[kept[-1]]):
            kept.append(lines)
    original = top == source > first and good_as_it_is(facts, takes=rates[top] if sample else None)  # is the top rung itself
    above = source_rate(facts) if original else rates[top]
    while kept[-1] != first and not _saves(above, rates[kept[-1]]):
        kept.pop()
    if top > first and not original:
        kept.append(top)
    for lines in sorted(rates, reverse=True):
        if lines < first and _saves(rates[kept[0]], rates[lines]):
            kept.insert(0, lines)
    return kept


def _saves(above: float, below: float) -> bool:
    return above >= _CLEARLY * below and above - below >= _LEAST


def _rate(facts: Facts, video: VideoFacts, lines: int, quality: str, sample: tuple[int, int] | None) -> float:
    width, height = _shape(video, lines)
    most = cap(facts, width, height, video.fps, codec="h264", quality=quality)
    return expected(facts, width, height, most, codec="h264", sample=sample)


def _rung(facts: Facts, video: VideoFacts, lines: int, codec: str, quality: str) -> Rung:
    width, height = _shape(video, lines)
    fps = min(max(video.fps, 1.0), _FAST)
    maxrate = cap(facts, width, height, video.fps, codec=codec, quality=quality)
    name = level(codec, width, height, math.ceil(fps - 0.01), maxrate)
    return Rung(
        name=f"v{lines}" if codec == "h264" else f"{codec}p{lines}",
        kind="video",
        codec_string=level_string(codec, name),
        maxrate=maxrate,
        height=height,
        width=width,
        fps=fps,
        crf=crf(codec, quality),
        level=name,
        stream=video.stream,
        codec=codec,
    )


def _shape(video: VideoFacts, lines: int) -> tuple[int, int]:
    short = min(video.width, video.height)
    return _even(video.width * lines / short, most=video.width), _even(video.height * lines / short, most=video.height)


def _even(length: float, *, most: int) -> int:
    return max(2, min(round(length / 2) * 2, most // 2 * 2))
