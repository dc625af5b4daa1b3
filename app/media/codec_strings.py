"""RFC 6381 codec strings, to ask a browser with: read from the bytes that a container keeps for the decoder."""

_FIXED = {
    "vp8": "vp8",
    "opus": "opus",
    "vorbis": "vorbis",
    "flac": "flac",
    "alac": "alac",
    "mp3": "mp3",
    "ac3": "ac-3",
    "eac3": "ec-3",
    "theora": "theora",
}


def codec_string(codec: str, extradata: bytes, *, bits: int = 8, profile: int = 0) -> str:
    """Empty when no browser would know such a codec, or the bytes do not say."""
    if codec == "h264":
        return _h264(extradata)
    if codec == "hevc":
        return _hevc(extradata)
    if codec == "av1":
        return _av1(extradata, bits)
    if codec == "vp9":
        return f"vp09.{profile:02d}.41.{bits:02d}"
    if codec == "aac":
        return _aac(extradata)
    return _FIXED.get(codec, "")


def _h264(extradata: bytes) -> str:
    if extradata[:1] == b"\x01" and len(extradata) >= 4:
        return f"avc1.{extradata[1:4].hex().upper()}"
    at = extradata.find(b"\x00\x00\x01\x67")  # as a stream of NAL units: look for the sequence parameters
    return f"avc1.{extradata[at + 4 : at + 7].hex().upper()}" if 0 <= at <= len(extradata) - 7 else ""


def _hevc(extradata: bytes) -> str:
    """ISO/IEC 14496-15 annex E: profile, compatibility (bits reversed), tier and level, constraints without trailing zeros."""
    if extradata[:1] != b"\x01" or len(extradata) < 13:
        return ""
    first = extradata[1]
    space = ("", "A", "B", "C")[first >> 6]
    compatibility = int(f"{int.from_bytes(extradata[2:6]):032b}"[::-1], 2)
    tier = "H" if first & 0x20 else "L"
    constraints = extradata[6:12].rstrip(b"\x00")
    parts = [f"hvc1.{space}{first & 0x1F}", f"{compatibility:X}", f"{tier}{extradata[12]}", *(f"{byte:X}" for byte in constraints)]
    return ".".join(parts)


def _av1(extradata: bytes, bits: int) -> str:
    if len(extradata) < 4 or extradata[0] != 0x81:
        return f"av01.0.08M.{bits:02d}"
    profile, level = extradata[1] >> 5, extradata[1] & 0x1F
    tier = "H" if extradata[2] & 0x80 else "M"
    depth = 12 if extradata[2] & 0x20 and extradata[2] & 0x40 else 10 if extradata[2] & 0x40 else 8
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


def _aac(extradata: bytes) -> str:
    if not extradata:
        return "mp4a.40.2"  # MPEG-TS and ADTS keep it in the packets; nearly always Low Complexity
    kind = extradata[0] >> 3
    return f"mp4a.40.{kind}" if 0 < kind < 31 else "mp4a.40.2"
