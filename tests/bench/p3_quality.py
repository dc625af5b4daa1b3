"""P3, the picture: VMAF of rungs that were made cell by cell in any order, against one plain run of the same settings."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.media.grid import CELL
from app.media.index import load_index
from app.media.ladder import Choices, first_plan
from app.media.order import Rank
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.run import Tool
from tests.bench import Row
from tests.bench.place import ffmpeg
from tests.bench.real import piece
from tests.media.joined import joined, numbers, one_run

SECONDS = 40.0
FILMS = ("bbb.mp4", 120.0), ("trailer.mp4", 5.0)
_MODEL = "libvmaf=log_fmt=json:log_path=vmaf.json:n_threads=2"


def rows() -> Iterator[Row]:
    for name, start in FILMS:
        film = piece(name, start=start, seconds=SECONDS)
        with tempfile.TemporaryDirectory(prefix="homereel-vmaf-") as folder:
            yield from _film(name, film, Path(folder))


def _film(name: str, film: Path, folder: Path) -> Iterator[Row]:
    facts = probe(film, folder=folder)
    index = load_index(folder)
    tool = Tool(Path(ffmpeg()), "bench", ("zscale", "tonemap"))
    assert facts.video
    for rung in first_plan(facts, Choices()).rungs:
        if rung.kind == "video" and rung.lines >= 360:
            cells, whole = (Rendition(film, folder / how, facts, rung, index) for how in ("cells", "whole"))
            order = numbers(cells)
            for cell in [*order[1::2], *order[::2]]:
                one_run(tool, cells, [cell], rank=Rank.REST)
            one_run(tool, whole, order)
            ours, plain = (_vmaf(folder, each, facts.video.width, facts.video.height) for each in (cells, whole))
            yield from _rows(f"{name} {rung.lines} lines", ours, plain, facts.video.fps, sizes=(len(joined(cells)), len(joined(whole))))


def _rows(what: str, ours: Sequence[float], plain: Sequence[float], fps: float, *, sizes: tuple[int, int]) -> Iterator[Row]:
    note = f"{len(ours)} frames; {sizes[0] / sizes[1]:.3f} of the plain run's bytes"
    yield Row(f"P3 {what}: VMAF, cell by cell", goal="–", peer=_mean(plain), ours=_mean(ours), unit="VMAF", note=note)
    joints = [round(CELL * number * fps) for number in range(1, int(len(ours) / fps / CELL) + 1)]
    lost = [
        _mean(plain[at - round(fps) : at + round(fps)]) - _mean(ours[at - round(fps) : at + round(fps)]) for at in joints if at < len(ours)
    ]
    note = f"worst of {len(lost)} joints, the mean of a second on both sides; mean of all {_mean(lost):.2f}"
    yield Row(f"P3 {what}: lost at a joint", goal="≤ 1", peer=1.0, ours=max(lost), unit="VMAF", note=note)


def _vmaf(folder: Path, made: Rendition, width: int, height: int) -> list[float]:
    """Of each frame, at the size of the source; frames are paired by number."""
    film = folder / "made.mp4"
    film.write_bytes(joined(made))
    graph = (
        f"[0:v]scale={width}:{height}:flags=bicubic,settb=1/1000,setpts=N*40[a];"
        f"[1:v]scale={width}:{height}:flags=bicubic,format=yuv420p,settb=1/1000,setpts=N*40[b];[a][b]{_MODEL}"
    )
    command = [
        ffmpeg(),
        "-v",
        "error",
        "-nostdin",
        "-i",
        str(film),
        "-i",
        str(made.source),
        "-lavfi",
        graph,
        "-fps_mode",
        "passthrough",
        "-f",
        "null",
        "-",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return [frame["metrics"]["vmaf"] for frame in json.loads((folder / "vmaf.json").read_text())["frames"]]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)
