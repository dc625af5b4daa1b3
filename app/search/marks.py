"""Showing in a text what was found: `<mark>` around it, everything else escaped."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from app.search.query import Query

_WORD = re.compile(r"\w+")
Analyse = Callable[[str], list[str]]


def mark(text: str, query: Query, *, plain: Analyse, stems: Analyse, slips: Callable[[str], int]) -> Markup:
    """The text as markup that is safe to put into a page. Marks what the index would have found, by its own analysers."""
    wanted = [*query.words, *(word for phrase in query.phrases for word in phrase.split())]
    tokens = [token for word in wanted for token in plain(word)]
    begins = plain(query.words[-1])[-1:] if query.open_ended else []
    roots = {stem for word in wanted for stem in stems(word)}

    def is_found(word: str) -> bool:
        for token, stem in zip(plain(word), stems(word), strict=True):
            if token in tokens or stem in roots or any(token.startswith(part) for part in begins if len(part) > 1):
                return True
            if any(within(token, each, slips(each)) for each in tokens if slips(each)):
                return True
        return False

    parts, end = [], 0
    for found in _WORD.finditer(text):
        if is_found(found[0]):
            parts.append(escape(text[end : found.start()]) + Markup("<mark>") + escape(found[0]) + Markup("</mark>"))
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


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
