"""Bytes that renditions take, beside the original and beside keeping every rung of a fixed ladder; ten real clips."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.media.ladder.rates import usual_cap
from app.media.probe import probe
from tests.bench import Row
from tests.bench.place import Place, ffmpeg, place
from tests.bench.real import CLIPS, piece, real

_FIXED = (240, 360, 480, 720, 1080, 1440, 2160)  # up to the source's own, as others keep them
_LONGEST = 40.0  # seconds of a clip: its rates are what counts
_MEGA = 1e6


def rows() -> Iterator[Row]:
    total = [0, 0, 0]
    with place() as site:
        for name in CLIPS:
            film = piece(name, start=100.0, seconds=_LONGEST) if name == "bbb.mp4" else real(name)
            ours, rungs = _stored(site, film)
            fixed = _fixed(film)
            total = [sum(pair) for pair in zip(total, (film.stat().st_size, ours, fixed), strict=True)]
            note = f"original {film.stat().st_size / _MEGA:.2f} MB, stored beside it × {ours / film.stat().st_size:.2f}; rungs {rungs}"
            yield Row(f"P3 stored, {name}", goal="< 1", peer=fixed / _MEGA, ours=ours / _MEGA, unit="MB", note=note)
    note = f"originals {total[0] / _MEGA:.1f} MB, stored beside them × {total[1] / total[0]:.2f} (fixed ladder × {total[2] / total[0]:.2f})"
    yield Row("P3 stored, all ten clips", goal="< 1", peer=total[2] / _MEGA, ours=total[1] / _MEGA, unit="MB", note=note)


def _stored(site: Place, film: Path) -> tuple[int, str]:
    """Bytes of everything that is played, once the film is ready; and its rungs."""
    before = set((site.data / "renditions").iterdir())
    video, _ = site.upload(film)
    _wait_ready(site, video)
    made = [path for folder in set((site.data / "renditions").iterdir()) - before for path in folder.glob("*.mp4")]
    return sum(path.stat().st_size for path in made), " ".join(sorted(path.stem for path in made))


def _wait_ready(site: Place, video: str, seconds: float = 1200) -> None:
    until = time.perf_counter() + seconds
    while (found := site.video(video))["state"] != "ready":
        if time.perf_counter() > until or found["state"] in ("failed", "needs_attention"):
            raise RuntimeError(f"not ready: {found['state']} {found['reason']}")
        time.sleep(0.2)


def _fixed(film: Path) -> int:
    """The same encoder at the same quality and caps, at every usual size below the source's and at its own."""
    with tempfile.TemporaryDirectory(prefix="homereel-fixed-") as folder:
        facts = probe(film, folder=Path(folder))
        sizes = []
        video = facts.video
        if video:
            short = min(video.width, video.height)
            for lines in (*(each for each in _FIXED if each < short), short):
                width, height = (max(2, round(side * lines / short / 2) * 2) for side in (video.width, video.height))
                rate = round(usual_cap(width, height, video.fps))
                picture = ["-map", "0:v:0", "-vf", f"scale={width}:{height},format=yuv420p", "-c:v", "libx264", "-preset", "veryfast"]
                picture += ["-crf", "23", "-maxrate", str(rate), "-bufsize", str(rate), "-force_key_frames", "expr:gte(t,n_forced*4)"]
                sizes.append(_encoded(film, Path(folder), picture))
        if facts.audio:
            sizes.append(_encoded(film, Path(folder), ["-map", "0:a:0", "-c:a", "aac", "-q:a", "1.4", "-ac", "2"]))
        return sum(sizes)


def _encoded(film: Path, folder: Path, options: list[str]) -> int:
    out = folder / "out.mp4"
    subprocess.run([ffmpeg(), "-v", "error", "-y", "-nostdin", "-i", str(film), *options, str(out)], check=True)
    return out.stat().st_size
