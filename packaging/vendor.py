"""Brings the browser parts we ship into web/static, at pinned versions, with their licences.

Run by a maintainer when a version changes (`python packaging/vendor.py`); what it writes is committed, so nobody
else needs Node. `npm pack` only unpacks published archives: no scripts of theirs run, no lock file is written.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "web" / "static"
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


@dataclass(frozen=True)
class Part:
    """One package: which of its files go where (relative to the folder it is brought to)."""

    name: str
    version: str
    licence: str
    files: dict[str, str]
    to: Path = STATIC / "vendor"


PARTS = (
    Part(
        "htmx.org",
        "4.0.1",
        "0BSD",
        {"dist/htmx.min.js": "htmx.min.js", "dist/ext/hx-preload.min.js": "hx-preload.min.js"},
    ),
    Part("hls.js", "1.7.4", "Apache-2.0", {"dist/hls.min.js": "hls.min.js", "dist/hls.worker.js": "hls.worker.js"}),
    Part("media-chrome", "4.19.4", "MIT", {"dist/iife/index.js": "media-chrome.min.js"}),
    Part("tus-js-client", "4.3.1", "MIT", {"dist/tus.min.js": "tus.min.js"}),
    Part("axe-core", "4.14.1", "MPL-2.0", {"axe.min.js": "axe.min.js"}, ROOT / "tests" / "browser" / "vendor"),
)
ICONS_VERSION = "1.62.0"
ICONS = (  # names as Lucide spells them
    "activity arrow-left arrow-right arrow-up calendar-days captions check chevron-down chevron-left chevron-right chevron-up "
    "circle-alert circle-check circle-help circle-minus circle-play clapperboard clock contrast copy cpu download ellipsis "
    "ellipsis-vertical eye eye-off file-video film folder folder-sync folder-up gauge globe hard-drive hourglass house inbox info "
    "key-round keyboard library link list-video loader lock log-in log-out maximize memory-stick minimize monitor moon network pause "
    "pencil picture-in-picture-2 play plus qr-code rectangle-horizontal refresh-cw rotate-ccw rotate-cw search server settings "
    "share-2 shield skip-forward smartphone square-check-big sun trash-2 triangle-alert tv unlock upload user user-plus users "
    "volume-1 volume-2 volume-x wand-sparkles wifi wifi-off x zap "
)


def unpack(name: str, version: str, into: Path) -> Path:
    """The package's folder, fetched through the ordinary client and unpacked."""
    packed = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=into, check=True, capture_output=True, text=True)
    folder = into / name
    with tarfile.open(into / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def bring(part: Part, into: Path) -> None:
    package = unpack(part.name, part.version, into)
    part.to.mkdir(parents=True, exist_ok=True)
    for source, target in part.files.items():
        text = SOURCE_MAP.sub("\n", (package / source).read_text())
        (part.to / target).write_text(text)
    licence = next(path for path in sorted(package.iterdir()) if path.name.upper().startswith("LICEN"))
    header = f"{part.name} {part.version}, {part.licence}\n\n"
    (part.to / f"LICENSE.{part.name}.txt").write_text(header + licence.read_text())


def symbol(name: str, drawing: str) -> str:
    inner = re.sub(r"\s+", " ", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def bring_icons(into: Path) -> None:
    """One sprite of the icons we use; colour and stroke come from the page's CSS."""
    package = unpack("lucide-static", ICONS_VERSION, into)
    symbols = [symbol(name, (package / "icons" / f"{name}.svg").read_text()) for name in ICONS.split()]
    note = f"<!-- Lucide {ICONS_VERSION}, ISC; see vendor/LICENSE.lucide-static.txt -->"
    (STATIC / "icons.svg").write_text("\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, "</svg>", ""]))
    text = (package / "LICENSE").read_text()
    (STATIC / "vendor" / "LICENSE.lucide-static.txt").write_text(f"lucide-static {ICONS_VERSION}, ISC\n\n{text}")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            bring(part, Path(folder))
        bring_icons(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
