"""The command line of a run of sound. The recipe and its reasons are in SEGMENTS, section 3."""

from pathlib import Path
from typing import Any

import ffmpeg

from app.media.commands.graph import FRAGMENTS, compiled, damaged, seek, source_input
from app.media.facts import AudioFacts
from app.media.grid import AAC_FRAME, first_sample, sound_end
from app.media.rendition import Rendition

PREROLL = 43  # AAC frames made before those that are kept: the encoder has settled by then


def sound_run(program: Path, rendition: Rendition, first: int, last: int) -> list[str]:
    """Make the cells first..last of a sound rendition, one AAC frame a fragment, beginning `PREROLL` frames early."""
    facts, rung = rendition.facts, rendition.rung
    track = next(track for track in facts.audio if track.stream == rung.stream)
    begin = first_sample(rung, first) - PREROLL * AAC_FRAME
    end = min(first_sample(rung, last + 1), sound_end(facts, rung))
    seconds = begin / rung.rate - 1.0
    zero = round(facts.zero * rung.rate)
    layout = "5.1" if rung.channels == 6 else "stereo"
    if seconds > track.end:
        sound = _silence(rung.rate, begin, layout)
    else:
        where = seek(facts.zero + seconds) if seconds > max(track.start, 0) else {"copyts": None}
        source = source_input(rendition.source, {**where, **damaged(facts.cut_at)})
        sound = _on_packet_grid(source[str(rung.stream)], track)
        resample = {"async": 1, "min_hard_comp": 0.05, "first_pts": begin + zero}
        sound = sound.filter("aresample", rung.rate, **resample).filter("asetpts", f"PTS-({zero})")
    sound = sound.filter("aformat", channel_layouts=layout)
    if rung.gain:
        sound = sound.filter("volume", f"{rung.gain:.2f}dB")
    sound = sound.filter("apad").filter("atrim", end_pts=end + 4 * AAC_FRAME)
    movflags = "+empty_moov+default_base_moof+frag_discont+frag_every_frame"
    return compiled(program, ffmpeg.output(sound, "pipe:1", **{"c:a": "aac", "q:a": 1.4, "movflags": movflags}, **FRAGMENTS))


def _silence(rate: int, begin: int, layout: str) -> Any:
    source = ffmpeg.input(f"anullsrc=r={rate}:cl={layout}", f="lavfi")
    return source["0"].filter("asetpts", f"PTS+({begin})")


def _on_packet_grid(sound: Any, track: AudioFacts) -> Any:
    """Matroska rounds stamps to a millisecond: put them back on the grid of whole packets, or runs would differ by some samples."""
    if not track.packet_samples:
        return sound
    size, place = track.packet_samples, f"(PTS+NB_SAMPLES-({track.first_sample}))"  # of the end: a first frame may be cut at its start
    grid = f"({size}*round({place}/{size})+({track.first_sample})-NB_SAMPLES)"
    return sound.filter("asetpts", f"if(lte(abs({grid}-PTS),0.0012*SR),{grid},PTS)")
