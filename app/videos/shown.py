"""What is shown of a video's file: all of it, or the pieces that its owner keeps. Pure; everything that is told of a video asks here."""

from collections.abc import Sequence

from app.ids import new_public_id
from app.media.cutting.keep import Keep, length, near_in_cut, read_cut, to_cut, within
from app.media.facts import Facts
from app.videos.chapters import Chapter, chapters_of
from app.videos.models import Original, Video

OWN = "own"
CUT_PICTURE = "cut"  # made from a piece that is kept, as none of the stills is of one


def keep_of(video: Video) -> Keep | None:
    """None: the whole film is shown."""
    return read_cut(video.cut)


def duration_of(video: Video, facts: Facts) -> float:
    keep = keep_of(video)
    return length(within(keep, facts.duration)) if keep else facts.duration


def shown_chapters(video: Video, facts: Facts | None) -> list[Chapter]:
    """With the times at which they are shown; one of which nothing is shown is not named. A single one is none."""
    listed, keep = chapters_of(video, facts), keep_of(video)
    if keep is None or not listed:
        return listed
    ends = [*(later.start for later in listed[1:]), facts.duration if facts else keep[-1][1]]
    found = []
    for chapter, end in zip(listed, ends, strict=True):
        start = near_in_cut(keep, chapter.start)
        if near_in_cut(keep, end) - start > 0.001:
            found.append(Chapter(round(start, 3), chapter.title))
    return found if len(found) > 1 else []


def stills_of(original: Original | None) -> list[float]:
    """Seconds of each picture to choose from, the best first."""
    return [float(each) for each in original.stills.split()] if original is not None else []


def fitting_picture(video: Video, stills: Sequence[float]) -> str:
    """The choice of a picture that shows nothing which was cut out: the one chosen if it may be, else the best that may.

    "cut": none of them may; one is made from a piece that is kept.
    """
    keep = keep_of(video)
    if keep is None:
        return "" if video.picture == CUT_PICTURE else video.picture
    if video.picture == OWN:
        return OWN
    fit = [number for number, at in enumerate(stills, 1) if to_cut(keep, at) is not None]
    wanted = int(video.picture) if video.picture.isdigit() else 1
    if not fit:
        return CUT_PICTURE
    number = wanted if wanted in fit else fit[0]
    return "" if number == 1 else str(number)


def new_edition() -> str:
    return new_public_id()[:8]
