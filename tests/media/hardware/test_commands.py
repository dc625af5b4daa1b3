"""The command lines for devices, compared as values. What every run has is told apart, once."""

import pytest

from app.media.commands import picture_run
from app.media.commands.device import device_runs
from app.media.hardware.device import Device, skill
from tests.media.hardware.planned import HDR, INTERLACED, PLAIN, Path, device, planned, rendition, told
from tests.media.plans import facts

TOLD = {
    ("nvenc", "plain"): (
        "-filter_hw_device dev -hwaccel cuda -hwaccel_device dev -hwaccel_output_format cuda -init_hw_device cuda=dev | "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_cuda=format=nv12:h=480:w=852 setsar=1 "
        "setparams=colorspace=bt709:range=tv | -b:v 0 -bufsize 1500000 -c:v h264_nvenc -cq 23 -forced-idr 1 -level 31 -maxrate "
        "1500000 -no-scenecut 1 -preset p5 -profile:v high -rc vbr -tune hq"
    ),
    ("nvenc", "interlaced"): (
        "-filter_hw_device dev -hwaccel cuda -hwaccel_device dev -hwaccel_output_format cuda -init_hw_device cuda=dev | "
        "bwdif_cuda=0:-1:0 settb=1/12800 trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_cuda=format=nv12:h=480:w=852 "
        "setsar=1 setparams=colorspace=bt709:range=tv | -b:v 0 -bufsize 1500000 -c:v h264_nvenc -cq 23 -forced-idr 1 -level 31 "
        "-maxrate 1500000 -no-scenecut 1 -preset p5 -profile:v high -rc vbr -tune hq"
    ),
    ("nvenc", "hdr"): (
        "-filter_hw_device dev -hwaccel cuda -hwaccel_device dev -hwaccel_output_format cuda -init_hw_device cuda=dev | "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_cuda=format=p010le:h=480:w=852 "
        "tonemap_cuda=format=nv12:m=bt709:p=bt709:t=bt709:tonemap=bt2390 setsar=1 | -b:v 0 -bufsize 1500000 -c:v h264_nvenc "
        "-cq 23 -forced-idr 1 -level 31 -maxrate 1500000 -no-scenecut 1 -preset p5 -profile:v high -rc vbr -tune hq"
    ),
    ("qsv", "plain"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | hwmap=derive_device=qsv format=qsv trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "vpp_qsv=format=nv12:h=480:w=852 setsar=1 setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v "
        "h264_qsv -forced_idr 1 -global_quality 23 -level 31 -maxrate 1500000 -preset medium -profile:v high"
    ),
    ("qsv", "interlaced"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | hwmap=derive_device=qsv format=qsv vpp_qsv=deinterlace=2 settb=1/12800 "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) vpp_qsv=format=nv12:h=480:w=852 setsar=1 "
        "setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v h264_qsv -forced_idr 1 -global_quality 23 "
        "-level 31 -maxrate 1500000 -preset medium -profile:v high"
    ),
    ("qsv", "hdr"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | hwmap=derive_device=qsv format=qsv trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "vpp_qsv=format=nv12:h=480:out_color_matrix=bt709:out_color_primaries=bt709:out_color_transfer=bt709:tonemap=1:w=852 "
        "setsar=1 | -b:v 1000000 -bufsize 1500000 -c:v h264_qsv -forced_idr 1 -global_quality 23 -level 31 -maxrate 1500000 "
        "-preset medium -profile:v high"
    ),
    ("videotoolbox", "plain"): (
        "-filter_hw_device dev -hwaccel videotoolbox -hwaccel_device dev -hwaccel_output_format videotoolbox_vld "
        "-init_hw_device videotoolbox=dev | trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_vt=h=480:w=852 setsar=1 "
        "setparams=colorspace=bt709:range=tv | -allow_sw 0 -bufsize 1500000 -c:v h264_videotoolbox -level 31 -maxrate 1500000 "
        "-profile:v high -q:v 54 -realtime 0"
    ),
    ("videotoolbox", "interlaced"): (
        "-filter_hw_device dev -hwaccel videotoolbox -hwaccel_device dev -hwaccel_output_format videotoolbox_vld "
        "-init_hw_device videotoolbox=dev | yadif_videotoolbox=0:-1:0 settb=1/12800 trim=end_pts=102400:start_pts=0 "
        "setpts=PTS-(0) scale_vt=h=480:w=852 setsar=1 setparams=colorspace=bt709:range=tv | -allow_sw 0 -bufsize 1500000 -c:v "
        "h264_videotoolbox -level 31 -maxrate 1500000 -profile:v high -q:v 54 -realtime 0"
    ),
    ("videotoolbox", "hdr"): (
        "-filter_hw_device dev -hwaccel videotoolbox -hwaccel_device dev -hwaccel_output_format videotoolbox_vld "
        "-init_hw_device videotoolbox=dev | trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_vt=h=480:w=852 setsar=1 "
        "hwdownload format=p010le zscale=npl=203:t=linear format=pix_fmts=gbrpf32le zscale=p=bt709 "
        "tonemap=desat=0:peak=5:tonemap=mobius zscale=m=bt709:r=tv:t=bt709 format=nv12 | -allow_sw 0 -bufsize 1500000 -c:v "
        "h264_videotoolbox -level 31 -maxrate 1500000 -profile:v high -q:v 54 -realtime 0"
    ),
    ("amf", "plain"): (
        "-filter_hw_device dev -hwaccel d3d11va -hwaccel_device dev -hwaccel_output_format d3d11 -init_hw_device d3d11va=dev | "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) vpp_amf=format=nv12:h=480:w=852 setsar=1 "
        "setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v h264_amf -forced_idr 1 -level 31 -maxrate "
        "1500000 -profile:v high -quality balanced -qvbr_quality_level 23 -rc qvbr -usage transcoding"
    ),
    ("vaapi", "plain"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_vaapi=format=nv12:h=480:w=852 "
        "setsar=1 setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v h264_vaapi -global_quality 23 "
        "-level 31 -maxrate 1500000 -profile:v high -rc_mode QVBR"
    ),
    ("vaapi", "interlaced"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | deinterlace_vaapi=rate=frame settb=1/12800 trim=end_pts=102400:start_pts=0 "
        "setpts=PTS-(0) scale_vaapi=format=nv12:h=480:w=852 setsar=1 setparams=colorspace=bt709:range=tv | -b:v 1000000 "
        "-bufsize 1500000 -c:v h264_vaapi -global_quality 23 -level 31 -maxrate 1500000 -profile:v high -rc_mode QVBR"
    ),
    ("vaapi", "hdr"): (
        "-filter_hw_device dev -hwaccel vaapi -hwaccel_device dev -hwaccel_output_format vaapi -init_hw_device "
        "vaapi=dev:/dev/dri/renderD128 | trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "tonemap_vaapi=format=nv12:matrix=bt709:primaries=bt709:transfer=bt709 scale_vaapi=h=480:w=852 setsar=1 | -b:v 1000000 "
        "-bufsize 1500000 -c:v h264_vaapi -global_quality 23 -level 31 -maxrate 1500000 -profile:v high -rc_mode QVBR"
    ),
    ("rkmpp", "plain"): (
        "| trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "scale=852:480:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv setsar=1 format=yuv420p "
        "setparams=colorspace=bt709:range=tv format=nv12 | -b:v 1000000 -bufsize 1500000 -c:v h264_rkmpp -level 31 -maxrate "
        "1500000 -profile:v high -rc_mode VBR -use_editlist 0"
    ),
    ("v4l2m2m", "plain"): (
        "| trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "scale=852:480:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv setsar=1 format=yuv420p "
        "setparams=colorspace=bt709:range=tv format=nv12 | -b:v 1000000 -c:v h264_v4l2m2m -use_editlist 0"
    ),
    ("vulkan", "plain"): (
        "-filter_hw_device dev -hwaccel vulkan -hwaccel_device dev -hwaccel_output_format vulkan -init_hw_device vulkan=dev | "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_vulkan=format=nv12:h=480:w=852 setsar=1 "
        "setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v h264_vulkan -level 31 -maxrate 1500000 "
        "-profile:v high -rc_mode vbr"
    ),
    ("vulkan", "interlaced"): (
        "-filter_hw_device dev -hwaccel vulkan -hwaccel_device dev -hwaccel_output_format vulkan -init_hw_device vulkan=dev | "
        "bwdif_vulkan=0:-1:0 settb=1/12800 trim=end_pts=102400:start_pts=0 setpts=PTS-(0) scale_vulkan=format=nv12:h=480:w=852 "
        "setsar=1 setparams=colorspace=bt709:range=tv | -b:v 1000000 -bufsize 1500000 -c:v h264_vulkan -level 31 -maxrate "
        "1500000 -profile:v high -rc_mode vbr"
    ),
    ("vulkan", "hdr"): (
        "-filter_hw_device dev -hwaccel vulkan -hwaccel_device dev -hwaccel_output_format vulkan -init_hw_device vulkan=dev | "
        "trim=end_pts=102400:start_pts=0 setpts=PTS-(0) "
        "libplacebo=color_primaries=bt709:color_trc=bt709:colorspace=bt709:format=nv12:h=480:range=tv:tonemapping=mobius:w=852 "
        "setsar=1 | -b:v 1000000 -bufsize 1500000 -c:v h264_vulkan -level 31 -maxrate 1500000 -profile:v high -rc_mode vbr"
    ),
}
SOURCES = {"plain": PLAIN, "interlaced": INTERLACED, "hdr": HDR}
TAIL = [
    "-map_metadata", "-1", "-fflags", "+bitexact", "-avoid_negative_ts", "disabled", "-f", "mp4", "-fps_mode", "passthrough",
    "-enc_time_base", "1/12800", "-force_key_frames", "0,4", "-video_track_timescale", "12800", "-movflags",
    "+frag_keyframe+empty_moov+default_base_moof+frag_discont+negative_cts_offsets",
]  # fmt: skip


