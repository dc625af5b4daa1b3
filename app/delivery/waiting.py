"""Segments that are still being made are waited for in threads of their own, so that pages never queue behind films."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
SEATS = 64  # people who can wait for different segments at once


class Waiting:
    def __init__(self, seats: int = SEATS) -> None:
        self._pool = ThreadPoolExecutor(seats, thread_name_prefix="segment")

    async def run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
