"""Pictures of films: stills to choose from, the storyboard of the seek bar, a moment that somebody chose, a picture that somebody sent.

Whatever looks into a stranger's bytes does so in a child (`film_child`, `picture_child`); here it is only asked for.
"""

from app.media.stills.asking import Chosen, make_stills, make_storyboard, take_moment, take_picture
from app.media.stills.names import LARGE, LARGEST, SMALL, STILLS, still_name
from app.media.stills.storyboard import Storyboard, load_storyboard, sheet_name, storyboard_is_whole, webvtt

__all__ = [
    "LARGE",
    "LARGEST",
    "SMALL",
    "STILLS",
    "Chosen",
    "Storyboard",
    "load_storyboard",
    "make_stills",
    "make_storyboard",
    "sheet_name",
    "still_name",
    "storyboard_is_whole",
    "take_moment",
    "take_picture",
    "webvtt",
]
