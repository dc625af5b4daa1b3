"""Which tracks of sound a film gets: each language in stereo, and in 5.1 where it has that."""

from collections.abc import Mapping

from app.media.facts import AudioFacts, Facts
from app.media.ladder.choices import Choices
from app.media.ladder.rung import Rung

_MOST_TRACKS = 8
_STEREO, _SURROUND = 200_000, 560_000  # bits a second, the most that was seen at constant quality


def sound_rungs(facts: Facts, choices: Choices, gains: Mapping[int, float]) -> tuple[Rung, ...]:
    """Stereo of every track, then 5.1 of those that have it. `gains`: decibels by stream, where the sound is evened out while encoding."""
    tracks = facts.audio[:_MOST_TRACKS]
    first = next((number for number, track in enumerate(tracks) if track.default), 0)
    stereo = [_rung(track, f"a{number}", 2, gains, default=number == first) for number, track in enumerate(tracks)]
    wide = [
        _rung(track, f"s{number}", 6, gains, default=False)
        for number, track in enumerate(tracks)
        if choices.surround and track.channels >= 6
    ]
    return (*stereo, *wide)


def _rung(track: AudioFacts, name: str, channels: int, gains: Mapping[int, float], *, default: bool) -> Rung:
    return Rung(
        name=name,
        kind="audio",
        codec="aac",
        codec_string="mp4a.40.2",
        maxrate=_STEREO if channels == 2 else _SURROUND,
        stream=track.stream,
        rate=track.rate if track.rate in (44_100, 48_000) else 48_000,
        channels=channels,
        language=track.language,
        title=track.title,
        default=default,
        gain=gains.get(track.stream, 0.0),
        traits=track.traits,
    )
