"""The playlist of one rendition of a cut: one film from 0 to its end, without a break (RFC 8216)."""

from app.media.cutting.segments import CutRendition
from app.media.playlists import Address


def cut_playlist(cut: CutRendition, *, address: Address) -> str:
    """`address(name)` turns "v480/init.mp4", "v480/init-3.mp4" and "v480/3.m4s" into what is written."""
    listed, name = cut.segments(), cut.rendition.rung.name
    longest = max((segment.duration for segment in listed), default=0)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{max(1, round(longest))}"]
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS"]
    last = ""
    for segment, init in zip(listed, cut.init_names(), strict=True):
        if init != last:
            lines.append(f'#EXT-X-MAP:URI="{address(f"{name}/{init}")}"')
        lines += [f"#EXTINF:{segment.duration:.6f},", address(f"{name}/{segment.number}.m4s")]
        last = init
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"
