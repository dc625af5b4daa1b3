"""Small test films, made by ffmpeg when first asked for and kept in the system's temporary folder.

`clip("h264.mp4")` gives a path; the names are the keys of RECIPES. A recipe that changes gives another file.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import imageio_ffmpeg

_X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
_SOUND = "-c:a aac -b:a 64k -ac 2"


def _film(fps: str, seconds: float, rest: str, *, size: str = "320x180") -> str:
    """A moving test picture and a tone that climbs, so that no two places are alike."""
    picture = f"-f lavfi -i testsrc2=size={size}:rate={fps}:duration={seconds}"
    tone = f"-f lavfi -i aevalsrc='0.3*sin(2*PI*t*(300+40*t))|0.3*sin(2*PI*t*(500+30*t))':s=44100:d={seconds}"
    return f"{picture} {tone} {rest}"


def _tones(layout: str, seconds: float) -> str:
    """A deep tone (the fourth speaker can do no other) in each, louder from one to the next."""
    count = sum(int(part) for part in layout.split("."))
    each = "|".join(f"{number / 10}*sin(2*PI*t*{20 * number})" for number in range(1, count + 1))
    return f"aevalsrc='{each}':c={layout}:s=48000:d={seconds}"


_TEST_PICTURE = "-f lavfi -i testsrc2=size=320x180:rate=25:duration=9"
_EBU = "0.070795*sin(2*PI*t*1000)"  # EBU Tech 3341: a sine whose peaks lie at -23 dBFS, in both channels, is -23 LUFS

RECIPES = {
    "h264.mp4": _film("25", 10, f"{_X264} -g 50 {_SOUND} -movflags +faststart OUT"),
    "720p.mp4": _film("25", 5, f"-vf noise=alls=12:allf=t {_X264} -g 50 {_SOUND} OUT", size="1280x720"),
    "23.976fps.mp4": _film("24000/1001", 10, f"{_X264} -g 60 {_SOUND} OUT"),
    "24fps.mp4": _film("24", 10, f"{_X264} -g 60 {_SOUND} OUT"),
    "29.97fps.mp4": _film("30000/1001", 10, f"{_X264} -g 75 {_SOUND} OUT"),
    "30fps.mp4": _film("30", 10, f"{_X264} -g 75 {_SOUND} OUT"),
    "50fps.mp4": _film("50", 10, f"{_X264} -g 125 {_SOUND} OUT"),
    "59.94fps.mp4": _film("60000/1001", 10, f"{_X264} -g 150 {_SOUND} OUT"),
    "59.94fps.mkv": _film("60000/1001", 10, f"{_X264} -g 150 {_SOUND} OUT"),
    "bframes.mp4": _film("25", 12, f"-c:v libx264 -preset veryfast -bf 3 -g 250 -sc_threshold 0 {_SOUND} OUT"),
    "opengop.mp4": _film("25", 10, f"-c:v libx264 -preset veryfast -x264-params open-gop=1:keyint=40:bframes=3 {_SOUND} OUT"),
    "vfr.mp4": _film("30", 12, f"-vf select='if(lt(mod(t\\,3)\\,1.5)\\,1\\,not(mod(n\\,7)))' -fps_mode vfr {_X264} -bf 2 {_SOUND} OUT"),
    "vfr.mkv": _film("30", 12, f"-vf select='if(lt(mod(t\\,3)\\,1.5)\\,1\\,not(mod(n\\,7)))' -fps_mode vfr {_X264} -bf 2 {_SOUND} OUT"),
    "screen.mp4": _film(  # a screen recording: a frame when something moves
        "10", 30, f"-vf select='not(mod(n\\,61))+between(t\\,9\\,10.5)+between(t\\,26\\,27)' -fps_mode vfr {_X264} -bf 2 {_SOUND} OUT"
    ),
    "late.ts": _film("25", 10, f"-c:v libx264 -preset veryfast -g 60 -bf 2 {_SOUND} OUT"),  # mpegts starts at 1.4 s or so
    "hevc10.mkv": _film(
        "24", 10, f"-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params log-level=none:keyint=48 {_SOUND} OUT", size="640x360"
    ),
    "vp9.webm": _film("25", 6, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 300k -c:a libopus OUT"),
    "opus.webm": _film("25", 12, "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 200k -c:a libopus OUT"),
    "delayed-sound.mp4": _film("25", 9, f"{_X264} -af asetpts=PTS+1.234/TB {_SOUND} OUT"),
    "hdr10.mp4": _film(
        "24",
        9,
        "-vf zscale=tin=bt709:pin=bt709:min=bt709:rin=tv:t=smpte2084:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le "
        "-c:v libx265 -preset ultrafast "
        f"-x265-params log-level=none:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc -tag:v hvc1 {_SOUND} OUT",
    ),
    "interlaced.ts": _film(
        "50", 9, f"-vf tinterlace=4,setfield=tff -c:v libx264 -preset veryfast -flags +ildct+ilme -x264-params tff=1 {_SOUND} OUT"
    ),
    "mpeg2.mpg": _film("30000/1001", 9, "-c:v mpeg2video -b:v 1M -c:a mp2 OUT"),
    "prores.mov": _film("25", 5, "-c:v prores_ks -profile:v 1 -pix_fmt yuv422p10le -c:a pcm_s16le OUT"),
    "mjpeg.avi": _film("25", 9, "-c:v mjpeg -q:v 4 -pix_fmt yuvj422p -c:a pcm_s16le OUT"),
    "av1.mp4": _film("25", 9, "-c:v libsvtav1 -preset 10 -svtav1-params lp=1 -pix_fmt yuv420p10le -c:a aac OUT"),
    "no-audio.mp4": f"-f lavfi -i testsrc2=size=320x180:rate=25:duration=9 {_X264} OUT",
    "audio-only.m4a": "-f lavfi -i aevalsrc='0.3*sin(2*PI*t*(300+40*t))':s=48000:d=11 -c:a aac OUT",
    "audio-only.mp3": "-f lavfi -i aevalsrc='0.3*sin(2*PI*t*(300+40*t))':s=44100:d=11 -c:a libmp3lame OUT",
    "audio-first.m4a": "-f lavfi -i sine=400:d=11 -c:a aac -movflags +faststart OUT",
    "audio-only.wav": "-f lavfi -i sine=400:d=11 OUT",
    "audio-only.flac": "-f lavfi -i aevalsrc='0.3*sin(2*PI*t*(300+40*t))':s=44100:d=11 OUT",
    "rotated.mp4": "-display_rotation 90 -i h264.mp4 -c copy OUT",
    "long.mp4": _film("25", 40, f"{_X264} -g 100 {_SOUND} OUT"),
    "edit-list.mp4": "-ss 1.1 -i h264.mp4 -c copy OUT",  # it begins within a group of pictures: frames before are hidden
    "anamorphic.mp4": f"-f lavfi -i testsrc2=size=360x288:rate=25:duration=5 -vf setsar=64/45 {_X264} OUT",
    "two-languages.mkv": (
        f"-i h264.mp4 -f lavfi -i sine=300:d=10 -map 0:v -map 0:a -map 1:a -c:v copy {_SOUND} "
        "-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu OUT"
    ),
    "black-start.mp4": (
        "-f lavfi -i color=black:size=640x360:rate=25:duration=5 -f lavfi -i testsrc2=size=640x360:rate=25:duration=6 "
        f"-filter_complex concat=n=2 {_X264} -g 25 OUT"
    ),
    "hole.mp4": f"-f lavfi -i testsrc2=size=320x180:rate=25:duration=14 -vf select='not(between(t\\,3\\,12.2))' -fps_mode vfr {_X264} OUT",
    "three-hours-of-two-frames.mp4": (
        f"-f lavfi -i testsrc2=size=320x180:rate=1:duration=2 -vf setpts=N*10799/TB -fps_mode passthrough -enc_time_base 1/1000 {_X264} OUT"
    ),
    "yuv444.mp4": _film("25", 5, f"-c:v libx264 -preset ultrafast -pix_fmt yuv444p {_SOUND} OUT"),
    "odd-size.mp4": "-f lavfi -i testsrc2=size=323x183:rate=25:duration=5 -c:v libx264 -preset ultrafast -pix_fmt yuv444p OUT",
    "portrait.mp4": _film("25", 5, f"{_X264} {_SOUND} OUT", size="180x320"),
    "three-rungs.mkv": _film(  # of a kind that no browser plays as it is, so that three pictures are made of it
        "24",
        9,
        "-c:v libx265 -preset ultrafast -crf 40 -pix_fmt yuv420p -x265-params log-level=none:keyint=48:bframes=0 -c:a flac OUT",
        size="1280x720",
    ),
    "hours.mkv": "-stream_loop 99 -i three-rungs.mkv -c copy OUT",  # fifteen minutes that cost far more to make
    "noisy.mkv": f"-f lavfi -i nullsrc=size=320x180:rate=24:duration=10 -vf geq=random(1)*255:128:128 {_X264} OUT",
    "cover.mp4": "-i h264.mp4 -i picture.jpg -map 0 -map 1 -c copy -disposition:v:1 attached_pic OUT",
    "cover.m4a": "-i audio-only.m4a -i picture.jpg -map 0 -map 1 -c copy -disposition:v:0 attached_pic OUT",
    "surround.mkv": f"{_TEST_PICTURE} -f lavfi -i {_tones('5.1', 9)} {_X264} -c:a flac OUT",
    "7.1.mkv": f"{_TEST_PICTURE} -f lavfi -i {_tones('7.1', 9)} {_X264} -c:a flac OUT",
    "short-surround.mkv": f"{_TEST_PICTURE} -f lavfi -i {_tones('5.1', 3)} {_X264} -c:a flac OUT",
    "manifold.mkv": (
        "-f lavfi -i testsrc2=size=1280x720:rate=25:duration=8,noise=alls=6:allf=t "
        f"-f lavfi -i {_tones('5.1', 8)} -f lavfi -i sine=600:d=8 -map 0 -map 1 -map 2 "
        f"{_X264} -g 50 -crf 26 -c:a flac -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu OUT"
    ),
    "ebu-23.wav": f"-f lavfi -i aevalsrc='{_EBU}|{_EBU}':s=48000:d=20 OUT",
    "picture.png": "-f lavfi -i testsrc2=size=320x180 -frames:v 1 OUT",
    "picture.jpg": "-f lavfi -i testsrc2=size=320x180 -frames:v 1 OUT",
    "subtitles-only.mkv": "-i words.srt -c:s srt OUT",
}

_SRT = "1\n00:00:00,000 --> 00:00:05,000\nhello\n"


def ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def media_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"homereel-test-media-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@cache
def clip(name: str) -> Path:
    """The path of a test film; made now if nobody made it before."""
    if name in _BROKEN:
        return _broken(name)
    recipe = RECIPES[name]
    marked = hashlib.sha256(recipe.encode()).hexdigest()[:8]
    path = media_folder() / f"{marked}-{name}"
    if not path.exists():
        _make(recipe, path)
    return path


def make(recipe: str, path: Path) -> Path:
    """Run ffmpeg with a recipe (OUT stands for the file) for a film that only one test needs."""
    _make(recipe, path)
    return path


def _make(recipe: str, path: Path) -> None:
    import shlex

    with tempfile.TemporaryDirectory(dir=media_folder()) as scratch:
        out = Path(scratch) / path.name
        (Path(scratch) / "words.srt").write_text(_SRT)
        words = [str(clip(word)) if word in RECIPES else word for word in shlex.split(recipe)]
        words = [str(out) if word == "OUT" else word for word in words]
        subprocess.run([ffmpeg(), "-v", "error", "-y", "-nostdin", *words], cwd=scratch, check=True, stdin=subprocess.DEVNULL)
        out.replace(path)


def _broken(name: str) -> Path:
    path = media_folder() / f"1-{name}"
    if not path.exists():
        aside = path.with_suffix(f".{os.getpid()}")
        _BROKEN[name](aside)
        aside.replace(path)
    return path


def _hls_text(path: Path) -> None:
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{clip('h264.mp4')}\n#EXT-X-ENDLIST\n")


def _concat_text(path: Path) -> None:
    path.write_text(f"ffconcat version 1.0\nfile '{clip('h264.mp4')}'\n")


def _half(name: str, share: float, path: Path) -> None:
    data = clip(name).read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def _spoil(name: str, first: float, last: float, path: Path) -> None:
    """Zeros from the first share of the file to the last: a disk that lost some blocks."""
    data = bytearray(clip(name).read_bytes())
    begin, end = int(len(data) * first), int(len(data) * last)
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)


_BROKEN = {
    "text-file.mp4": lambda path: path.write_text("Dear diary,\ntoday I saw a film.\n" * 20),
    "playlist.mp4": _hls_text,
    "concat.mp4": _concat_text,
    "zero-bytes.mp4": lambda path: path.write_bytes(b""),
    "noise.mp4": lambda path: path.write_bytes(hashlib.shake_128(b"noise").digest(200_000)),
    "no-moov.mp4": lambda path: _half("24fps.mp4", 0.6, path),
    "cut-in-half.mp4": lambda path: _half("h264.mp4", 0.5, path),
    "cut-in-half.mkv": lambda path: _half("59.94fps.mkv", 0.5, path),
    "picture.mp4": lambda path: shutil.copy(clip("picture.png"), path),
    "spoiled.mp4": lambda path: _spoil("bframes.mp4", 0.4, 0.6, path),
    "spoiled.ts": lambda path: _spoil("late.ts", 0.4, 0.6, path),
    "spoiled.mkv": lambda path: _spoil("59.94fps.mkv", 0.4, 0.6, path),
    "spoiled-start.mp4": lambda path: _spoil("bframes.mp4", 0.02, 0.1, path),
    "spoiled-cell.mp4": lambda path: _spoil("h264.mp4", 0.36, 0.86, path),
    "cut-in-half.m4a": lambda path: _half("audio-first.m4a", 0.5, path),
    "cut-in-half.mp3": lambda path: _half("audio-only.mp3", 0.5, path),
    "cut-in-half.wav": lambda path: _half("audio-only.wav", 0.5, path),
    "cut-in-half.flac": lambda path: _half("audio-only.flac", 0.5, path),
}
BROKEN = tuple(_BROKEN)
