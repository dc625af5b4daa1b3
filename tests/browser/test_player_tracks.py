"""Captions, chapters and several languages in the player, from what is inside the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import House, send, wait_for
from tests.media_files import make

pytestmark = pytest.mark.browser
AtHome = Callable[..., Page]
VIDEO = "document.querySelector('vid-player video')"
SHOWN = f"[...{VIDEO}.textTracks].filter((track) => track.mode === 'showing' && track.label).map((track) => track.label)"
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=4000
title=Morning
[CHAPTER]
TIMEBASE=1/1000
START=4000
END=9000
title=Evening by the sea
"""
ENGLISH = "1\n00:00:00,200 --> 00:00:09,000\n<i>Good morning</i>\n"
GERMAN = "1\n00:00:00,200 --> 00:00:09,000\nGuten Morgen\n"


@pytest.fixture(scope="module")
def spoken_film(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A film with two languages of sound, two of captions, and chapters; its public id."""
    folder = tmp_path_factory.mktemp("spoken")
    for name, text in (("en.srt", ENGLISH), ("de.srt", GERMAN), ("chapters.txt", CHAPTERS)):
        (folder / name).write_text(text)
    sources = "-f lavfi -i testsrc2=size=640x360:rate=25:duration=9 -f lavfi -i sine=300:d=9 -f lavfi -i sine=900:d=9"
    words = f"-i {folder}/en.srt -i {folder}/de.srt -i {folder}/chapters.txt -map 0 -map 1 -map 2 -map 3 -map 4 -map_chapters 5"
    languages = "-disposition:s 0 "
    languages += "-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu -metadata:s:s:0 language=eng -metadata:s:s:1 language=deu"
    coding = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -c:s srt"
    film = make(f"{sources} {words} {languages} {coding} OUT", Path(folder) / "spoken.mkv")
    video = send(house.api, film, "A film with words")
    wait_for(house.api, video, lambda found: found["playable"] and len(found["captions"]) == 2)
    return video


@pytest.fixture
def watching(spoken_film: str, at_home: AtHome) -> Page:
    page = at_home(f"/w/{spoken_film}")
    page.wait_for_function(f"() => {VIDEO}?.readyState >= 2", timeout=60000)
    page.evaluate(f"{VIDEO}.muted = true")
    return page


def test_captions_are_switched_by_key_and_menu_and_remembered(watching: Page, spoken_film: str) -> None:
    assert watching.evaluate(SHOWN) == []
    watching.keyboard.press("c")
    assert watching.evaluate(SHOWN) == ["English"]
    watching.wait_for_function(f"() => [...{VIDEO}.textTracks].find((track) => track.mode === 'showing').cues?.length === 1")
    watching.click("[data-do=settings]")
    watching.click("[role=radio] >> text=Deutsch >> nth=-1")
    assert watching.evaluate(SHOWN) == ["Deutsch"]
    watching.goto(watching.url)
    watching.wait_for_function(f"() => {VIDEO}?.readyState >= 2")
    assert watching.evaluate(SHOWN) == ["Deutsch"]
    watching.keyboard.press("c")
    watching.goto(watching.url)
    watching.wait_for_function(f"() => {VIDEO}?.readyState >= 2")
    assert watching.evaluate(SHOWN) == []
    assert watching.heard.complaints == []


def test_the_language_of_the_sound_is_chosen_and_the_picture_stays(watching: Page) -> None:
    watching.keyboard.press("k")
    watching.wait_for_function(f"() => {VIDEO}.currentTime > 0.5")
    watching.click("[data-do=settings]")
    watching.click("[role=radiogroup][aria-label=Sound] >> text=Deutsch")
    watching.wait_for_function("() => document.querySelector('vid-player').source.sound === 1")
    at = watching.evaluate(f"{VIDEO}.currentTime")
    watching.wait_for_function(f"() => {VIDEO}.currentTime > {at} + 0.5 && !{VIDEO}.paused", timeout=60000)
    assert watching.evaluate(f"{VIDEO}.videoWidth") > 0
    assert watching.heard.complaints == []


def test_chapters_stand_on_the_bar(watching: Page) -> None:
    find = f"[...{VIDEO}.textTracks].find((track) => track.kind === 'chapters')"
    watching.wait_for_function(f"() => {find}?.cues?.length === 2")
    assert watching.evaluate(f"[...{find}.cues].map((cue) => [cue.startTime, cue.text])") == [[0, "Morning"], [4, "Evening by the sea"]]
    bar = watching.locator("vid-player media-time-range").bounding_box()
    assert bar
    watching.mouse.move(bar["x"] + bar["width"] * 0.7, bar["y"] + bar["height"] / 2)
    watching.wait_for_function(
        "() => document.querySelector('media-preview-chapter-display').shadowRoot.textContent.includes('Evening by the sea')"
    )
