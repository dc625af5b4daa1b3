"""What the one rule said about a video's bytes, kept for as long as nothing that it rests on was written.

A player asks for segment after segment: the rule is asked once, and again as soon as anybody changed anything (`Database.changes`).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from app.http.viewer import Viewer

SECONDS = 5.0  # and never longer: sessions and tokens end by the clock alone (SECURITY AZ-4 asks for 10)
MOST = 4096  # answers kept

Asked = tuple[str, str, str, str]  # video, authorization, cookie, media token


@dataclass(frozen=True)
class Answer:
    viewer: Viewer
    granted: Mapping[str, object]
    changes: int  # as read before the rule was asked
    at: float  # seconds since 1970


class Remembered:
    """Only what was granted is kept. For the event loop and its threads; each step is one operation on the dictionary."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()

    def find(self, asked: Asked, *, changes: int, now: float) -> Answer | None:
        answer = self._answers.get(asked)
        if answer is None:
            return None
        if answer.changes != changes or not 0 <= now - answer.at < SECONDS:
            self._answers.pop(asked, None)
            return None
        return answer

    def keep(self, asked: Asked, answer: Answer) -> None:
        self._answers[asked] = answer
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)
