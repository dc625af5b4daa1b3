"""ffmpeg command lines, as values: what to run is decided here, nothing is run.

Every argument is a number, a word of ours, or the path of the source behind `file:`.
"""

from app.media.commands.checks import decode_check
from app.media.commands.encoders import timescale
from app.media.commands.graph import RECIPE
from app.media.commands.picture import picture_run
from app.media.commands.sound import PREROLL, sound_run
from app.media.commands.subtitles import subtitle_copy

__all__ = ["PREROLL", "RECIPE", "decode_check", "picture_run", "sound_run", "subtitle_copy", "timescale"]
