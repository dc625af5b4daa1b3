"""Languages as files write them (ISO 639-2: "ger", "deu") and as browsers and people want them ("de", "Deutsch")."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_NONE = ("", "und", "mis", "mul", "zxx")  # ISO 639-2: undetermined, uncoded, several, no language at all


@cache
def tag(code: str) -> str:
    """The BCP 47 tag (RFC 5646) of a language; "" where the file does not say."""
    plain = code.strip().lower().replace("_", "-")
    if plain in _NONE:
        return ""
    return str(get_global("language_aliases").get(plain, plain))


@cache
def own_name(code: str) -> str:
    """A language as its own speakers call it; the tag itself where CLDR knows no name, "" for none."""
    wanted = tag(code)
    try:
        name = Locale.parse(wanted, sep="-").get_display_name() if wanted else ""
    except (ValueError, UnknownLocaleError):
        name = ""
    return (name[0].upper() + name[1:]) if name else wanted
