"""The stream over a real server: a signed-in page hears, and neither its session's end nor the site's leaves it open."""

import itertools
import json
import threading
import time

import httpx

from tests.serving import Serving


def listen(server: Serving, into: list[str], *, ended: threading.Event) -> threading.Thread:
    def run() -> None:
        try:
            with server.client.stream("GET", "/x/events", timeout=30) as answer:
                into.append(f"{answer.status_code} {answer.headers['content-type']} {answer.headers.get('content-encoding', '')}")
                into.extend(line for line in answer.iter_lines() if line)
        except httpx.HTTPError as error:
            into.append(f"broken: {error}")
        ended.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not any(line.startswith(": welcome") for line in into):
        assert time.monotonic() < deadline, into
        time.sleep(0.02)
    return thread


def test_a_page_hears_of_a_job_and_the_end_comes_at_once(server: Serving) -> None:
    assert server.client.get("/x/events").status_code in (303, 401)
    server.claim()
    heard: list[str] = []
    ended = threading.Event()
    listen(server, heard, ended=ended)
    assert heard[0] == "200 text/event-stream; charset=utf-8 "

    answer = server.client.post("/api/v1/uploads", headers=upload_of(b"not a film at all"), content=b"not a film at all")
    assert answer.status_code == 201, answer.text
    public_id = answer.headers["homereel-video"]
    deadline = time.monotonic() + 20
    while not [news for news in news_of(heard, "video") if news["id"] == public_id and news["state"] == "failed"]:
        assert time.monotonic() < deadline, heard
        time.sleep(0.05)
    assert news_of(heard, "job")[-1]["video"] == public_id

    signed_out = server.client.delete("/api/v1/session")
    assert signed_out.is_success
    assert ended.wait(5), "the stream outlived its session"
    assert not [line for line in heard if line.startswith("broken")]

    server.client.post("/api/v1/session", json={"username": "anna", "password": "three words together"})
    still: list[str] = []
    over = threading.Event()
    listen(server, still, ended=over)
    began = time.monotonic()
    assert server.terminate() == 0
    assert time.monotonic() - began < 5
    assert over.wait(5)


def upload_of(data: bytes) -> dict[str, str]:
    return {
        "tus-resumable": "1.0.0",
        "upload-length": str(len(data)),
        "upload-metadata": "filename bm90ZXMubXA0",
        "content-type": "application/offset+octet-stream",
    }


def news_of(heard: list[str], name: str) -> list[dict[str, object]]:
    pairs = itertools.pairwise(heard)
    return [json.loads(data.removeprefix("data: ")) for event, data in pairs if event == f"event: {name}"]
