"""Showing in a text what was found: `<mark>` around it, everything else escaped."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from app.search.query import Query

_WORD = re.compile(r"\w+")
Analyse = Callable[[str], list[str]]


class Marker:
    """Knows the words of a text that the index would have found, by the index's own analysers."""

    def __init__(self, query: Query, *, plain: Analyse, stems: Analyse, slips: Callable[[str], int]) -> None:
        self._plain, self._stems, self._slips = plain, stems, slips
        wanted = [*query.words, *(word for phrase in query.phrases for word in phrase.split())]
        self._tokens = frozenset(token for word in wanted for token in plain(word))
        self._begins = plain(query.words[-1])[-1:] if query.open_ended else []
        self._roots = frozenset(stem for word in wanted for stem in stems(word))

    def is_found(self, word: str) -> bool:
        for token, stem in zip(self._plain(word), self._stems(word), strict=True):
            if token in self._tokens or stem in self._roots or any(token.startswith(part) for part in self._begins if len(part) > 1):
                return True
            if any(within(token, each, self._slips(each)) for each in self._tokens if self._slips(each)):
                return True
        return False

    def mark(self, text: str) -> Markup:
        """The text as markup that is safe to put into a page."""
        parts, end = [], 0
        for found in _WORD.finditer(text):
            if self.is_found(found[0]):
                parts.append(escape(text[end : found.start()]) + Markup("<mark>") + escape(found[0]) + Markup("</mark>"))
                end = found.end()
        return Markup("").join([*parts, escape(text[end:])])

    def passage(self, text: str, *, before: int = 60, length: int = 220) -> Markup | None:
        """The part of a long text around the first word that was found, cut between words; None if none was."""
        first = next((found for found in _WORD.finditer(text) if self.is_found(found[0])), None)
        if first is None:
            return None
        start = max(0, first.start() - before)
        start = start if start == 0 else text.find(" ", start, first.start()) + 1 or first.start()
        end = start + length
        cut = text[start:end] if end >= len(text) else text[start:end].rsplit(" ", 1)[0]
        return self.mark(("…" if start else "") + " ".join(cut.split()) + ("…" if end < len(text) else ""))


def within(one: str, other: str, slips: int) -> bool:
    """Whether so few letters wrong, missing, added or swapped with their neighbour make one word the other."""
    if abs(len(one) - len(other)) > slips:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > slips:
            return False
    return row[-1] <= slips
