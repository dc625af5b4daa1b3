"""A rendition that a device began and software carried on plays in a real browser, in order and after seeks."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.media.hardware.planner import Hardware
from app.media.hardware.trust import Able, Trust
from app.media.index import NAME, load_index
from app.media.ladder import ladder
from app.media.planning import Tool
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager
from tests.media.hardware.conftest import BUILD, trusted
from tests.media.hardware.fakes import fake_ffmpeg
from tests.media_files import clip

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAY = """async ([init, parts, order, mime]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const video = document.createElement("video"), source = new MediaSource();
  video.muted = true;
  video.src = URL.createObjectURL(source);
  document.body.append(video);
  await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
  const buffer = source.addSourceBuffer(mime);
  const put = (data) => new Promise((done) => { buffer.addEventListener("updateend", done, { once: true }); buffer.appendBuffer(data); });
  try {
    for (const part of [init, ...order.map((number) => parts[number])]) await put(bytes(part));
    source.endOfStream();
  } catch (error) { return String(video.error && video.error.message || error); }
  video.playbackRate = 4;
  for (const from of [7, 0]) {
    video.currentTime = from;
    const until = performance.now() + 8000;
    await video.play().catch(() => {});
    const goes = () => !video.error && !video.ended && video.currentTime < from + 2.5 && performance.now() < until;
    while (goes()) await new Promise((done) => setTimeout(done, 50));
    if (video.error) return video.error.message;
    if (video.currentTime < from + 2) return `stuck at ${video.currentTime}`;
  }
  return `${buffer.buffered.length} range`;
}"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Rendition:
    """The first two cells by a device that then dies, the third by software."""
    folder = tmp_path_factory.mktemp("mixed")
    tool = Tool(fake_ffmpeg(folder, "dies"), build=BUILD, filters=("zscale", "tonemap"))
    trust = Trust(Able(tool, ("h264_nvenc",), ()), wanted="auto", kept=trusted(folder / "hardware.json", "nvenc"))
    facts = probe(clip("h264.mp4"), folder=folder)
    rendition = Rendition(clip("h264.mp4"), folder, facts, ladder(facts)[0], load_index(folder))
    assert (folder / NAME).exists()
    manager = RunManager(tool, planner=Hardware(tool, trust))
    for number in range(3):
        manager.segment(rendition, number, timeout=60)
    manager.close()
    return rendition


def played(chromium: Browser, rendition: Rendition, order: list[int]) -> str:
    page = chromium.new_page()
    files = [rendition.init_path, *(rendition.segment_path(number) for number in range(3))]
    init, *parts = [base64.b64encode(path.read_bytes()).decode() for path in files]
    answer = str(page.evaluate(PLAY, [init, parts, order, f'video/mp4; codecs="{rendition.rung.codec_string}"']))
    page.close()
    return answer


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_cells_of_two_encoders_play_after_one_init_part(chromium: Browser, mixed: Rendition, order: list[int]) -> None:
    assert played(chromium, mixed, order) == "1 range"


def test_without_the_sets_that_its_cells_carry_the_browser_gives_up(
    chromium: Browser, mixed: Rendition, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Shows that the test above can fail: the same cell by software, as it is where software began."""
    from app.media.planning import Software

    alone = Rendition(mixed.source, tmp_path, mixed.facts, mixed.rung, mixed.index)
    tool = Tool(Path(fake_ffmpeg(tmp_path, "works")), build=BUILD)
    manager = RunManager(tool, planner=Software(tool))
    bare = manager.segment(alone, 2, timeout=60).read_bytes()
    manager.close()
    kept = mixed.segment_path(2).read_bytes()
    try:
        mixed.segment_path(2).write_bytes(bare)
        assert "decod" in played(chromium, mixed, [0, 1, 2]).lower()
    finally:
        mixed.segment_path(2).write_bytes(kept)
