"""A fake ffmpeg: the real one, but for runs on one family's H.264 encoder, in which it behaves as devices do that work or fail.

A device that works is libx264 told otherwise than by us (other tools, no frames out of order): its parameter sets differ from software's.
"""

import sys
from pathlib import Path

from app.media.hardware.families import BY_NAME
from tests.media_files import ffmpeg

# What each family says where there is no device: measured (PARTS, section 6).
SAID = {
    "nvenc": (255, "[h264_nvenc @ 0x55b1] Cannot load libcuda.so.1"),
    "vaapi": (218, "[VAAPI @ 0x560a] No VA display found for device /dev/dri/renderD128.\nDevice creation failed: -22."),
    "qsv": (171, "[h264_qsv @ 0x5638] Error creating a MFX session: -9."),
    "v4l2m2m": (234, "[h264_v4l2m2m @ 0x5643] Could not find a valid device"),
    "amf": (171, "[AMF @ 0x7fd6] DLL libamfrt64.so.1 failed to open"),
    "vulkan": (171, "[Vulkan @ 0x55f0] Unable to open the libvulkan library!"),
}
FAULTS = ("refuses", "hangs", "silent", "garbage", "noise", "shifted", "dies", "crashes")
_SCRIPT = """#!{python}
import os, signal, sys, time

REAL, FAMILY, MODE, SAID = {real!r}, {family!r}, {mode!r}, {said!r}
ENCODER = "h264_" + FAMILY
ONLY_THEIRS = {{"-b:v", "-cq", "-preset", "-rc", "-tune", "-no-scenecut", "-g", "-rc_mode", "-global_quality", "-forced_idr", "-forced-idr",
    "-usage", "-quality", "-qp", "-init_hw_device", "-filter_hw_device", "-allow_sw", "-realtime", "-q:v", "-qvbr_quality_level"}}


def told_to_x264(words):
    out, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ONLY_THEIRS:
            skip = True
        elif word == ENCODER:
            out += ["libx264", "-preset", "ultrafast", "-crf", "28", "-coder", "0", "-forced-idr", "1",
                "-x264-params", "keyint=1000:min-keyint=500:scenecut=0:8x8dct=1"]
        elif word.startswith("[0:"):
            word = word.replace(",hwupload", "").replace("hwupload", "null")
            word = word.replace("format=nv12", "format=nv12,lutyuv=y=128") if MODE == "green" else word
            out.append(word.replace("setpts=PTS-", "setpts=PTS+700-") if MODE == "shifted" else word)
        else:
            out.append(word)
    return out


def main():
    words = sys.argv[1:]
    if ENCODER not in words:
        os.execv(REAL, [REAL, *words])
    out = sys.stdout.buffer
    if MODE == "refuses":
        sys.stderr.write(SAID[1] + "\\n")
        sys.exit(SAID[0])
    if MODE == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    if MODE == "hangs":
        time.sleep(3600)
    if MODE == "garbage":
        out.write(os.urandom(200_000))
    if MODE in ("silent", "garbage"):
        sys.exit(0)
    if MODE == "slow":
        time.sleep(1.5)
    words = told_to_x264(words)
    more = {{"noise": ["-bsf:v", "noise=amount=1"], "dies": ["-frames:v", "210"]}}.get(MODE, [])
    end = words.index("-map_metadata")
    os.execv(REAL, [REAL, *words[:end], *more, *words[end:]])


main()
"""


def fake_ffmpeg(folder: Path, mode: str, family: str = "nvenc") -> Path:
    """Written anew, it is another device; its path stays."""
    assert family in BY_NAME
    program = folder / "fake-ffmpeg"
    text = _SCRIPT.format(python=sys.executable, real=ffmpeg(), family=family, mode=mode, said=SAID.get(family, (1, "broken")))
    program.write_text(text)
    program.chmod(0o755)
    return program
