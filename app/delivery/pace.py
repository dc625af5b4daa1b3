"""How fast bytes go to one person, and whether they still may."""

import asyncio
import time

from app.delivery.caps import Bucket
from app.delivery.policies import may_play
from app.http.open_files import CHUNK
from app.http.policy import Connection, still_granted
from app.http.sending import SMALLEST

ASK_EVERY = 3.0  # seconds: what is taken away ends within ten, also in the middle of a film (SECURITY AZ-4)


class Granted:
    """Asks the rule again every few seconds, and waits for its turn where the viewer's bandwidth is capped."""

    def __init__(self, connection: Connection, bucket: Bucket | None) -> None:
        self._connection, self._bucket = connection, bucket
        self._asked = time.monotonic()
        self.largest = CHUNK if bucket is None else SMALLEST

    async def turn(self, length: int) -> bool:
        if self._bucket is not None:
            await asyncio.sleep(self._bucket.take(length, now=time.monotonic()))
        if time.monotonic() - self._asked < ASK_EVERY:
            return True
        self._asked = time.monotonic()
        return await still_granted(self._connection, may_play)
