"""What became of a family, in words for the keeper, with the line that mends it.

The order of the rules is that of the way to the device: is there one at all, do we reach it, is its library there, its driver,
and only then what the encoder said.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.i18n import N_, translate
from app.media.hardware.families import BY_NAME, encoder_name
from app.media.hardware.machine import Machine
from app.media.hardware.trial import WALL, Trouble


@dataclass(frozen=True)
class Verdict:
    """`state`: "works", "absent" (no such device here), "fails". `mend` is a line to type, or what to do; empty if nothing helps."""

    state: str
    text: str
    mend: str = ""


def explain(family: str, trouble: Trouble, machine: Machine) -> Verdict:
    """Why a family that was tried does not work."""
    found = _unreached(family, machine) or _by_what_was_said(family, trouble, machine) or _by_kind(trouble)
    if found:
        return found
    last = next((line for line in reversed(trouble.said.splitlines()) if line.strip()), "").strip()
    return _fails(N_("Its trial failed: {why}"), why=_plain(_first_complaint(trouble.said) or last or f"code {trouble.code}"))


def _plain(line: str) -> str:
    """Without ffmpeg's addresses in memory, which mean nothing to anybody."""
    return re.sub(r"^(\[[^\]]*\] ?)+", "", line)[:200]


def _first_complaint(said: str) -> str:
    """The first line is the cause, the others follow from it."""
    return next((line for line in said.splitlines() if line.strip()), "")


def _by_kind(trouble: Trouble) -> Verdict | None:
    update = translate(N_("Update the driver, then test again."))
    told = {
        "hangs": N_("It did not finish a trial of twelve small pictures in {seconds:.0f} seconds."),
        "nothing": N_("Its trial ended well but gave no picture."),
        "times": N_("It gives pictures at the wrong times, or keyframes where none were asked for."),
        "garbage": N_("What it gives is not the video that it says it is."),
        "picture": N_("Its pictures do not show what they should."),
    }.get(trouble.kind)
    return _fails(told, mend=update, seconds=WALL) if told else None


def _unreached(family: str, machine: Machine) -> Verdict | None:
    """Where the device itself is missing or closed to us (Linux)."""
    if machine.system != "linux":
        return None
    return _REACH[family](machine)


def _nvidia(machine: Machine) -> Verdict | None:
    if machine.some("/dev/nvidia") or machine.some("/dev/dxg"):
        return _closed(machine, "/dev/nvidia")
    if "nvidia" not in machine.makers and not machine.driver:
        return _absent(N_("This machine shows no graphics card by NVIDIA."))
    if machine.container:
        return _fails(N_("There is a card by NVIDIA, but this container was not given it."), mend=_container(machine, "nvidia"))
    return _fails(
        N_("There is a card by NVIDIA, but its driver is not installed."), mend="sudo apt install nvidia-driver libnvidia-encode1"
    )


def _render(*makers: str) -> Callable[[Machine], Verdict | None]:
    def reach(machine: Machine) -> Verdict | None:
        nodes = [node for node in machine.some("/dev/dri/render") if not node.maker or node.maker in makers]
        if any(node.allowed for node in nodes):
            return None
        if nodes:
            return _closed(machine, nodes[0].path)
        shown = [maker for maker in machine.makers if maker in makers]
        if not shown:
            return _absent(N_("This machine shows no graphics that it could use."))
        if machine.container:
            return _fails(N_("The machine has graphics, but this container was not given them."), mend=_container(machine, "/dev/dri"))
        return _fails(
            N_("The machine has graphics, but the system shows no /dev/dri/renderD128: the kernel's driver is not loaded."), mend=""
        )

    return reach


def _video(machine: Machine) -> Verdict | None:
    if machine.some("/dev/video"):
        return _closed(machine, "/dev/video")
    return _absent(N_("This machine shows no video device (/dev/video…)."))


def _rockchip(machine: Machine) -> Verdict | None:
    if machine.some("/dev/mpp_service"):
        return _closed(machine, "/dev/mpp_service")
    return _absent(N_("This machine is none by Rockchip."))


def _closed(machine: Machine, beginning: str) -> Verdict | None:
    """Device files that we may not open: the group that owns them may."""
    nodes = machine.some(beginning)
    if not nodes or any(node.allowed for node in nodes):
        return None
    node = nodes[0]
    if machine.container:
        mend = f"--group-add {node.group}"
        return _fails(N_("{path} is there, but the user {user} in this container may not use it."), mend, path=node.path, user=machine.user)
    mend = f"sudo usermod -aG {node.group} {machine.user}"
    text = N_("{path} is there, but the user {user} may not use it: add them to the group {group} and start Homereel anew.")
    return _fails(text, mend, path=node.path, user=machine.user, group=node.group)


def _anything(machine: Machine) -> Verdict | None:  # noqa: ARG001 - one of a row
    return None


