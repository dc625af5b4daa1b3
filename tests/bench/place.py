"""A real site in a process of its own, claimed, on loopback; films to upload to it; a Chromium to look at it with."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg

FILMS = Path(os.environ.get("HOMEREEL_BENCH_FILMS", Path(tempfile.gettempdir()) / "homereel-bench"))
CHROMIUM = os.environ.get("HOMEREEL_CHROMIUM", "/usr/bin/chromium")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run",
          "--autoplay-policy=no-user-gesture-required", "--host-resolver-rules=MAP homereel.lan 127.0.0.1"]  # fmt: skip
TUS = {"Tus-Resumable": "1.0.0"}


def ffmpeg() -> str:
    return imageio_ffmpeg.get_ffmpeg_exe()


def film(name: str, *recipe: str, loops: int) -> Path:
    """A long film: a short one encoded once and looped without encoding again. Kept between runs."""
    FILMS.mkdir(parents=True, exist_ok=True)
    target = FILMS / name
    if not target.exists():
        piece, making = FILMS / f"piece-{name}", FILMS / f"making-{name}"
        source = ["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=24,noise=alls=8:allf=t", "-f", "lavfi", "-i", "sine=440", "-t", "20"]
        subprocess.run([ffmpeg(), "-v", "error", "-y", *source, *recipe, str(piece)], check=True)
        subprocess.run(
            [ffmpeg(), "-v", "error", "-y", "-stream_loop", str(loops - 1), "-i", str(piece), "-c", "copy", str(making)], check=True
        )
        piece.unlink()
        making.rename(target)
    return target


def h264_ten_minutes() -> Path:
    return film("h264-10min.mp4", "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "96", "-pix_fmt", "yuv420p", "-c:a", "aac",
                "-movflags", "+faststart", loops=30)  # fmt: skip


def hevc_ten_minutes(loops: int = 30) -> Path:
    return film(f"hevc10-{loops}.mkv", "-c:v", "libx265", "-preset", "ultrafast", "-crf", "28", "-x265-params", "log-level=none:keyint=96",
                "-pix_fmt", "yuv420p10le", "-c:a", "aac", loops=loops)  # fmt: skip


class Place:
    """One running site. `http` is signed in as its owner."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self._environment = os.environ | {f"HOMEREEL_{name.upper()}": value for name, value in settings.items()}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.base, headers={"Origin": self.base}, timeout=60)
        self.start()

    def start(self) -> float:
        """Start the process; seconds until the first answer."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "app", "serve", "--data", str(self.data), "--host", "127.0.0.1", "--port", str(self.port)]
        log = (self.data.parent / "log").open("ab")
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=self._environment)
        while time.perf_counter() - began < 60:
            try:
                if httpx.get(f"{self.base}/health/live", timeout=1).status_code == 200:
                    return time.perf_counter() - began
            except httpx.TransportError:
                time.sleep(0.01)
        raise RuntimeError("the site did not start")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)

    def claim(self) -> None:
        code = (self.data / "secrets" / "setup-code").read_text().strip()
        body = {"code": code, "site_name": "Bench", "username": "anna", "password": "a long enough sentence"}
        self.http.post("/api/v1/setup", json=body).raise_for_status()
        self.http.post("/api/v1/session", json={"username": "anna", "password": "a long enough sentence"}).raise_for_status()

    def upload(self, source: Path, *, chunk: int = 32 << 20) -> tuple[str, float]:
        """Send a file; (public id, the moment its last byte was acknowledged, by perf_counter)."""
        size = source.stat().st_size
        metadata = "filename " + base64.b64encode(source.name.encode()).decode()
        made = self.http.post("/api/v1/uploads", headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata})
        made.raise_for_status()
        with source.open("rb") as file:
            offset = 0
            while piece := file.read(chunk):
                headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
                self.http.patch(made.headers["location"], content=piece, headers=headers).raise_for_status()
                offset += len(piece)
        return made.headers["homereel-video"], time.perf_counter()

    def video(self, public_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/api/v1/videos/{public_id}").raise_for_status().json()
        return found

    def wait_playable(self, public_id: str, seconds: float = 60) -> None:
        until = time.perf_counter() + seconds
        while not self.video(public_id)["playable"]:
            if time.perf_counter() > until:
                raise RuntimeError(f"not playable: {self.video(public_id)}")
            time.sleep(0.01)

    def resident(self) -> int:
        """Bytes of memory of the server process, without its children."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0


@contextmanager
def place(**settings: str) -> Iterator[Place]:
    """A fresh, claimed site that goes away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="homereel-bench-"))
    made = Place(folder / "data", **settings)
    try:
        made.claim()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chromium(at: Place) -> Iterator[Any]:
    """A page of a real browser, signed in as the owner, at the address people use."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        context = browser.new_context(base_url=f"http://homereel.lan:{at.port}")
        cookies = [{"name": c.name, "value": c.value or "", "domain": "homereel.lan", "path": "/"} for c in at.http.cookies.jar]
        context.add_cookies(cookies)
        yield context.new_page()
        browser.close()


FIRST_FRAME = """() => new Promise((done, fail) => {
  const look = () => {
    const video = document.querySelector('vid-player video, vid-player hls-video, video');
    const real = video && (video.nativeEl || video);
    if (!real) return setTimeout(look, 5);
    real.muted = true;
    real.requestVideoFrameCallback((_now, frame) => done({mediaTime: frame.mediaTime, width: frame.width}));
    const press = () => Promise.resolve(real.play()).catch(() => setTimeout(press, 20));
    press();
  };
  look();
  setTimeout(() => fail(new Error('no frame within 60 s')), 60000);
})"""