@pytest.mark.parametrize(("family", "kind"), TOLD)
def test_each_family_is_told_its_own(family: str, kind: str) -> None:
    assert told(planned(device(family), SOURCES[kind])) == TOLD[family, kind]


@pytest.mark.parametrize("family", sorted({family for family, _ in TOLD}))
def test_the_grid_and_the_fragments_are_those_of_software(family: str) -> None:
    """The same input, cut by the same ticks, the same keyframes, the same boxes: only who encodes differs."""
    ours, theirs = planned(device(family), PLAIN), picture_run(Path("ffmpeg"), rendition(PLAIN), (0, 1))

    late = "+delay_moov" if family in ("v4l2m2m", "rkmpp") else ""  # their init part comes with the first picture
    for name, value in zip(TAIL[::2], TAIL[1::2], strict=True):
        assert ours[ours.index(name) + 1].removesuffix(late) == theirs[theirs.index(name) + 1] == value
    for words in (ours, theirs):
        assert "trim=end_pts=102400:start_pts=0" in words[words.index("-filter_complex") + 1]
        assert words[words.index("-i") + 1] == "file:/films/a.mp4"
        assert {"-protocol_whitelist", "-format_whitelist", "-codec_whitelist", "-max_pixels", "-max_streams"} <= set(words)
    assert (ours[ours.index("-bf") + 1], ours[ours.index("-g") + 1], ours[-1]) == ("0", "1000", "pipe:1")


