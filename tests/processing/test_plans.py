"""The plan of a film: made at once, refined behind everybody's back, kept whatever the settings become, made anew when its owner asks."""

import pytest
from sqlmodel import select

from app.errors import Conflict, Invalid
from app.media.ladder import Choices, Plan
from app.media.loudness import from_json
from app.processing.films import film_of
from app.processing.plans import choices_of, choose, codecs_here, refine_plan, settled_choices
from app.processing.progress import note_renditions
from app.processing.rendering import make_renditions
from app.settings import Settings
from app.site import Site
from app.videos.models import Original, Rendition, Video
from tests.conftest import AsUser, settle
from tests.processing.conftest import Films


def plan_of(films: Films, video: Video) -> Plan:
    return Plan.from_json(films.original(video).plan)


def names(films: Films, video: Video) -> set[str]:
    return {row.name for row in films.renditions(video)}


def with_settings(site: Site, **values: object) -> None:
    site.settings = Settings(**{**site.settings.model_dump(), **values})


def test_the_plan_stands_before_the_first_play_and_is_sampled_after_it(films: Films) -> None:
    video = films.open("hevc10.mkv")
    before = plan_of(films, video)
    assert (before.first, before.sample) == ("v360", 0)

    settle(films.site)

    after = plan_of(films, video)
    assert after.sample > 0
    assert after.rung("v360") == before.rung("v360")
    assert names(films, video) == {rung.name for rung in after.rungs}
    film = film_of(films.site, films.original(video))
    assert refine_plan(films.site, film) is film, "once"


def test_settings_change_nothing_that_exists(films: Films) -> None:
    first = films.whole("h264.mp4")
    kept = plan_of(films, first)
    with_settings(films.site, quality="fine", codecs=("h264", "hevc"))
    film = film_of(films.site, films.original(first))
    second = films.open("24fps.mp4")

    assert film.plan == kept
    assert {rung.codec for rung in film.pictures} == {"h264"}
    assert {(rung.codec, rung.crf) for rung in plan_of(films, second).rungs if rung.kind == "video"} == {("h264", 20), ("hevc", 23)}


def test_an_owner_has_a_film_made_anew_and_lists_given_out_stay_true(films: Films) -> None:
    video = films.whole("h264.mp4")
    with films.site.write() as session:
        choose(films.site, session, video.id, Choices(quality="small"))
    assert films.video(video.id).state == "processing"
    assert films.video(video.id).playable
    films.site.queue.add(make_renditions, video.id)
    settle(films.site)

    assert films.video(video.id).state == "ready"
    assert names(films, video) == {"v180r2", "a0"}
    assert all(row.packed for row in films.renditions(video))
    film = film_of(films.site, films.original(video))
    assert film.rendition("v180").rung.crf == 23, "a player that has the old list still gets its pictures"
    assert film.rendition("v180r2").rung.crf == 26
    with films.site.read() as session:
        assert choices_of(films.site, session, video.id) == Choices(quality="small")


def test_what_cannot_be_chosen_is_refused(films: Films) -> None:
    video = films.open("no-audio.mp4")
    for wrong in (Choices(quality="best"), Choices(highest=17), Choices(loudness="loud"), Choices(codecs=("h264", "divx"))):
        with pytest.raises(Invalid), films.site.write() as session:
            choose(films.site, session, video.id, wrong)
    arriving = films.add("24fps.mp4")
    with pytest.raises(Exception, match="not ready"), films.site.write() as session:
        choose(films.site, session, arriving, Choices())


def test_sets_are_chosen_only_where_ffmpeg_has_the_encoder(claimed: Site, monkeypatch: pytest.MonkeyPatch, films: Films) -> None:
    assert codecs_here(claimed) == ("h264", "hevc", "vp9", "av1")
    with_settings(claimed, codecs=("av1", "vp9"))
    assert settled_choices(claimed).codecs == ("h264", "vp9", "av1")
    monkeypatch.setattr("app.processing.plans.codecs_here", lambda _site: ("h264",))
    assert settled_choices(claimed).codecs == ("h264",)
    video = films.open("no-audio.mp4")
    with pytest.raises(Conflict), claimed.write() as session:
        choose(claimed, session, video.id, Choices(codecs=("av1",)))


def test_loudness_is_measured_and_told(films: Films, as_user: AsUser) -> None:
    video = films.whole("two-languages.mkv")

    measured = from_json(films.original(video).loudness)
    assert [each.stream for each in measured] == [1, 2]
    assert all(-40 < each.integrated < 0 for each in measured)
    told = as_user("anna").get(f"/api/v1/videos/{video.public_id}").json()["sounds"]
    assert [(each["language"], each["integrated"], each["gain"]) for each in told] == [
        ("en", measured[0].integrated, measured[0].gain),
        ("de", measured[1].integrated, measured[1].gain),
    ]
    assert all(each["gain"] <= -1 - each["true_peak"] + 0.01 for each in told), "no gain lifts peaks above -1 dBTP"


def test_loudness_evened_out_while_encoding_is_another_sound(films: Films) -> None:
    with_settings(films.site, loudness="encoding")
    video = films.whole("ebu-23.wav")

    assert [(row.name, row.packed) for row in films.renditions(video)] == [("a0r2", True)]
    assert plan_of(films, video).rungs[0].gain == pytest.approx(7.0, abs=0.1)
    assert films.video(video.id).state == "ready"


def test_loudness_that_nobody_wants_is_not_measured(films: Films) -> None:
    with_settings(films.site, loudness="off")

    assert films.original(films.whole("audio-only.m4a")).loudness == ""


def test_rows_of_rungs_that_are_gone_are_gone(films: Films) -> None:
    video = films.open("h264.mp4")
    with films.site.write() as session:
        session.add(Rendition(original_id=video.original_id or "", name="v9999", kind="video"))
        note_renditions(session, film_of(films.site, films.original(video)))

    with films.site.read() as session:
        assert session.exec(select(Rendition).where(Rendition.name == "v9999")).first() is None
        assert session.get(Original, video.original_id) is not None
