"""What somebody typed, as a value. Pure: nothing typed can break it, and nothing typed costs more than its caps allow (DOS-4)."""

import re
from dataclasses import dataclass

from app.errors import BadRequest
from app.i18n import N_

LETTERS = 200
WORDS = 16
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)(?:[\"“”„«»]|$)")


@dataclass(frozen=True)
class Query:
    """All of it must be found. `open_ended`: the last word may go on, because somebody may still be typing it."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    open_ended: bool = False

    @property
    def empty(self) -> bool:
        return not self.words and not self.phrases


def parse(text: str) -> Query:
    """Words, and phrases in quotation marks (one that is never closed goes to the end). BadRequest where it is too much."""
    if len(text) > LETTERS:
        raise BadRequest(N_("A search can be {letters} characters long. Try with the few words that matter."), letters=LETTERS)
    plain = "".join(char if char.isprintable() else " " for char in text)
    phrases = tuple(phrase for found in _QUOTED.findall(plain) if (phrase := " ".join(found.split())))
    words = tuple(word for word in _QUOTED.sub(" ", plain).split() if any(char.isalnum() for char in word))
    if len(words) + sum(len(phrase.split()) for phrase in phrases) > WORDS:
        raise BadRequest(N_("A search can have {words} words. Try with the few that matter."), words=WORDS)
    open_ended = bool(words) and plain.rstrip(" ").endswith(words[-1]) and not plain.endswith(" ")
    return Query(words, tuple(phrase for phrase in phrases if any(char.isalnum() for char in phrase)), open_ended)