def test_several_renditions_come_from_one_decode_on_the_device() -> None:
    words = device_runs(Path("ffmpeg"), [rendition(PLAIN), rendition(PLAIN, height=240)], (0,), device("vaapi"))
    graph = words[words.index("-filter_complex") + 1]

    assert graph.count("split=2") == 1
    assert all(part in graph for part in ("scale_vaapi=format=nv12:h=480:w=852", "scale_vaapi=format=nv12:h=240:w=426"))
    assert [word for word in words if word.startswith("pipe:")] == ["pipe:1", "pipe:3"]
    assert words.count("h264_vaapi") == 2


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ({}, "h264"),
        ({"codec": "hevc", "bits": 10, "pix_fmt": "yuv420p10le"}, "hevc10"),
        ({"codec": "av1", "bits": 10, "pix_fmt": "yuv420p10le"}, "av110"),
        ({"bits": 10, "pix_fmt": "yuv420p10le"}, ""),  # no device decodes H.264 in ten bits
        ({"pix_fmt": "yuv444p"}, ""),
        ({"pix_fmt": "yuvj420p"}, ""),
        ({"codec": "mpeg2video"}, ""),
    ],
)
def test_what_a_decoder_in_hardware_cannot_read_is_left_to_software(source: dict[str, object], known: str) -> None:
    video = facts(video=source).video
    assert video
    assert skill(video) == known
    assert device("nvenc").keeps(video) is bool(known)
    if not known:
        assert "-hwaccel" not in planned(device("nvenc"), source)
        assert "h264_nvenc" in planned(device("nvenc"), source)


def test_a_turned_picture_is_turned_by_software_and_brought_to_the_device() -> None:
    words = planned(device("vaapi"), {"rotation": 90})
    assert told(words).startswith("-filter_hw_device dev -init_hw_device vaapi=dev:/dev/dri/renderD128 | ")
    assert "format=nv12 hwupload | " in told(words)


def test_stamps_finer_than_a_device_counts_are_not_given_to_it() -> None:
    fine = rendition({"tb_den": 1_000_000})
    assert not Device("qsv", {"h264": "quality"}).makes(fine)
    assert Device("nvenc", {"h264": "quality"}).makes(fine)
    assert not Device("nvenc", {"hevc": "quality"}).makes(fine)


def test_on_windows_intels_decoder_is_reached_by_its_own_way() -> None:
    opened = told(planned(device("qsv", system="win32"), PLAIN)).partition(" | ")[0]
    assert "-hwaccel d3d11va -hwaccel_device dev -hwaccel_output_format d3d11 " in opened + " "
