"""Which picture stands for a video: the best of its file's stills, another of them, or one that its people chose. A writer of the library.

Stills and storyboard belong to the file, and so to every video of it; the choice is each video's own.
"""

from collections.abc import Sequence

from sqlmodel import Session

from app.errors import Conflict, Invalid
from app.events import record
from app.i18n import N_
from app.ids import new_public_id
from app.media.cutting.keep import to_cut
from app.videos.editing import present
from app.videos.events import VideoChanged
from app.videos.models import Original, Video
from app.videos.originals import family
from app.videos.shown import CUT_PICTURE, OWN, fitting_picture, keep_of, stills_of


def set_stills(session: Session, video_id: str, times: Sequence[float]) -> None:
    """New suggestions stand ready. A picture that people chose stays; a suggestion that is not there any more does not."""
    video = present(session, video_id)
    original = session.get(Original, video.original_id) if video.original_id else None
    if original is None:
        return
    original.stills = " ".join(f"{at:g}" for at in times)
    for each in family(session, video):
        if each.picture == OWN:
            continue
        if each.picture.isdigit() and int(each.picture) > len(times):
            each.picture = ""
        each.picture = fitting_picture(each, times)
        if each.picture == CUT_PICTURE:
            continue
        _shows(session, each)


def choose_still(session: Session, video_id: str, number: int) -> Video:
    """Let this suggestion, counted from 1, stand for the video."""
    video = present(session, video_id)
    times = stills_of(session.get(Original, video.original_id) if video.original_id else None)
    if not times:
        raise Conflict(N_("There are no pictures to choose from yet."))
    if not 1 <= number <= len(times):
        raise Invalid(N_("There is no such picture to choose."))
    keep = keep_of(video)
    if keep and to_cut(keep, times[number - 1]) is None:
        raise Invalid(N_("This picture is from a part of the film that was cut out."))
    wanted = "" if number == 1 else str(number)
    if video.picture != wanted:
        video.picture = wanted
        _shows(session, video)
    return video


def use_own_picture(session: Session, video_id: str) -> Video:
    """A picture that people chose lies in its place (`Paths.pictures`)."""
    video = present(session, video_id)
    video.picture = OWN
    _shows(session, video)
    return video


def forget_own_picture(session: Session, video_id: str) -> None:
    """The picture that people chose is lost: the best of the film's stands for it again."""
    video = present(session, video_id)
    if video.picture == OWN:
        times = stills_of(session.get(Original, video.original_id) if video.original_id else None)
        video.picture = ""
        video.picture = fitting_picture(video, times)
        _shows(session, video)
        video.thumbnail = video.thumbnail if times else ""


def set_storyboard(session: Session, original_id: str) -> None:
    """The storyboard of this file stands ready, anew."""
    if original := session.get(Original, original_id):
        original.storyboard = _version()


def _shows(session: Session, video: Video) -> None:
    video.thumbnail = _version()
    record(session, VideoChanged(video.id))


def _version() -> str:
    """Part of the addresses, so that no browser shows the old one."""
    return new_public_id()[:6]
