"""The trial: a real run over two cells on each encoder, by the very command lines that films are made with.

What comes out must have every frame at its time, a keyframe on the grid, and show what software shows: encoders exist that put out
green pictures with a clean exit code.
"""

import io
import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.children import Limits, Sandbox, run
from app.media.boxes import BadBoxesError, Fragment, read_fragments
from app.media.cells import MismatchError, whole_cells
from app.media.commands.device import device_runs
from app.media.commands.picture import picture_runs
from app.media.commands.trials import HEIGHT, KINDS, LOOK, RATE, SECONDS, TICKS, WIDTH, look_at, trial_film
from app.media.facts import Facts, VideoFacts
from app.media.hardware.device import Device
from app.media.hardware.families import CODECS, Family, encoder_name
from app.media.hardware.machine import Machine
from app.media.hardware.parameter_sets import sound_pictures
from app.media.index import Index
from app.media.ladder import Rung
from app.media.planning import Tool
from app.media.rendition import Rendition

WALL = 20.0  # seconds: a device that takes longer for twelve small frames hangs
_TRIAL = Limits(wall=WALL, cpu=60, memory=None, nice=10)
_SOFTWARE = Limits(wall=60, cpu=60, nice=10)
_CELLS = (0, 1)
_LIKE = {"hdr": 25.0, "interlaced": 16.0}  # how far from software's picture, in steps of grey; tone mappers and deinterlacers differ
_LIKE_ELSE = 8.0
_NEEDS = {"hevc": "libx265", "hevc10": "libx265", "hdr": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1", "av110": "libsvtav1"}


class Trouble(msgspec.Struct, frozen=True):
    """Why a trial failed: "failed" (what ffmpeg said), "hangs", "nothing", "times", "garbage", "picture"."""

    kind: str
    code: int = 0
    said: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What became of one family. `ways` are the codecs it encodes here, `troubles` those that it does not."""

    family: str
    ways: dict[str, str] = {}
    skills: tuple[str, ...] = ()
    troubles: dict[str, Trouble] = {}
    node: str = ""


class Trial:
    """One look at one program. Films to try with are made when first needed, so that a machine without devices makes one."""

    def __init__(self, tool: Tool, encoders: Sequence[str], filters: Sequence[str], machine: Machine) -> None:
        self._tool, self._encoders, self._filters, self._machine = tool, frozenset(encoders), tuple(filters), machine
        self._films: dict[str, Path | None] = {}
        self._looks: dict[str, bytes] = {}

    def of(self, family: Family, folder: Path) -> Tried | None:
        """None where this program has no encoder of the family. `folder` is for the films."""
        codecs = [codec for codec in CODECS if encoder_name(family.name, codec) in self._encoders]
        if not codecs or self._machine.system not in family.systems:
            return None
        best = Tried(family.name)
        for node in self._nodes(family):
            tried = self._on(family, node, codecs, folder)
            if tried.ways or not best.troubles:
                best = tried
            if tried.ways:
                break
        return best

    def _nodes(self, family: Family) -> list[str]:
        if "vaapi" not in (family.name, family.decoder) or self._machine.system != "linux":
            return [""]
        wanted = {"qsv": ("intel", "")}.get(family.name)
        nodes = [node for node in self._machine.some("/dev/dri/render") if wanted is None or node.maker in wanted]
        return [node.path for node in sorted(nodes, key=lambda node: not node.allowed)] or [""]

    def _on(self, family: Family, node: str, codecs: Sequence[str], folder: Path) -> Tried:
        ways: dict[str, str] = {}
        troubles: dict[str, Trouble] = {}
        for codec in codecs:
            for way in family.rates:
                device = Device(family.name, {codec: way}, (), self._filters, node, self._machine.system)
                trouble = self._attempt(device, codec, "h264", folder)
                if trouble is None:
                    ways[codec] = way
                    troubles.pop(codec, None)
                    break
                troubles.setdefault(codec, trouble)
                if trouble.kind == "hangs":
                    break
            if not ways and troubles[codec].kind == "hangs":
                break
        return Tried(family.name, ways, self._skills(family, node, ways, folder), troubles, node)

    def _skills(self, family: Family, node: str, ways: dict[str, str], folder: Path) -> tuple[str, ...]:
        """The sources whose pictures may stay on the device, tried with the first codec that it encodes."""
        if not ways or not family.decoder or family.scale not in self._filters:
            return ()
        codec = next(iter(ways))
        found: list[str] = []
        for kind in KINDS:
            asked = {"interlaced": ("h264", "interlaced"), "hdr": ("hevc10", "hdr")}.get(kind, (kind,))
            if not set(asked) <= {*found, kind} or not self._can_show(family, kind):
                continue
            device = Device(family.name, ways, asked, self._filters, node, self._machine.system)
            if self._film(kind, folder) and self._attempt(device, codec, kind, folder) is None:
                found.append(kind)
        return tuple(found)

    def _can_show(self, family: Family, kind: str) -> bool:
        if kind == "interlaced":
            return any(name in self._filters for name in family.deinterlace)
        if kind == "hdr":
            return family.tonemap in self._filters and "zscale" in self._tool.filters
        return kind not in _NEEDS or _NEEDS[kind] in self._encoders

    def _attempt(self, device: Device, codec: str, kind: str, folder: Path) -> Trouble | None:
        film = self._film(kind, folder)
        if film is None:
            return Trouble("failed", said="the film to try with could not be made")
        rendition = _rendition(film, kind, codec)
        with tempfile.TemporaryDirectory(prefix="homereel-trial-") as scratch:
            argv = device_runs(self._tool.path, [rendition], _CELLS, device, filters=self._tool.filters)
            done = run(argv, folder=Path(scratch), limits=_TRIAL, sandbox=Sandbox(read=(film,), devices=True), cap=64 << 20)
        if done.timed_out:
            return Trouble("hangs")
        trouble = _fault(rendition, done.stdout)
        if trouble:
            kind_of = "failed" if trouble == "nothing" and done.code else trouble
            return Trouble(kind_of, done.code, done.stderr[-2000:])
        return self._compare(done.stdout, self._look_of(rendition, kind, folder), _LIKE.get(kind, _LIKE_ELSE), folder)

    def _compare(self, made: bytes, wanted: bytes, far: float, folder: Path) -> Trouble | None:
        got = self._small(made, folder)
        if len(got) != len(wanted):
            return Trouble("picture", said=f"{len(got) // (LOOK[0] * LOOK[1])} frames")
        off = sum(abs(one - other) for one, other in zip(got, wanted, strict=True)) / max(len(wanted), 1)
        return Trouble("picture", said=f"{off:.1f}") if off > far else None

    def _look_of(self, rendition: Rendition, kind: str, folder: Path) -> bytes:
        """What software makes of the same film, by H.264."""
        if kind not in self._looks:
            rung = msgspec.structs.replace(rendition.rung, codec="h264")
            plain = Rendition(rendition.source, rendition.folder, rendition.facts, rung, rendition.index)
            argv = picture_runs(self._tool.path, [plain], _CELLS, filters=self._tool.filters)
            done = run(argv, folder=folder, limits=_SOFTWARE, sandbox=Sandbox(read=(rendition.source,)), cap=64 << 20)
            self._looks[kind] = self._small(done.stdout, folder)
        return self._looks[kind]

    def _small(self, made: bytes, folder: Path) -> bytes:
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".mp4") as file:
            file.write(made)
            file.flush()
            film = Path(file.name)
            return run(look_at(self._tool.path, film), folder=folder, limits=_SOFTWARE, sandbox=Sandbox(read=(film,))).stdout

    def _film(self, kind: str, folder: Path) -> Path | None:
        if kind not in self._films:
            film = folder / f"{kind}.mp4"
            done = run(trial_film(self._tool.path, kind, film), folder=folder, limits=_SOFTWARE, sandbox=Sandbox(write=(folder,)))
            self._films[kind] = film if done.code == 0 and film.exists() else None
        return self._films[kind]


def _fault(rendition: Rendition, made: bytes) -> str:
    """What is wrong with what a device put out; "" for nothing."""
    try:
        parts = list(read_fragments(io.BytesIO(made)))
        fragments = [part for part in parts if isinstance(part, Fragment)]
        if not fragments:
            return "garbage" if made and not parts else "nothing"
        if len(list(whole_cells(rendition, fragments, _CELLS))) != len(_CELLS):
            return "times"
    except MismatchError:
        return "times"
    except BadBoxesError:
        return "garbage"
    return "" if all(sound_pictures(fragment, rendition.rung.codec) for fragment in fragments) else "garbage"


def _rendition(film: Path, kind: str, codec: str) -> Rendition:
    """The facts of our own film are known; nobody needs to probe it."""
    deep = kind in ("hevc10", "hdr", "av110")
    source = {"interlaced": "h264", "hdr": "hevc"}.get(kind, kind.removesuffix("10") if deep else kind)
    video = VideoFacts(
        stream=0, codec=source, codec_string="", profile="", width=WIDTH, height=HEIGHT, coded_width=WIDTH, coded_height=HEIGHT,
        pix_fmt="yuv420p10le" if deep else "yuv420p", bits=10 if deep else 8, fps=RATE, frames=RATE * SECONDS, tb_num=1, tb_den=TICKS,
        zero=0, interlaced=kind == "interlaced", transfer="smpte2084" if kind == "hdr" else "bt709",
    )  # fmt: skip
    facts = Facts(container="mov", size=1, duration=SECONDS, zero=0, bit_rate=1, video=video)
    times = array("q", (TICKS // RATE * number for number in range(RATE * SECONDS)))
    index = Index(times, array("q", [0]), TICKS * SECONDS)
    rung = Rung("trial", "video", "", 1_000_000, height=240, width=426, fps=RATE, crf=23, level="3.0", codec=codec)
    return Rendition(film, film.parent, facts, rung, index)
