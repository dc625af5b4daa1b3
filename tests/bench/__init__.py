"""Benchmarks: one module per row of the budgets, each with a function `rows()` that measures and yields `Row`s.

They are run by hand (`./homereel bench`, `./homereel bench p1 p4`), print figures, and never fail on a slow day.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One figure beside what it is held against, measured in the same run."""

    name: str  # "P1 H.264, last byte to first frame"
    goal: str  # in words, as the budget has it: "≤ 1 s"
    peer: float | None  # the limit, or what the peer took; None where the budget names none
    ours: float
    unit: str = "s"
    better: Literal["less", "more"] = "less"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.peer else None
