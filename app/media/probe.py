"""Ask a child what a file is. The server itself never parses a byte of it."""

from pathlib import Path

from app.children import Limits
from app.media.facts import Facts

PROBE_LIMITS = Limits(wall=120, cpu=120, memory=4 << 30)


def probe(source: Path, *, folder: Path, limits: Limits = PROBE_LIMITS) -> Facts:
    """Examine `source`; write its packet index into `folder` (see index.py). Raises MediaError with a sentence for the uploader."""
    raise NotImplementedError
