"""What keeps a family from working is said with the line that mends it, by what the machine shows and what ffmpeg said."""

from pathlib import Path

import pytest

from app.media.hardware.machine import Machine, Node, look
from app.media.hardware.trial import Trouble
from app.media.hardware.words import explain
from tests.media.hardware.fakes import SAID

OPEN = Node("/dev/dri/renderD128", "render", True, "intel")
SHUT = Node("/dev/dri/renderD128", "render", False, "intel")
AMD = Node("/dev/dri/renderD128", "render", True, "amd")
CARD = Node("/dev/nvidia0", "root", True)
BARE = Machine("linux", "homereel")
INTEL = Machine("linux", "homereel", nodes=(OPEN,), makers=("intel",))
NVIDIA = Machine("linux", "homereel", nodes=(CARD,), makers=("nvidia",), driver="550")
VIDEO = Machine("linux", "homereel", nodes=(Node("/dev/video0", "video", True),))


def in_docker(*nodes: Node, makers: tuple[str, ...] = ()) -> Machine:
    return Machine("linux", "homereel", "docker", nodes, makers)


CASES = {
    "no card at all": ("nvenc", SAID["nvenc"][1], BARE, "absent", ""),
    "card without driver": (
        "nvenc", SAID["nvenc"][1], Machine("linux", "h", makers=("nvidia",)), "fails", "sudo apt install nvidia-driver libnvidia-encode1",
    ),
    "card not given to the container": (
        "nvenc", SAID["nvenc"][1], in_docker(makers=("nvidia",)), "fails", "--gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,video,utility",
    ),
    "library missing in the container": (
        "nvenc", "Cannot load libnvidia-encode.so.1", in_docker(CARD), "fails",
        "--gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,video,utility",
    ),
    "libcuda missing": ("nvenc", SAID["nvenc"][1], NVIDIA, "fails", "sudo apt install nvidia-driver libnvidia-encode1"),
    "driver too old": (
        "nvenc", "Driver does not support the required nvenc API version.\nThe minimum required Nvidia driver for nvenc is 570.0 or newer",
        NVIDIA, "fails", "Install NVIDIA's driver 570.0 or newer.",
    ),
    "card busy": (
        "nvenc", "OpenEncodeSessionEx failed: out of memory (10)", NVIDIA, "fails", "End what else uses the card, then test again.",
    ),
    "card without encoder": ("nvenc", "OpenEncodeSessionEx failed: unsupported device (2)", NVIDIA, "absent", ""),
    "not in the group": (
        "vaapi", SAID["vaapi"][1], Machine("linux", "homereel", nodes=(SHUT,)), "fails", "sudo usermod -aG render homereel",
    ),
    "not in the group, in a container": ("qsv", SAID["qsv"][1], in_docker(SHUT), "fails", "--group-add render"),
    "graphics not given to the container": ("vaapi", SAID["vaapi"][1], in_docker(makers=("intel",)), "fails", "--device /dev/dri"),
    "no VA driver": ("vaapi", SAID["vaapi"][1], INTEL, "fails", "sudo apt install libva2 libva-drm2 intel-media-va-driver"),
    "no VA driver for AMD": (
        "vaapi", "Failed to initialise VAAPI connection: -1", Machine("linux", "h", nodes=(AMD,), makers=("amd",)), "fails",
        "sudo apt install libva2 libva-drm2 mesa-va-drivers",
    ),
    "the embedded ffmpeg finds no libva and aborts": (
        "vaapi", "implib-gen: libva-drm.so.2: failed to load library 'libva-drm.so.2' via dlopen", INTEL, "fails",
        "sudo apt install libva2 libva-drm2 intel-media-va-driver",
    ),
    "no MFX": ("qsv", SAID["qsv"][1], INTEL, "fails", "sudo apt install libmfx-gen1.2 intel-media-va-driver"),
    "Intel's way on AMD": ("qsv", SAID["qsv"][1], Machine("linux", "h", nodes=(AMD,), makers=("amd",)), "absent", ""),
    "decodes only": ("vaapi", "No usable encoding entrypoint found for profile VAProfileH264High (7).", INTEL, "absent", ""),
    "no video device": ("v4l2m2m", SAID["v4l2m2m"][1], BARE, "absent", ""),
    "a webcam": ("v4l2m2m", SAID["v4l2m2m"][1], VIDEO, "absent", ""),
    "no AMF": ("amf", SAID["amf"][1], Machine("linux", "h", nodes=(AMD,), makers=("amd",)), "fails",
        "Install AMD's package amf-amdgpu-pro, or leave it to VA-API."),
    "no Vulkan": ("vulkan", SAID["vulkan"][1], INTEL, "fails", "sudo apt install libvulkan1 mesa-vulkan-drivers"),
    "no encoder on this Mac": ("videotoolbox", "Error: cannot create compression session: -12908", Machine("darwin", "h"), "absent", ""),
    "no Rockchip": ("rkmpp", "Failed to init MPP", BARE, "absent", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_failure_is_told_with_what_mends_it(case: str) -> None:
    family, said, machine, state, mend = CASES[case]
    verdict = explain(family, Trouble("failed", 1, said), machine)

    assert (verdict.state, verdict.mend) == (state, mend)
    assert verdict.text.endswith(".") or "start Homereel anew" in verdict.text


def test_what_no_rule_knows_is_told_in_ffmpegs_first_words_without_its_addresses() -> None:
    verdict = explain("nvenc", Trouble("failed", 1, "[h264_nvenc @ 0x55b1] Something new\n[vost#0] Task finished"), NVIDIA)
    assert verdict.text == "Its trial failed: Something new"


@pytest.mark.parametrize("kind", ["hangs", "nothing", "times", "garbage", "picture"])
def test_a_device_that_runs_and_is_wrong_is_told_so(kind: str) -> None:
    verdict = explain("nvenc", Trouble(kind), NVIDIA)
    assert (verdict.state, verdict.mend) == ("fails", "Update the driver, then test again.")


def test_a_machine_is_read_from_its_files(tmp_path: Path) -> None:
    for name, text in {
        "dev/dri/renderD128": "", "dev/nvidia0": "", "dev/video10": "", ".dockerenv": "",
        "sys/class/drm/renderD128/device/vendor": "0x8086\n",
        "sys/bus/pci/devices/0000:00:02.0/class": "0x030000\n", "sys/bus/pci/devices/0000:00:02.0/vendor": "0x8086\n",
        "sys/bus/pci/devices/0000:01:00.0/class": "0x030200\n", "sys/bus/pci/devices/0000:01:00.0/vendor": "0x10de\n",
        "sys/bus/pci/devices/0000:03:00.0/class": "0x020000\n", "sys/bus/pci/devices/0000:03:00.0/vendor": "0x1002\n",
        "proc/driver/nvidia/version": "NVRM version: 550\nGCC version: 12\n",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    machine = look(tmp_path)

    assert machine.container == "docker"
    assert machine.makers == ("intel", "nvidia")
    assert machine.driver == "NVRM version: 550"
    assert [(node.path, node.maker, node.allowed) for node in machine.nodes] == [
        ("/dev/dri/renderD128", "intel", True), ("/dev/nvidia0", "", True), ("/dev/video10", "", True),
    ]  # fmt: skip


def test_what_was_found_counts_until_the_devices_change(tmp_path: Path) -> None:
    before = look(tmp_path)
    (tmp_path / "dev/dri").mkdir(parents=True)
    (tmp_path / "dev/dri/renderD128").touch()

    assert look(tmp_path).mark != before.mark
    assert look(tmp_path).mark == look(tmp_path).mark
