"""The probe's child as it would be if every container, decoder and protocol were allowed, whatever the first bytes say."""

from typing import Any

import av

from app.media import kinds, probe_child, streams

_opened = av.open


def main() -> None:
    kinds.impostor = lambda head: "" if head else "empty"
    streams._playable = lambda stream: stream.codec_context is not None
    av.open = _open  # type: ignore[assignment]
    probe_child.main()


def _open(file: str, *, options: dict[str, str], **more: Any) -> Any:
    wide = {"protocol_whitelist": "file,crypto,data,http,tcp,concat,subfile", "allowed_extensions": "ALL", "safe": "0"}
    return _opened(file, options=wide | {"max_pixels": options["max_pixels"]}, **more)
