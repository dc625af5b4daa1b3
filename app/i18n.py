"""Every sentence that people see goes through here. English is written in the code; catalogues translate it.

`_()` translates now, for the language of the person being answered; `N_()` only marks a sentence
for extraction, for those that are translated later (errors, labels in tables of constants).
"""

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

_LOCALES = Path(__file__).parent / "locales"
_language: ContextVar[str] = ContextVar("language", default="en")


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for translation without translating it yet."""
    return sentence


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("homereel", localedir=str(_LOCALES), languages=[language], fallback=True)


def translate(sentence: str) -> str:
    return catalogue(_language.get()).gettext(sentence)


def ntranslate(one: str, many: str, count: int) -> str:
    return catalogue(_language.get()).ngettext(one, many, count)


_ = translate


def current_language() -> str:
    """The BCP 47 tag of the language that sentences are now written in."""
    return _language.get()


def use_language(language: str) -> None:
    """Answer in this language from here on, in this task or thread."""
    _language.set(language)
