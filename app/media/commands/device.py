"""The command lines of runs on a hardware encoder: the same cut of the same grid, with as much of the way as can be on the device.

`trim`, `setpts`, `settb`, `setsar` and `split` touch no picture, so they do as well for those that lie on a device. What stays there is
what the trial saw arrive whole (`Device.skills`); everything else is decoded and scaled as in software, and encoded on the device.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from app.media.commands.device_encoders import device_encoder
from app.media.commands.graph import FRAGMENTS, compiled, damaged, source_input
from app.media.commands.picture import FIRST_PIPE, HDR_TO_SDR, fitted, matrix_of, picture_seek
from app.media.facts import VideoFacts
from app.media.grid import film_end, first_tick
from app.media.hardware.device import Device
from app.media.hardware.families import BY_NAME
from app.media.rendition import Rendition

_TO_BT709 = {"matrix": "bt709", "primaries": "bt709", "transfer": "bt709"}


def device_runs(
    program: Path, renditions: Sequence[Rendition], cells: Sequence[int], device: Device, *, back: int = 0, filters: Sequence[str] = ()
) -> list[str]:
    """As `picture_runs`: the same cells of several renditions of one film, decoded once, on descriptors 1, 3, 4 and so on."""
    video = renditions[0].facts.video
    assert video
    picture = _shared(renditions[0], cells, device, back=back)
    branches = [picture] if len(renditions) == 1 else picture.filter_multi_output("split", len(renditions))
    outputs = []
    for number, rendition in enumerate(renditions):
        branch = branches[number] if len(renditions) > 1 else picture
        pipe = "pipe:1" if number == 0 else f"pipe:{FIRST_PIPE + number - 1}"
        ready = _on_device(branch, rendition, device, filters) if device.keeps(video) else _by_software(branch, rendition, device, filters)
        outputs.append(ffmpeg.output(ready, pipe, **device_encoder(device, rendition, cells), **FRAGMENTS))
    return compiled(program, outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs))


def _shared(rendition: Rendition, cells: Sequence[int], device: Device, *, back: int) -> Any:
    facts, video = rendition.facts, rendition.facts.video
    assert video
    begin, end = first_tick(video, cells[0]), min(first_tick(video, cells[-1] + 1), film_end(facts, rendition.index))
    where = {**picture_seek(rendition, begin, back), **damaged(facts.cut_at), **_opened(device, video)}
    picture = source_input(rendition.source, where)[str(video.stream)]
    if device.keeps(video) and device.family == "qsv":
        picture = picture.filter("hwmap", derive_device="qsv").filter("format", "qsv")
    if video.interlaced:
        picture = _deinterlaced(picture, device, video).filter("settb", f"{video.tb_num}/{video.tb_den}")
    return picture.filter("trim", start_pts=begin, end_pts=end).filter("setpts", f"PTS-({video.zero})")


def _opened(device: Device, video: VideoFacts) -> dict[str, Any]:
    """The device, named once for the decoder, the filters and the encoder; none where the encoder opens its own."""
    family = BY_NAME[device.family]
    if not device.keeps(video):
        return {"init_hw_device": _named(family.name, device.node), "filter_hw_device": "dev"} if family.upload else {}
    kind = "d3d11va" if device.system == "win32" and family.decoder == "vaapi" else family.decoder
    output = {"d3d11va": "d3d11", "videotoolbox": "videotoolbox_vld"}.get(kind, kind)
    return {
        "init_hw_device": _named(kind, device.node),
        "filter_hw_device": "dev",
        "hwaccel": kind,
        "hwaccel_device": "dev",
        "hwaccel_output_format": output,
    }


def _named(kind: str, node: str) -> str:
    return f"{kind}=dev:{node}" if node and kind == "vaapi" else f"{kind}=dev"


def _deinterlaced(picture: Any, device: Device, video: VideoFacts) -> Any:
    """One frame a frame, as in software."""
    if not device.keeps(video):
        return picture.filter("bwdif", "0", "-1", "0")
    name = next(name for name in BY_NAME[device.family].deinterlace if name in device.filters)
    if name == "vpp_qsv":
        return picture.filter(name, deinterlace=2)
    return picture.filter(name, rate="frame") if name == "deinterlace_vaapi" else picture.filter(name, "0", "-1", "0")


def _on_device(picture: Any, rendition: Rendition, device: Device, filters: Sequence[str]) -> Any:
    rung, video = rendition.rung, rendition.facts.video
    assert video
    family, size = BY_NAME[device.family], {"w": rung.width, "h": rung.height}
    form = {} if family.name == "videotoolbox" else {"format": "nv12"}  # its scaler keeps the form
    if not video.hdr or "zscale" not in filters:
        picture = picture.filter(family.scale, **size, **form).filter("setsar", 1)
        return picture if video.hdr else picture.filter("setparams", colorspace=matrix_of(video), range="tv")
    if device.darkens(video):
        return _darkened(picture, family.tonemap, size).filter("setsar", 1)
    deep = {} if family.name == "videotoolbox" else {"format": "p010le" if family.name == "nvenc" else "p010"}
    picture = picture.filter(family.scale, **size, **deep).filter("setsar", 1).filter("hwdownload").filter("format", "p010le")
    for name, options in HDR_TO_SDR:
        picture = picture.filter(name, **options)
    return _handed_over(picture, device)


def _darkened(picture: Any, tonemap: str, size: dict[str, int]) -> Any:
    if tonemap == "tonemap_vaapi":
        return picture.filter(tonemap, format="nv12", **_TO_BT709).filter("scale_vaapi", **size)
    if tonemap == "tonemap_cuda":
        told = {"format": "nv12", "m": "bt709", "p": "bt709", "t": "bt709", "tonemap": "bt2390"}
        return picture.filter("scale_cuda", **size, format="p010le").filter(tonemap, **told)
    if tonemap == "vpp_qsv":
        wanted: dict[str, Any] = {"tonemap": 1, **{f"out_color_{name}": value for name, value in _TO_BT709.items()}}
        return picture.filter(tonemap, **size, format="nv12", **wanted)
    told = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "range": "tv", "tonemapping": "mobius"}
    return picture.filter("libplacebo", **size, format="nv12", **told)


def _by_software(picture: Any, rendition: Rendition, device: Device, filters: Sequence[str]) -> Any:
    return _handed_over(fitted(picture, rendition, filters), device)


def _handed_over(picture: Any, device: Device) -> Any:
    """In the one form that every encoder in hardware takes."""
    picture = picture.filter("format", "nv12")
    return picture.filter("hwupload") if BY_NAME[device.family].upload else picture
