"""Whether the files of an index are whole, before anything maps them into memory: tantivy panics over cut files and does not
see flipped bits. Each of its files ends with a checksum of the rest, written when the file was closed and never changed."""

import json
import zlib
from pathlib import Path

_PARTS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_MAGIC = 1337
_TAIL = 8  # length of the footer and the magic number, 32 bits each


def fault(folder: Path) -> str:
    """What is wrong with the index in `folder`, or nothing."""
    try:
        for name in _files(folder):
            if not _whole(folder / name):
                return f"{name} is damaged"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _files(folder: Path) -> list[str]:
    """Every file that the index's list of segments needs."""
    names = []
    for segment in json.loads((folder / "meta.json").read_bytes())["segments"]:
        stem = segment["segment_id"].replace("-", "")
        names += [f"{stem}.{part}" for part in _PARTS]
        if segment["deletes"]:
            names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
    return names


def _whole(path: Path) -> bool:
    data = path.read_bytes()
    length, magic = int.from_bytes(data[-_TAIL:-4], "little"), int.from_bytes(data[-4:], "little")
    end = len(data) - _TAIL - length
    if magic != _MAGIC or end < 0:
        return False
    return int(json.loads(data[end : len(data) - _TAIL])["crc"]) == zlib.crc32(memoryview(data)[:end])
