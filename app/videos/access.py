"""The one rule: who may see, find and change a video.

`clauses(viewer)` is one value – a list of alternatives, each a set of columns and the values they may have – that yields the
function, the SQL predicate and the filter for the search index. A property test holds the three equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from app.http.viewer import Scope, Viewer
from app.videos.models import Privacy, Video


class Act(StrEnum):
    WATCH = "watch"  # open it by its address
    LIST = "list"  # meet it in lists, searches and feeds
    EDIT = "edit"  # change or delete it, and see it while it is not ready


Clause = Mapping[str, frozenset[Any]]
_ITS_OWN: Clause = {"replaces": frozenset({""})}  # not a file that waits to take another's place
_PRESENT: Clause = {**_ITS_OWN, "trashed": frozenset({False}), "blocked": frozenset({False})}


@dataclass(frozen=True)
class Rule:
    """Alternatives: one that holds is enough. No alternatives: nothing is allowed."""

    clauses: tuple[Clause, ...]

    def allows(self, video: Video) -> bool:
        return any(all(getattr(video, column) in values for column, values in clause.items()) for clause in self.clauses)

    def sql(self) -> ColumnElement[bool]:
        """The same as a predicate on `videos`."""
        if not self.clauses:
            return false()
        return or_(*(and_(*(getattr(Video, column).in_(sorted(values)) for column, values in clause.items())) for clause in self.clauses))

    def superset(self, columns: frozenset[str]) -> tuple[Clause, ...]:
        """For an index that knows only these columns: never less than the rule; what it finds must still pass `sql()`."""
        return tuple({column: values for column, values in clause.items() if column in columns} for clause in self.clauses)


def clauses(viewer: Viewer, act: Act = Act.WATCH) -> Rule:
    """What this viewer may do, as a value."""
    own = viewer.edits
    if act is Act.EDIT:
        return Rule(({**_ITS_OWN, "channel_id": own},) if own and viewer.has(Scope.MANAGE) else ())
    if not viewer.has(Scope.READ):
        return Rule(())
    open_to = {Privacy.PUBLIC} if viewer.anonymous else {Privacy.PUBLIC, Privacy.MEMBERS}
    if act is Act.WATCH:
        open_to.add(Privacy.UNLISTED)
    alternatives: list[Clause] = [{**_PRESENT, "playable": frozenset({True}), "privacy": frozenset(str(p) for p in open_to)}]
    if own:
        alternatives.append({**_PRESENT, "channel_id": own})
    return Rule(tuple(alternatives))
