"""Which renditions a film gets, and whether a browser may play the original itself."""

from app.media.ladder.choices import CODECS, Choices
from app.media.ladder.direct import DirectPlay, direct
from app.media.ladder.pictures import good_as_it_is
from app.media.ladder.plan import Plan, evened_plan, first_plan, fitting_plan, kept_choices, ladder, other_plan, sampled_plan
from app.media.ladder.rung import Rung, same_bytes

__all__ = [
    "CODECS",
    "Choices",
    "DirectPlay",
    "Plan",
    "Rung",
    "direct",
    "evened_plan",
    "first_plan",
    "fitting_plan",
    "good_as_it_is",
    "kept_choices",
    "ladder",
    "other_plan",
    "same_bytes",
    "sampled_plan",
]
