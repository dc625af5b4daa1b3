"""When a film was recorded, by the name of its file: what phones, cameras and messengers call theirs. Pure."""

import re
from datetime import datetime

_DATE = r"(?P<y>19[89]\d|20\d\d)(?P<s>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
_TIME = r"(?P<hh>[01]\d|2[0-3])[-_.:h]?(?P<mm>[0-5]\d)[-_.:m]?(?P<ss>[0-5]\d)"
# VID_20240518_143000 · PXL_20240518_143000123 · 2024-05-18 14.30.00 · Screen Recording 2024-05-18 at 14.30.00 · 20240518143000
_BOTH = re.compile(rf"(?<!\d){_DATE}(?:[-_. T]|\s+at\s+|\s+um\s+)?{_TIME}(?:\d{{3}})?(?!\d)")
_DAY = re.compile(rf"(?<!\d){_DATE}(?!\d)")


def recorded_by_name(name: str) -> str:
    """ "2024-05-18T14:30:00" or "2024-05-18", by the camera's own clock, whose zone a name does not tell; "" if it tells nothing."""
    if found := _BOTH.search(name):
        return _checked(f"{found['y']}-{found['m']}-{found['d']}T{found['hh']}:{found['mm']}:{found['ss']}")
    if found := _DAY.search(name):
        return _checked(f"{found['y']}-{found['m']}-{found['d']}")
    return ""


def _checked(stamp: str) -> str:
    try:
        datetime.fromisoformat(stamp)
    except ValueError:  # the thirtieth of February
        return ""
    return stamp
