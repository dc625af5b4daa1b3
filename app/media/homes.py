"""A rendition's folder: bound to one recipe, so that segments of two kinds never lie side by side."""

import hashlib
import shutil
from pathlib import Path

import msgspec

from app.media.commands import RECIPE
from app.media.ladder import same_bytes
from app.media.publish import publish, sweep
from app.media.rendition import Rendition
from app.media.run import Tool

_RECIPE_NAME = "recipe"


def prepare_home(rendition: Rendition, tool: Tool) -> None:
    """Make the folder; empty it if what is in it was made by another ffmpeg or with other options."""
    recipe = _recipe(rendition, tool)
    home = rendition.home
    mark = home / _RECIPE_NAME
    if home.exists() and (not mark.exists() or mark.read_text() != recipe):
        wipe_home(home)
    home.mkdir(parents=True, exist_ok=True)
    sweep(home)
    if not mark.exists():
        publish(mark, recipe.encode())


def wipe_home(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)


def _recipe(rendition: Rendition, tool: Tool) -> str:
    options = same_bytes(rendition.rung)
    facts = rendition.facts  # not its duration: a film that turns out to be shorter keeps what was made
    parts = (RECIPE, tool.build, msgspec.json.encode(options).decode(), f"{facts.size} {facts.zero}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
