"""A still that says what a film is: a good frame, not black, not flat, chosen by a child from a few key frames."""

from pathlib import Path

from app.media.facts import Facts

SMALL = "thumbnail.webp"  # at most 640 wide
LARGE = "poster.webp"  # at most 1280 wide


def make_thumbnails(source: Path, facts: Facts, *, folder: Path) -> float | None:
    """Write SMALL and LARGE into `folder`; the time they show, or None when the film has no picture."""
    raise NotImplementedError
