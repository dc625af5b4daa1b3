"""Names of people: data, shown to others, so without characters that hide, reorder or imitate (SECURITY UP-2)."""

import unicodedata

from app.accounts.fields import unusable
from app.i18n import N_

LONGEST = 40
_JOINERS = frozenset("\u200c\u200d")  # Persian, Indic scripts and emoji need them
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and symbols that show nothing
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

NO_NAME = N_("Enter a name.")
LONG_NAME = N_("That name is longer than {longest} characters. Choose a shorter one.")
ODD_NAME = N_("That name holds characters that cannot be seen. Type it again with letters, digits and spaces.")


def clean_name(typed: str, *, field: str = "username") -> str:
    """The name as it is kept: NFC, single spaces. Invalid, said of `field`, if it is empty, too long or holds what cannot be seen."""
    name = " ".join(unicodedata.normalize("NFC", typed[: LONGEST * 8]).split())
    if not name:
        raise unusable(field, NO_NAME)
    if len(name) > LONGEST or len(typed) > LONGEST * 8:
        raise unusable(field, LONG_NAME, longest=LONGEST)
    if any(_hides(character) for character in name) or not any(_shows(character) for character in name):
        raise unusable(field, ODD_NAME)
    return name


def fold(name: str) -> str:
    """The name as it is compared: two names that look the same to a hurried eye are one."""
    plain = "".join(character for character in name[: LONGEST * 8] if character not in _JOINERS)
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold()).split())


def _hides(character: str) -> bool:
    if character in _JOINERS:
        return False
    return character in _BLANK or unicodedata.category(character) in _HIDDEN


def _shows(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNS"