_REACH: dict[str, Callable[[Machine], Verdict | None]] = {
    "nvenc": _nvidia,
    "qsv": _render("intel"),
    "vaapi": _render("intel", "amd", "nvidia", "other"),
    "amf": _render("amd"),
    "vulkan": _render("intel", "amd", "nvidia", "other"),
    "v4l2m2m": _video,
    "rkmpp": _rockchip,
    "videotoolbox": _anything,
}

_VA = r"libva(-drm)?\.so|No VA display|Failed to initialise VAAPI|vaInitialize|Failed to create a VAAPI|hardware device context.*VAAPI"
_NO_ENCODER = r"No usable encoding (entrypoint|profile)|No capable devices found|unsupported device|VK_KHR_video_encode|-12908|-12903"


def _by_what_was_said(family: str, trouble: Trouble, machine: Machine) -> Verdict | None:
    said = trouble.said
    for families, pattern, answer in _RULES:
        if family in families and (found := re.search(pattern, said)):
            return answer(machine, found)
    return None


def _no_cuda(machine: Machine, found: re.Match[str]) -> Verdict:
    if machine.container:
        mend = _container(machine, "nvidia")
        return _fails(N_("NVIDIA's library {name} is missing in this container."), mend, name=found[1])
    return _fails(
        N_("NVIDIA's library {name} is missing: install the driver."), "sudo apt install nvidia-driver libnvidia-encode1", name=found[1]
    )


def _old_driver(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return _fails(
        N_("NVIDIA's driver is too old for this ffmpeg."),
        mend=translate(N_("Install NVIDIA's driver {version} or newer.")).format(version=found[1]),
    )


def _sessions(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return _fails(
        N_("All encoders of the card are in use, or its memory is full."), translate(N_("End what else uses the card, then test again."))
    )


def _no_va(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    makers = {node.maker for node in machine.some("/dev/dri/render")} | set(machine.makers)
    driver = "mesa-va-drivers" if "amd" in makers and "intel" not in makers else "intel-media-va-driver"
    return _fails(N_("The driver for video on this device (VA-API) is not installed."), f"sudo apt install libva2 libva-drm2 {driver}")


def _no_mfx(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return _fails(N_("Intel's library for Quick Sync is not installed."), "sudo apt install libmfx-gen1.2 intel-media-va-driver")


def _no_amf(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    text = N_("AMD's library AMF is not installed. VA-API, which drives the same cards, needs it not.")
    return _fails(text, translate(N_("Install AMD's package amf-amdgpu-pro, or leave it to VA-API.")))


def _no_vulkan(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return _fails(N_("Vulkan is not installed."), "sudo apt install libvulkan1 mesa-vulkan-drivers")


def _no_encoder(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return Verdict("absent", translate(N_("This device has no encoder for video, or its driver offers none.")))


def _no_m2m(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    return Verdict("absent", translate(N_("None of the video devices here encodes.")))


def _denied(machine: Machine, found: re.Match[str]) -> Verdict:  # noqa: ARG001 - one of a row
    nodes = machine.some("/dev/dri/render")
    group = nodes[0].group if nodes else "render"
    return _fails(N_("The user {user} may not use the device."), f"sudo usermod -aG {group} {machine.user}", user=machine.user)


_RULES: tuple[tuple[tuple[str, ...], str, Callable[[Machine, re.Match[str]], Verdict]], ...] = (
    (("nvenc",), r"Cannot load (\S+)", _no_cuda),
    (("nvenc",), r"minimum required Nvidia driver for nvenc is (\S+)", _old_driver),
    (("nvenc",), r"OpenEncodeSessionEx failed: (out of memory|incompatible client key)", _sessions),
    (("vaapi", "qsv"), r"Permission denied", _denied),
    (("vaapi", "qsv"), _VA, _no_va),
    (("qsv",), r"MFX session|MFXLoad|libvpl|libmfx", _no_mfx),
    (("amf",), r"amfrt64\S* failed to open", _no_amf),
    (("vulkan",), r"libvulkan|vulkan-1", _no_vulkan),
    (("v4l2m2m",), r"Could not find a valid device", _no_m2m),
    (tuple(BY_NAME), _NO_ENCODER, _no_encoder),
)


def _container(machine: Machine, what: str) -> str:
    if what == "nvidia":
        return "--gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,video,utility"
    return {"lxc": f"lxc.mount.entry: {what} dev/dri none bind,optional,create=dir"}.get(machine.container, f"--device {what}")


def _fails(text: str, mend: str = "", **values: object) -> Verdict:
    return Verdict("fails", translate(text).format(**values), mend)


def _absent(text: str) -> Verdict:
    return Verdict("absent", translate(text))


def codecs_in_words(family: str, ways: dict[str, str]) -> str:
    """ "H.264, HEVC": what a family that works encodes."""
    names = {"h264": "H.264", "hevc": "HEVC", "av1": "AV1"}
    return ", ".join(names[codec] for codec in names if codec in ways and encoder_name(family, codec))
