"""Caption files of every kind and of none become cues, and cues become WebVTT that nothing can hide in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Invalid
from app.media.captions.ass import event_text, parse_ass
from app.media.captions.cues import MAX_BYTES, MAX_CUES, Cue, clock, cue_text, in_order, to_vtt
from app.media.captions.reading import decoded, read_captions

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Hello</i> & welcome
second line

2
00:00:04,000 --> 00:00:06,000
<font color="red">Red</font> {\\an8}top
"""
VTT = """WEBVTT - a title

STYLE
::cue { background: url(https://elsewhere.example/) }

NOTE a remark

first
00:01.000 --> 00:02.000 align:start position:0%
<v Anna>Hi <c.loud>there</c> &amp; you

01:00:00.000 --> 01:00:01.500
<00:00:01.000><b>late
"""
ASS = """[Script Info]
Title: x
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\i1}Hallo{\\i0}, Welt\\Nzweite, mit Komma
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
"""


def test_subrip_becomes_cues_without_fonts_and_positions() -> None:
    assert read_captions(SRT.encode(), ".srt") == [
        Cue(1.0, 2.5, "<i>Hello</i> &amp; welcome\nsecond line"),
        Cue(4.0, 6.0, "Red top"),
    ]


def test_webvtt_loses_styles_notes_settings_and_classes() -> None:
    assert read_captions(VTT.encode(), ".vtt") == [
        Cue(1.0, 2.0, "<v Anna>Hi there &amp; you"),
        Cue(3600.0, 3601.5, "<b>late</b>"),
    ]


def test_ass_gives_what_is_said_and_no_drawing() -> None:
    assert in_order(parse_ass(ASS)) == [Cue(1.0, 2.5, "<i>Hallo</i>, Welt\nzweite, mit Komma")]


def test_an_ass_reset_closes_what_is_open() -> None:
    assert event_text("{\\b1}loud{\\r} quiet") == "<b>loud</b> quiet"


def test_old_encodings_are_read() -> None:
    assert decoded("Süß".encode("cp1252")) == "Süß"
    assert decoded("Süß".encode("utf-16")) == "Süß"
    assert decoded(b"\xef\xbb\xbf" + "Süß".encode()) == "Süß"


def test_line_ends_of_every_system_are_the_same() -> None:
    assert read_captions(SRT.replace("\n", "\r\n").encode(), ".srt") == read_captions(SRT.encode(), ".srt")


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n", ".srt"),
        (b"", ".vtt"),
        (b"\x00" * 5000, ".ass"),
        (b"x" * (MAX_BYTES + 1), ".srt"),
        (SRT.encode(), ".mp4"),
        (b"00:00:05,000 --> 00:00:01,000\nbackwards\n", ".srt"),
    ],
)
def test_what_is_no_caption_file_is_refused_in_a_sentence(data: bytes, suffix: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_captions(data, suffix)
    assert str(caught.value).endswith(".")


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(Invalid):
        in_order(Cue(number, number + 0.5, "x") for number in range(MAX_CUES + 1))


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>", ""),
        ("a --> b", "a --&gt; b"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<b>open", "<b>open</b>"),
        ("<b><i>crossed</b></i>", "<b><i>crossed</i></b>"),
        ("</b>closed only", "closed only"),
        ("<v Anna & <b>Bo</b>>", "&lt;v Anna &amp; <b>Bo</b>&gt;"),
        ("5 < 6", "5 &lt; 6"),
        ("\x1b[31mred\x00", "[31mred"),
    ],
)
def test_nothing_but_plain_tags_is_passed_on(markup: str, kept: str) -> None:
    assert cue_text(markup) == kept


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_whatever_is_written_in_a_cue_no_other_tag_and_no_timing_comes_out(markup: str) -> None:
    text = cue_text(markup)
    assert "-->" not in text
    assert "\n\n" not in text
    opened = [part.split(">")[0].split(" ")[0] for part in text.split("<")[1:]]
    assert set(opened) <= {"b", "i", "u", "ruby", "rt", "v", "/b", "/i", "/u", "/ruby", "/rt"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from([".srt", ".vtt", ".ass", ".ssa"]))
def test_rubbish_is_refused_or_read_and_never_an_error(data: bytes, suffix: str) -> None:
    try:
        cues = read_captions(data, suffix)
    except Invalid:
        return
    assert read_captions(to_vtt(cues).encode(), ".vtt") == cues


def test_times_are_written_as_webvtt_wants_them() -> None:
    assert [clock(0), clock(3661.5), clock(0.0004)] == ["00:00:00.000", "01:01:01.500", "00:00:00.000"]
    assert to_vtt([Cue(1, 2, "x")]) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nx\n"
