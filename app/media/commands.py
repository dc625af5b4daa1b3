"""ffmpeg command lines, as values: what to run is decided here, nothing is run. The recipe and its reasons are in SEGMENTS.md.

Every argument is a number, a word of ours, or the path of the source behind `file:`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from app.media import allowed
from app.media.facts import AudioFacts, VideoFacts
from app.media.grid import AAC_FRAME, first_sample, first_tick, sound_end
from app.media.rendition import Rendition

PREROLL = 43  # AAC frames made before those that are kept: the encoder has settled by then
RECIPE = "1"  # changes whenever the options below do: part of a rendition's identity
_SAFE_INPUT: dict[str, Any] = {
    "protocol_whitelist": "file,pipe",
    "format_whitelist": allowed.CONTAINER_LIST,
    "codec_whitelist": allowed.DECODER_LIST,
    "max_pixels": allowed.MAX_PIXELS,
    "max_streams": allowed.MAX_STREAMS,
}
_FRAGMENTS: dict[str, Any] = {"map_metadata": -1, "fflags": "+bitexact", "avoid_negative_ts": "disabled", "f": "mp4"}
_HDR_TO_SDR = (
    ("zscale", {"t": "linear", "npl": 203}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "mobius", "desat": 0, "peak": 5}),  # white at 203 nits keeps its place; 1000 nits still fit
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
)


def timescale(video: VideoFacts) -> int:
    """Ticks a second of our files: the source's, or a multiple of it that is at least 1000."""
    return video.tb_den * -(-1000 // video.tb_den)


def picture_run(program: Path, rendition: Rendition, cells: Sequence[int], *, back: int = 0, filters: Sequence[str] = ()) -> list[str]:
    """Make these cells (in order; without frames in between) as fragments on standard output.

    `back` goes that many keyframes further back for the start, None-like large values begin at the beginning of the file.
    """
    facts, rung, video = rendition.facts, rendition.rung, rendition.facts.video
    assert video
    begin, end = first_tick(video, cells[0]), first_tick(video, cells[-1] + 1)
    picture = ffmpeg.input(
        f"file:{rendition.source.absolute()}", **_SAFE_INPUT, **_picture_seek(rendition, begin, back), **_damaged(facts.cut_at)
    )
    picture = picture[str(video.stream)]
    if video.interlaced:
        picture = picture.filter("bwdif", "0", "-1", "0").filter("settb", f"{video.tb_num}/{video.tb_den}")
    picture = picture.filter("trim", start_pts=begin, end_pts=end).filter("setpts", f"PTS-({video.zero})")
    picture = picture.filter("scale", rung.width, rung.height).filter("setsar", 1)
    if video.hdr and "zscale" in filters:
        for name, options in _HDR_TO_SDR:
            picture = picture.filter(name, **options)
    picture = picture.filter("format", "yuv420p")
    return _compiled(program, ffmpeg.output(picture, "pipe:1", **_picture_encoder(rendition, cells), **_FRAGMENTS))


def _picture_seek(rendition: Rendition, begin: int, back: int) -> dict[str, Any]:
    """To a known keyframe at or before the cut: `trim` does the cutting. Nothing for the beginning of the film."""
    video, index = rendition.facts.video, rendition.index
    key = index.key_before(begin, back=back)
    if video is None or key is None or key <= index.frames[0]:
        return {"copyts": None}
    return _seek(key * video.tb_num / video.tb_den + 1e-6)


def _seek(seconds: float) -> dict[str, Any]:
    return {"copyts": None, "seek_timestamp": 1, "ss": f"{seconds:.6f}", "noaccurate_seek": None}


def _damaged(cut_at: float | None) -> dict[str, Any]:
    return {} if cut_at is None else {"fflags": "+discardcorrupt"}


def _picture_encoder(rendition: Rendition, cells: Sequence[int]) -> dict[str, Any]:
    rung, video = rendition.rung, rendition.facts.video
    assert video
    keyint = max(1000, round(rung.fps) * 10)
    return {
        "fps_mode": "passthrough",
        "enc_time_base": f"{video.tb_num}/{video.tb_den}",
        "c:v": "libx264",
        "preset": rung.preset,
        "profile:v": "high",
        "level": rung.level,
        "crf": rung.crf,
        "maxrate": rung.maxrate,
        "bufsize": rung.maxrate,
        "x264-params": f"keyint={keyint}:min-keyint={keyint // 2}",
        "forced-idr": 1,
        "force_key_frames": ",".join(str(4 * cell) for cell in cells),
        "video_track_timescale": timescale(video),
        "movflags": "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets",
    }


def sound_run(program: Path, rendition: Rendition, first: int, last: int) -> list[str]:
    """Make the cells first..last of a sound rendition, one AAC frame a fragment, beginning `PREROLL` frames early."""
    facts, rung = rendition.facts, rendition.rung
    track = next(track for track in facts.audio if track.stream == rung.stream)
    begin = first_sample(rung, first) - PREROLL * AAC_FRAME
    end = min(first_sample(rung, last + 1), sound_end(facts, rung))
    seconds = begin / rung.rate - 1.0
    zero = round(facts.zero * rung.rate)
    if seconds > track.end:
        sound = _silence(rung.rate, begin)
    else:
        where = _seek(facts.zero + seconds) if seconds > max(track.start, 0) else {"copyts": None}
        source = ffmpeg.input(f"file:{rendition.source.absolute()}", **_SAFE_INPUT, **where, **_damaged(facts.cut_at))
        sound = _on_packet_grid(source[str(rung.stream)], track)
        resample = {"async": 1, "min_hard_comp": 0.05, "first_pts": begin + zero}
        sound = sound.filter("aresample", rung.rate, **resample).filter("asetpts", f"PTS-({zero})")
    sound = sound.filter("aformat", channel_layouts="stereo").filter("apad").filter("atrim", end_pts=end + 4 * AAC_FRAME)
    movflags = "+empty_moov+default_base_moof+frag_discont+frag_every_frame"
    return _compiled(program, ffmpeg.output(sound, "pipe:1", **{"c:a": "aac", "q:a": 1.4, "movflags": movflags}, **_FRAGMENTS))


def _silence(rate: int, begin: int) -> Any:
    source = ffmpeg.input(f"anullsrc=r={rate}:cl=stereo", f="lavfi")
    return source["0"].filter("asetpts", f"PTS+({begin})")


def _on_packet_grid(sound: Any, track: AudioFacts) -> Any:
    """Matroska rounds stamps to a millisecond: put them back on the grid of whole packets, or runs would differ by some samples."""
    if not track.packet_samples:
        return sound
    size, place = track.packet_samples, f"(PTS+NB_SAMPLES-({track.first_sample}))"  # of the end: a first frame may be cut at its start
    grid = f"({size}*round({place}/{size})+({track.first_sample})-NB_SAMPLES)"
    return sound.filter("asetpts", f"if(lte(abs({grid}-PTS),0.0012*SR),{grid},PTS)")


def decode_check(program: Path, film: Path) -> list[str]:
    """Decode one of our own files to nothing; any complaint is an error."""
    source = ffmpeg.input(f"file:{film.absolute()}", protocol_whitelist="file", format_whitelist="mov", xerror=None)
    return _compiled(program, ffmpeg.output(source, "-", f="null"))


def _compiled(program: Path, graph: Any) -> list[str]:
    words: list[str] = ffmpeg.compile(graph, cmd=str(program))
    return [words[0], "-v", "error", "-nostdin", *words[1:]]
