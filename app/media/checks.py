"""Show only what was checked (SECURITY MED-6): does what we made decode?"""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.children import Limits, Sandbox, run
from app.media.commands import decode_check
from app.media.rendition import Rendition
from app.media.run import Tool

_LIMITS = Limits(wall=60, cpu=60, memory=16 << 30, file_size=1 << 20)


def segments_decode(tool: Tool, rendition: Rendition, numbers: Sequence[int]) -> bool:
    """Whether these segments, joined behind the init part, decode without a complaint."""
    with tempfile.TemporaryDirectory(dir=rendition.folder, prefix=".check-") as scratch:
        joined = Path(scratch) / "joined.mp4"
        with joined.open("wb") as out:
            for part in [rendition.init_path, *(rendition.segment_path(number) for number in numbers)]:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, out)
        done = run(decode_check(tool.path, joined), folder=Path(scratch), limits=_LIMITS, sandbox=Sandbox(read=(joined,)))
    return done.code == 0 and not done.stderr
