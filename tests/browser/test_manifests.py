"""Our manifests in hls.js in Chromium: every level, every set of codecs, every track of sound is chosen once and plays."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open, send, wait_for
from tests.media_files import clip
from tests.serving import Serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_BEGIN = """(address) => new Promise((done, fail) => {
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const hls = new Hls({maxBufferLength: 4, workerPath: '/static/vendor/hls.worker.js'});
  const seen = {fatal: [], trouble: []};
  Object.assign(window, {video, hls, seen});
  hls.on(Hls.Events.ERROR, (_, error) => (error.fatal ? seen.fatal : seen.trouble).push(error.details));
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    hls.startLevel = hls.firstLevel;
    done({
      first: hls.levels[hls.firstLevel].height,
      levels: hls.levels.map((one) => [one.videoCodec.slice(0, 4), one.height]),
      tracks: hls.allAudioTracks.map((one) => [one.name, one.lang, one.channels, one.default]),
    });
  });
  hls.loadSource(address);
  hls.attachMedia(video);
  video.play().catch(() => {});
  setTimeout(() => fail(new Error('no manifest')), 30000);
})"""
# A level is chosen, and the film is looked at from its start until a picture of that height is shown.
_LEVEL = """(index) => new Promise((done) => {
  const wanted = hls.levels[index].height;
  hls.currentLevel = index;
  video.currentTime = 0.1;
  const shown = () => video.videoHeight === wanted && hls.currentLevel === index && video.readyState >= 3;
  const look = () => shown() ? done(true) : setTimeout(look, 50);
  look();
  setTimeout(() => done(`${video.videoHeight} instead of ${wanted}, ready ${video.readyState}, ${JSON.stringify(seen)}`), 60000);
})"""
_SOUND = """(index) => new Promise((done) => {
  hls.audioTrack = index;
  const end = () => video.buffered.length ? video.buffered.end(0) : 0;
  const look = () => (hls.audioTrack === index && hls.audioTracks[index].details && end() > 3) ? done(true) : setTimeout(look, 50);
  look();
  setTimeout(() => done(`${end()} s, ${JSON.stringify(seen)}`), 60000);
})"""


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, str]]:
    """A site whose keeper wants every set, with a film of two languages, one of them in 5.1, all made."""
    server = Serving(tmp_path_factory.mktemp("sets") / "data", environment={"HOMEREEL_CODECS": "h264,hevc,vp9,av1"}).start()
    try:
        server.claim()
        film = send(server.client, clip("manifold.mkv"), "Manifold")
        wait_for(server.client, film, lambda video: video["playable"])
        yield server, film
    finally:
        server.close()


@pytest.fixture
def playing(cinema: tuple[Serving, str], open_page: Open) -> tuple[Page, dict[str, Any]]:
    server, film = cinema
    page = open_page(f"http://homereel.lan:{server.port}", cookies=server.client.cookies)
    page.goto("/")
    page.add_script_tag(url="/static/vendor/hls.min.js")
    return page, page.evaluate(_BEGIN, f"/media/{film}/master.m3u8")


@pytest.mark.timeout(600)
def test_every_level_and_every_track_plays(playing: tuple[Page, dict[str, Any]]) -> None:
    page, found = playing

    assert found["first"] == 480
    assert [level for level in found["levels"] if level[0] == "avc1"] == [["avc1", 240], ["avc1", 480], ["avc1", 720]]
    assert {codec for codec, _ in found["levels"]} >= {"avc1", "vp09", "av01"}, "this Chromium decodes no HEVC, and is not given any"
    assert found["tracks"] == [["English", "en", "2", True], ["Deutsch", "de", "2", False], ["English 5.1", "en", "6", False]]
    page.wait_for_function("() => video.readyState >= 3", timeout=60000)
    assert page.evaluate("hls.audioTracks[hls.audioTrack].channels") == "2", "stereo, unless somebody asks"
    for number in range(len(found["levels"])):
        assert page.evaluate(_LEVEL, number) is True, found["levels"][number]
    for number in (1, 2, 0):
        assert page.evaluate(_SOUND, number) is True, found["tracks"][number]
    assert page.evaluate("seen.fatal") == []
    end = "[...Array(video.buffered.length).keys()].map((part) => video.buffered.end(part)).pop()"
    page.wait_for_function(f"() => {end} > 3", timeout=60000)  # what was there is thrown away when the track changes
