"""Choosing an ffmpeg, and saying why not another (R-34)."""

import time
from pathlib import Path
from typing import Any

import pytest

from app.children import Finished, Limits, run
from app.media import asking, ffmpegs
from app.media.ffmpegs import Candidate, choose, choose_ffmpeg
from tests.media_files import ffmpeg

OLD = 'case "$*" in *-version) echo "ffmpeg version 4.2.7 Copyright";; *) exec REAL "$@";; esac'
LACKING = 'case "$*" in *-encoders) echo " V....D mpeg4 x";; *) exec REAL "$@";; esac'
FAKES = {
    "missing": (None, "There is no program at this place."),
    "hanging": ("exec sleep 30", "This program does not answer; it was stopped."),
    "crashing": ("kill -SEGV $$", "This program crashed when it was asked for its version."),
    "spewing": ("exec head -c 300000000 /dev/zero >&2", "This program does not answer as ffmpeg does."),
    "silent": ("exit 0", "This program does not answer as ffmpeg does."),
    "another": ("echo hello", "This program is not ffmpeg."),
    "not-executable": ("", "This program cannot be started: Permission denied."),
}


def fake(folder: Path, script: str | None) -> Path:
    program = folder / "fake-ffmpeg"
    if script is not None:
        program.write_text("#!/bin/sh\n" + script.replace("REAL", ffmpeg()) + "\n")
        program.chmod(0o755 if script else 0o644)
    return program


@pytest.mark.parametrize("kind", FAKES)
def test_a_program_that_cannot_do_the_work_is_described_and_another_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    script, sentence = FAKES[kind]
    monkeypatch.setattr(asking, "_ASKING", Limits(wall=1 if kind == "hanging" else 15))
    choice = choose_ffmpeg(fake(tmp_path, script), cache=tmp_path / "cache.json")

    assert choice.candidates[0].problem == sentence
    assert choice.chosen
    assert choice.chosen.origin in ("system", "embedded")


@pytest.mark.parametrize(("script", "lacks"), [(OLD, "version 5.1 or newer"), (LACKING, "libx264")])
def test_a_program_that_lacks_something_says_what(tmp_path: Path, script: str, lacks: str) -> None:
    choice = choose_ffmpeg(fake(tmp_path, script), cache=tmp_path / "cache.json")

    assert lacks in choice.candidates[0].missing
    assert lacks in ffmpegs.describe(choice.candidates[0])


def test_programs_are_asked_once_and_again_when_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(argv: list[str], **options: Any) -> Finished:
        asked.append(argv[0])
        return run(argv, **options)

    monkeypatch.setattr(asking, "run", counted)
    program = fake(tmp_path, "exec REAL $@")
    for _ in range(2):
        choice = choose_ffmpeg(program, cache=tmp_path / "cache.json")
    assert choice.chosen
    assert choice.chosen.path == str(program)
    assert asked.count(str(program)) == 6

    time.sleep(0.01)
    program.write_text(program.read_text() + "# newer\n")
    newer = choose_ffmpeg(program, cache=tmp_path / "cache.json")
    assert newer.chosen
    assert newer.chosen.build != choice.chosen.build


def test_a_program_whose_decoder_of_av1_gives_no_picture_lacks_it(tmp_path: Path) -> None:
    """As a real build does: its lists name the decoder, and it ends with exit code 0 and no frame."""
    silent = fake(tmp_path, 'case "$*" in *one.ivf*) exit 0;; *) exec REAL "$@";; esac')
    choice = choose_ffmpeg(silent, cache=tmp_path / "cache.json")

    assert choice.candidates[0].missing == ("av1",)
    assert choice.candidates[-1].usable


@pytest.mark.parametrize(
    ("version", "warned"),
    [("7.1", True), ("8.0.1", True), ("8.1", False), ("9.0.2-17-g2a57", False), ("5.1.9-0+deb12u1", False), ("N-120000-gabc", False)],
)
def test_versions_with_a_known_fault_are_warned_of_unless_a_distribution_mends_them(version: str, warned: bool) -> None:
    assert bool(Candidate("/f", "setting", "1", version=version).warning) is warned


def test_a_program_with_which_a_hardware_encoder_works_wins() -> None:
    system, embedded = able("system"), able("embedded", "libx265")

    assert choose([system, embedded]).chosen == embedded
    assert choose([system, embedded], working={system.build: ("vaapi",)}).chosen == system
    assert choose([able("system", "libx265"), embedded], working={embedded.build: ("vaapi",)}).chosen == embedded


def able(origin: str, *extras: str, missing: tuple[str, ...] = ()) -> Candidate:
    return Candidate(f"/{origin}", origin, origin, version="9.0", missing=missing, filters=("trim",), extras=extras)


@pytest.mark.parametrize(
    ("candidates", "origin"),
    [
        ([able("setting"), able("system", "libx265"), able("embedded", "libx265")], "setting"),
        ([able("setting", missing=("aac",)), able("system"), able("embedded")], "system"),
        ([able("system"), able("embedded", "libsvtav1")], "embedded"),
        ([able("system", "libsvtav1", "libx265"), able("embedded", "libsvtav1")], "system"),
        ([able("system", missing=("libx264",))], None),
        ([], None),
    ],
)
def test_the_systems_program_is_preferred_when_it_can_do_as_much(candidates: list[Candidate], origin: str | None) -> None:
    choice = choose(candidates)

    assert (choice.chosen.origin if choice.chosen else None) == origin
    assert choice.reason.endswith(".")
