"""Frames of a film, decoded one here and one there, as pictures ready to be seen. Runs in a child only."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import msgspec
from av.stream import Discard, Disposition
from av.video.reformatter import Interpolation
from PIL import Image

from app.media import allowed
from app.media.stills.colours import adapting, full_range, matrix_of
from app.media.stills.upright import Turn, swaps, turn_of

_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": allowed.CONTAINER_LIST, "codec_whitelist": allowed.DECODER_LIST}
_READ = 4000  # packets read on after a seek before a place is given up
_DECODED = 1500  # frames decoded on the way to one that is no key frame
_BACK = (0.0, 1.0, 10.0, 1e9)  # seconds to begin earlier when nothing is found: in some containers a seek may land behind the key frame


class Order(msgspec.Struct, frozen=True):
    """What the child needs to know of the film (see VideoFacts); sizes are as shown, upright and with square pixels."""

    stream: int
    zero: float
    duration: float
    width: int
    height: int
    interlaced: bool
    transfer: str
    primaries: str
    places: tuple[float, ...] = ()  # seconds at which there is something to look at: key frames, where they are known


class Frames:
    def __init__(self, path: Path, order: Order) -> None:
        self.order = order
        self._container: Any = av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace")
        self._stream: Any = self._container.streams[order.stream]
        self._context: Any = self._stream.codec_context
        self._context.thread_type = "SLICE"  # threads by frame hold frames back
        for other in self._container.streams:
            other.discard = Discard.default if other.index == order.stream else Discard.all

    def key_near(self, seconds: float, besides: set[int]) -> Any:
        """The key frame that holds at this moment, or the first of the film; None if it is in `besides`, which it joins, or broken."""
        for back in _BACK:
            packet = None
            with contextlib.suppress(av.FFmpegError, ValueError):
                packet = self._key_packet(seconds, back)
            if packet is not None:
                if packet.pts in besides:
                    return None
                besides.add(packet.pts)
                return self._alone(packet)
        return None

    def _key_packet(self, seconds: float, back: float) -> Any:
        tick, slack = self._tick(seconds), self._tick(0.5) - self._tick(0.0)
        self._seek(seconds - back)
        held = None
        for packet in self._packets():
            if packet.is_keyframe and (packet.pts <= tick or (held is None and back == _BACK[-1])):
                held = packet
            if (packet.is_keyframe and packet.pts >= tick) or (packet.dts or packet.pts) > tick + slack:
                break
        return held

    def exactly(self, seconds: float) -> Any:
        """The frame that is shown at this moment; decodes all of them from the key frame before."""
        for back in _BACK:
            frame = None
            with contextlib.suppress(av.FFmpegError, ValueError):
                self._seek(seconds - back)
                frame = self._last_until(self._tick(seconds))
            with contextlib.suppress(av.FFmpegError):
                self._context.flush_buffers()
            if frame is not None:
                return frame
        return None

    def _last_until(self, tick: int) -> Any:
        last = None
        for count, frame in enumerate(self._container.decode(self._stream)):
            if frame.pts is None or frame.is_corrupt:
                continue
            if frame.pts > tick or count > _DECODED:
                break
            last = frame
        return last

    def at(self, frame: Any) -> float:
        return round(max(0.0, float(frame.pts * self._stream.time_base) - self.order.zero), 3)

    def picture(self, frame: Any, width: int, height: int) -> Image.Image:
        """Upright, in this size, in the colours of an ordinary screen."""
        turn = _turn(frame)
        size = (height, width) if swaps(turn) else (width, height)
        table = adapting(self.order.transfer, self.order.primaries)
        rough = size if table is None else (min(size[0] * 2, frame.width), min(size[1] * 2, frame.height))
        picture = _rgb(frame, rough, field=self.order.interlaced)
        if table is not None:
            picture = table(picture)
        if picture.size != size:
            picture = picture.resize(size, Image.Resampling.BOX if table else Image.Resampling.BICUBIC)
        return picture if turn is None else picture.transpose(turn)

    def _tick(self, seconds: float) -> int:
        return round(float((seconds + self.order.zero) / self._stream.time_base))

    def _seek(self, seconds: float) -> None:
        self._container.seek(max(self._tick(-1.0), self._tick(seconds)), stream=self._stream, backward=True)

    def _packets(self) -> Iterator[Any]:
        for count, packet in enumerate(self._container.demux(self._stream)):
            if packet.size == 0 or count > _READ:
                return
            if packet.pts is not None:
                yield packet

    def _alone(self, packet: Any) -> Any:
        """Decode one packet and ask the decoder for what it holds, instead of feeding it the packets it would like to see first."""
        try:
            found = [*self._context.decode(packet), *self._context.decode(None)]
        except av.FFmpegError:
            found = []
        self._context.flush_buffers()
        return next((frame for frame in found if not frame.is_corrupt), None)


def cover(path: Path) -> bytes | None:
    """The picture that somebody put into a file of sound."""
    with av.open(f"file:{path}", options=_OPTIONS, metadata_errors="replace") as container:
        for stream in container.streams.video:
            if Disposition.attached_pic in stream.disposition:
                for packet in container.demux(stream):
                    return bytes(packet)
    return None


def _turn(frame: Any) -> Turn:
    found = frame.side_data.get("DISPLAYMATRIX")
    return turn_of(bytes(found)) if found is not None else None


def _rgb(frame: Any, size: tuple[int, int], *, field: bool) -> Image.Image:
    """In RGB. Of an interlaced frame only one field: the other was taken a moment later."""
    width, height = size[0], frame.height if field else size[1]
    rgb = frame.reformat(
        width, height, "rgb24", src_colorspace=matrix_of(int(frame.colorspace), frame.height), threads=1,
        interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND,
        src_color_range="JPEG" if full_range(int(frame.color_range), frame.format.name) else "MPEG", dst_color_range="JPEG",
    )  # fmt: skip
    plane = rgb.planes[0]
    rows, stride = (height // 2, plane.line_size * 2) if field else (height, plane.line_size)
    return Image.frombuffer("RGB", (width, rows), bytes(plane), "raw", "RGB", stride, 1)
