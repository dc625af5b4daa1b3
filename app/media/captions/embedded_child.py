"""The child that reads the text subtitles of a film: every packet of those streams, decoded to the text of its events."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import av
import msgspec
from av.stream import Discard

from app.media import allowed
from app.media.captions.ass import event_text
from app.media.captions.cues import MAX_CUES, Cue

_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": allowed.CONTAINER_LIST, "codec_whitelist": allowed.DECODER_LIST}
_EVENT_FIELDS = 8  # before the text, in what decoders give: ReadOrder, Layer, Style, Name, three margins, Effect
_SHOWN = 5.0  # seconds, where the file does not say how long


def main() -> None:
    source, order = sys.argv[1], msgspec.json.decode(sys.argv[2])
    found: dict[int, list[Cue]] = {number: [] for number in order["streams"]}
    with av.open(f"file:{source}", options=_OPTIONS, metadata_errors="replace") as container:
        for stream in container.streams:
            stream.discard = Discard.default if stream.index in found else Discard.all
        for packet in container.demux([container.streams[number] for number in found]):
            cues = found[packet.stream.index]
            if len(cues) <= MAX_CUES:
                cues.extend(_cues(packet, order["zero"]))
    sys.stdout.buffer.write(msgspec.json.encode({str(number): cues for number, cues in found.items()}))


def _cues(packet: Any, zero: float) -> Iterator[Cue]:
    if packet.pts is None or packet.size == 0:
        return
    start = float(packet.pts * packet.time_base) - zero
    length = float((packet.duration or 0) * packet.time_base) or _SHOWN
    with contextlib.suppress(av.FFmpegError):  # one bad line costs itself
        for subtitle in packet.decode():
            line = getattr(subtitle, "ass", None)
            if line:
                text = line.decode("utf-8", "replace").split(",", _EVENT_FIELDS)[-1]
                yield Cue(start, start + length, event_text(text))


if __name__ == "__main__":
    main()
