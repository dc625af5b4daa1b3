"""The families of hardware encoders, as data: what each is called, where it lives and how pictures get to it."""

from dataclasses import dataclass

CODECS = ("h264", "hevc", "av1")


@dataclass(frozen=True)
class Family:
    """`encoder` is the ending of its encoders' names. `upload`: its encoder takes pictures on the device alone.

    `deinterlace`, `scale` and `tonemap` are its filters, best first; those that a build lacks are passed over.
    """

    name: str
    title: str
    encoder: str
    systems: tuple[str, ...]
    rates: tuple[str, ...] = ("quality", "capped")
    upload: bool = False
    decoder: str = ""  # the kind of device that decodes; "" where software does
    scale: str = ""
    deinterlace: tuple[str, ...] = ()
    tonemap: str = ""


FAMILIES = (
    Family(
        "nvenc", "NVIDIA NVENC", "nvenc", ("linux", "win32"), ("quality",), False, "cuda", "scale_cuda",
        ("bwdif_cuda", "yadif_cuda"), "tonemap_cuda",
    ),
    Family("qsv", "Intel Quick Sync", "qsv", ("linux", "win32"), ("quality", "capped"), False, "vaapi", "vpp_qsv", ("vpp_qsv",), "vpp_qsv"),
    Family(
        "videotoolbox", "Apple VideoToolbox", "videotoolbox", ("darwin",), ("quality", "capped"), False, "videotoolbox", "scale_vt",
        ("yadif_videotoolbox",),
    ),
    Family("amf", "AMD AMF", "amf", ("linux", "win32"), ("quality", "capped"), False, "d3d11va", "vpp_amf"),
    Family(
        "vaapi", "VA-API", "vaapi", ("linux",), ("quality", "capped", "fixed"), True, "vaapi", "scale_vaapi",
        ("deinterlace_vaapi",), "tonemap_vaapi",
    ),
    Family("rkmpp", "Rockchip MPP", "rkmpp", ("linux",), ("capped",)),
    Family("v4l2m2m", "V4L2 M2M", "v4l2m2m", ("linux",), ("capped",)),
    Family(
        "vulkan", "Vulkan Video", "vulkan", ("linux", "win32"), ("capped", "fixed"), True, "vulkan", "scale_vulkan",
        ("bwdif_vulkan",), "libplacebo",
    ),
)  # fmt: skip
"""In the order in which they are preferred: what a maker's own library drives comes before what drives several makers' devices."""

BY_NAME = {family.name: family for family in FAMILIES}
DEVICE_FILTERS = tuple(
    sorted({name for family in FAMILIES for name in (family.scale, *family.deinterlace, family.tonemap) if name} | {"hwupload", "hwmap"})
)


def encoder_name(family: str, codec: str) -> str:
    return f"{codec}_{BY_NAME[family].encoder}"
