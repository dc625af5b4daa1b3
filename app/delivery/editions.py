"""What of a video's bytes an address means, where the video was cut or its file replaced.

Addresses of bytes carry the video's edition (`?v=`), so that a player that is open meanwhile is told rather than given another film's
segment. Of a film that is shown in part nothing else goes out than what is named here: a new kind of file is withheld until it knows of
cuts. Who may edit gets the rest, and the whole film by `?v=whole`.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import Gone, Missing
from app.i18n import N_
from app.media.cutting.keep import read_cut, to_cut

if TYPE_CHECKING:
    from app.delivery.policies import Playing

WHOLE = "whole"
CHANGED = N_("This video was changed while you watched it. Load the page again to see it as it is now.")
IN_PART = N_("Only a part of this film is shown, so its file cannot be had.")
_STREAM = re.compile(r"(?!master\.)[a-z0-9]+\.m3u8|[a-z0-9]+/(init(-\d+)?\.mp4|\d+\.m4s)")
_OF_THE_FILE = re.compile(r"original|download|[a-z0-9]+\.mp4")
_OF_A_CUT = re.compile(r"master\.m3u8|chapters\.vtt|captions/[A-Za-z0-9_-]+\.(vtt|m3u8)")
_PICTURE = re.compile(r"(thumbnail|poster)\.webp")


def as_asked(playing: "Playing", name: str, version: str) -> "Playing":
    """`name` is what follows the video in the address. Gone if it was of an earlier edition, Missing if it is not for this viewer."""
    video = playing.video
    stream = _STREAM.fullmatch(name)
    if version == WHOLE and video.may_edit:
        return replace(playing, version=WHOLE)
    if video.edition and (stream or _OF_THE_FILE.fullmatch(name)) and version != video.edition and (version or stream):
        raise Gone(CHANGED)
    keep = read_cut(video.cut)
    if keep is None:
        return replace(playing, version=video.edition)
    if stream or _OF_A_CUT.fullmatch(name) or (_PICTURE.fullmatch(name) and _may_be_shown(playing)):
        return replace(playing, version=video.edition, keep=keep)
    if not video.may_edit:
        raise Missing(IN_PART)
    return replace(playing, version=video.edition)


def _may_be_shown(playing: "Playing") -> bool:
    """Whether the picture that stands for the video is of a kept piece, or its people's own."""
    picture, keep = playing.video.picture, read_cut(playing.video.cut)
    if keep is None or not (picture == "" or picture.isdigit()):
        return True
    times = playing.original.stills.split()
    number = int(picture or 1)
    return number <= len(times) and to_cut(keep, float(times[number - 1])) is not None
