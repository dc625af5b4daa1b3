"""HLS playlists, complete from the moment of the probe. Pure text from values.

`address(name)` turns a name of ours into the address that is written: "v480.m3u8" in the master;
"v480/init.mp4" and "v480/12.m4s", or "v480.mp4" once packed, in a media playlist.
"""

from collections.abc import Callable, Mapping, Sequence

from app.media.facts import Facts
from app.media.grid import Segment
from app.media.ladder import Rung
from app.media.packing import Table

Address = Callable[[str], str]


def master(facts: Facts, rungs: Sequence[Rung], *, address: Address, measured: Mapping[str, int] | None = None) -> str:
    """`measured` gives real peak bits a second by rung name, where known."""
    raise NotImplementedError


def media(rung: Rung, listed: Sequence[Segment], *, address: Address, table: Table | None = None) -> str:
    """The playlist of one rendition; by byte ranges of one file when `table` is given."""
    raise NotImplementedError
