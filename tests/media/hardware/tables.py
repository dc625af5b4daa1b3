"""What an ffmpeg build says that its encoders and filters take (`-h encoder=…`): names, types, ranges and words of options.

Tables of builds that no package brings were written down with `python -m tests.media.hardware.tables PROGRAM NAME`.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.media.hardware.families import BY_NAME, CODECS, DEVICE_FILTERS, encoder_name

FOLDER = Path(__file__).parent / "tables"
# Options of ours that an encoder may have of its own, or a filter; all else in a plan is ffmpeg's.
OURS = (
    *(
        "preset",
        "tune",
        "rc",
        "cq",
        "forced-idr",
        "forced_idr",
        "no-scenecut",
        "allow_sw",
        "realtime",
        "usage",
        "quality",
        "profile",
        "level",
    ),
    *("qvbr_quality_level", "rc_mode", "qp", "bf", "w", "h", "format", "matrix", "primaries", "transfer", "tonemap", "m", "p", "t", "rate"),
    *("deinterlace", "mode", "parity", "deint", "derive_device", "colorspace", "color_primaries", "color_trc", "range", "tonemapping"),
    *("out_color_matrix", "out_color_primaries", "out_color_transfer"),
)
_OPTION = re.compile(r"^ {1,3}-?([\w-]+) +<(\w+)> +[A-Z.]{8,}")
_WORD = re.compile(r"^ {5}([\w.-]+) +(-?\d+)? +[A-Z.]{8,}")
_RANGE = re.compile(r"\(from (\S+) to (\S+)\)")


@dataclass
class Option:
    kind: str
    least: float = float("-inf")
    most: float = float("inf")
    words: dict[str, str] = field(default_factory=dict)

    def takes(self, value: str) -> bool:
        """Whether ffmpeg would take this value: a word of the option's own, or a number in its range."""
        if value in self.words or self.kind in ("string", "pix_fmt", "dictionary", "image_size"):
            return True
        if self.kind == "boolean":
            return value in ("0", "1")
        try:
            return self.least <= float(value) <= self.most
        except ValueError:
            return False


def parse(text: str) -> dict[str, dict[str, Option]]:
    """ "== name" begins the table of an encoder or filter."""
    tables: dict[str, dict[str, Option]] = {}
    option = None
    for line in text.splitlines():
        if line.startswith("== "):
            table = tables.setdefault(line[3:], {})
        elif found := _OPTION.match(line):
            span = _RANGE.findall(line)
            option = Option(found[2], *(map(_number, span[-1]) if span else ()))
            table.setdefault(found[1], option)
        elif (found := _WORD.match(line)) and option:
            option.words[found[1]] = found[2] or ""
    return tables


def _number(text: str) -> float:
    named = {"INT_MIN": -(2.0**31), "INT_MAX": 2.0**31, "UINT32_MAX": 2.0**32, "FLT_MAX": 3.4e38, "-FLT_MAX": -3.4e38, "I64_MAX": 2.0**63}
    return named[text] if text in named else float(text)


@cache
def asked(program: str) -> str:
    """The tables of everything of ours that a program has, cut down to the options that plans may name."""
    names = [("encoder", encoder_name(family, codec)) for family in BY_NAME for codec in CODECS]
    names += [("filter", name) for name in DEVICE_FILTERS]
    return "".join(_cut(name, _help(program, kind, name)) for kind, name in names)


def _help(program: str, kind: str, name: str) -> str:
    done = subprocess.run(
        [program, "-hide_banner", "-h", f"{kind}={name}"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.stdout


def _cut(name: str, text: str) -> str:
    lines, wanted = [], False
    for line in text.splitlines():
        if found := _OPTION.match(line):
            wanted = found[1] in OURS
        elif not _WORD.match(line):
            wanted = False
        if wanted:
            lines.append(line.rstrip())
    return f"== {name}\n" + "\n".join(lines) + "\n" if lines else ""


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{sys.argv[2]}.txt").write_text(asked(sys.argv[1]))
