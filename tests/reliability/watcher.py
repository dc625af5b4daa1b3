"""Looks every 50 ms, as a player would: whatever is listed as playable must have its lists, and what they list must be there and decode."""

import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import m3u8

from tests.media_files import ffmpeg
from tests.serving import Serving

_PAUSE = 0.05
_NEAR = 0.3  # seconds


class Watcher:
    """`with Watcher(server, scratch) as watcher:` ... then `watcher.wrong` must be empty. A server that does not answer is waited for."""

    def __init__(self, server: Serving, scratch: Path, *, segments: bool = True) -> None:
        self.wrong: list[str] = []
        self.seen: set[tuple[str, str, str]] = set()  # what was found whole: video, its state then, address of a list
        self.rounds = 0
        self._server, self._scratch, self._segments = server, scratch, segments
        self._client = httpx.Client(base_url=server.origin, cookies=server.client.cookies, timeout=30)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)
        self._client.close()

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
                self.rounds += 1
            except (httpx.TransportError, ServerGoneError):
                pass  # it was killed; what it says when it is there again counts
            except Exception as error:  # noqa: BLE001 - told by the test
                self.wrong.append(repr(error))
                return
            time.sleep(_PAUSE)

    def look(self) -> None:
        reply = self._client.get("/api/v1/videos")
        if reply.status_code != 200:
            raise ServerGoneError
        for video in reply.json()["items"]:
            one = self._client.get(f"/api/v1/videos/{video['id']}")
            if one.status_code == 200 and one.json()["playable"]:
                self._look_at(one.json())

    def _look_at(self, video: dict[str, object]) -> None:
        name, state = str(video["id"]), str(video["state"])
        master = self._listed(f"/media/{name}/master.m3u8", name)
        if master is None:
            return
        for address in [each.uri for each in master.playlists] + [each.uri for each in master.media if each.uri]:
            found = self._listed(address, name)
            if found is None:
                continue
            if not found.is_endlist:
                self.wrong.append(f"{address} has no end")
            if self._segments and (name, state, address) not in self.seen:
                self._decodes(address, found, whole=state == "ready", length=float(str(video["duration"])))
                self.seen.add((name, state, address))

    def _listed(self, address: str, name: str) -> m3u8.M3U8 | None:
        reply = self._client.get(address)
        if reply.status_code == 503:
            raise ServerGoneError
        if reply.status_code != 200:
            self.wrong.append(f"{address} of {name}: {reply.status_code}")
            return None
        return m3u8.loads(reply.text)

    def _decodes(self, address: str, found: m3u8.M3U8, *, whole: bool, length: float) -> None:
        """Of a ready film all, of one that is being made the beginning; joined, and decoded by ffmpeg without a complaint. Both the list
        and what comes out are as long as the film."""
        segments = found.segments if whole else found.segments[:1]
        path = self._scratch / f"{len(self.seen)}.mp4"
        if not self._joined([*found.segment_map, *segments], path):
            return
        words = [ffmpeg(), "-v", "error", "-nostdin", "-xerror", "-progress", "pipe:1", "-i", str(path), "-f", "null", "-"]
        done = subprocess.run(words, capture_output=True, check=False, text=True, errors="replace")
        if done.returncode or done.stderr:
            self.wrong.append(f"{address}: {done.stderr[:300]}")
        listed, came = sum(each.duration for each in segments), decoded_seconds(done.stdout)
        if abs(came - listed) > _NEAR or (whole and abs(listed - length) > _NEAR):
            self.wrong.append(f"{address}: {came} s were decoded, {listed} s are listed, the film has {length} s")
        path.unlink()

    def _joined(self, parts: Sequence[m3u8.Segment], path: Path) -> bool:
        with path.open("wb") as joined:
            for part in parts:
                headers = {}
                if part.byterange:
                    count, _, start = part.byterange.partition("@")
                    headers["range"] = f"bytes={start}-{int(start) + int(count) - 1}"
                reply = self._client.get(part.uri, headers=headers)
                if reply.status_code == 503:
                    raise ServerGoneError
                if reply.status_code not in (200, 206):
                    self.wrong.append(f"{part.uri}: {reply.status_code}")
                    return False
                joined.write(reply.content)
        return True


def decoded_seconds(progress: str) -> float:
    """How long the output became, by the last of ffmpeg's reports (`-progress`, out_time_us in microseconds)."""
    told = re.findall(r"^out_time_us=(\d+)$", progress, re.MULTILINE)
    return int(told[-1]) / 1e6 if told else 0.0


class ServerGoneError(Exception):
    pass
