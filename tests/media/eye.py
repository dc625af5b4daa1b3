"""What a frame should look like, by ffmpeg in one command of its own, and how much a picture is like it."""

import re
import subprocess
from pathlib import Path

from PIL import Image

from tests.media_files import ffmpeg

HDR = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0:peak=5,zscale=t=bt709:m=gbr:r=pc,format=gbrp"


def sdr(matrix: str, span: str = "tv") -> str:
    """To RGB, from a frame of this matrix and range, whatever its file says."""
    return f"zscale=min={matrix}:rin={span}:m=gbr:r=pc:pin=bt709:p=bt709:tin=bt709:t=bt709,format=gbrp"


def reference(source: Path, at: float, size: tuple[int, int], out: Path, *, colours: str, before: str = "") -> Path:
    """The frame that is shown at `at` seconds after the first, turned as the file says, in this size."""
    chain = ",".join(part for part in (before, "setpts=PTS-STARTPTS", colours, f"scale={size[0]}:{size[1]}:flags=area,setsar=1") if part)
    words = ["-i", str(source), "-an", "-vf", chain, "-ss", f"{at - 0.002:.3f}", "-frames:v", "1", "-update", "1", str(out)]
    subprocess.run([ffmpeg(), "-v", "error", "-y", "-nostdin", *words], check=True)
    return out


def ssim(one: Path | Image.Image, other: Path | Image.Image, scratch: Path) -> float:
    """1 for the same picture, over all three colours."""
    names = []
    for number, each in enumerate((one, other)):
        picture = each if isinstance(each, Image.Image) else Image.open(each)
        names.append(scratch / f"ssim-{number}.png")
        picture.convert("RGB").save(names[-1])
    words = ["-i", str(names[0]), "-i", str(names[1]), "-lavfi", "[0]format=gbrp[a];[1]format=gbrp[b];[a][b]ssim", "-f", "null", "-"]
    done = subprocess.run([ffmpeg(), "-hide_banner", "-nostdin", *words], check=True, capture_output=True, text=True)
    return float(re.findall(r"All:([0-9.]+)", done.stderr)[-1])
