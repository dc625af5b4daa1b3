"""The probe's child as it would be without limits of its own: those of the kernel and of the clock are left."""

from app.media import allowed, mp4_index, packets, probe_child, streams


def main() -> None:
    for name in ("MAX_PIXELS", "MAX_SIDE", "MAX_STREAMS", "MAX_FPS", "MAX_HOURS", "MAX_FRAMES", "MAX_CHANNELS", "MAX_RATE"):
        setattr(allowed, name, 1 << 30)
    packets.MAX_FRAMES = mp4_index.MAX_FRAMES = 1 << 30
    streams.MAX_CHANNELS = streams.MAX_RATE = 1 << 30
    allowed.too_much_work = lambda **_: False
    allowed.too_empty = lambda **_: False
    probe_child.main()
