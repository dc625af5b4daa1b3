"""What may be opened at all (SECURITY MED-1, MED-5). A text that poses as a film makes ffmpeg open *other* files; real containers do not.

Left out with intent: hls, dash, concat, image2, sdp, rtsp, vobsub, mpjpeg, tty, lavfi and all devices. Of those listed, mov could open
another file that a data reference names; ffmpeg leaves that off (`enable_drefs`, `use_absolute_path`), and so do we.
"""

CONTAINER_LIST = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,dv,gxf,rm,wav,mp3,flac,aac,ac3,eac3,aiff,caf,amr,w64"
)

_VIDEO = (
    "h264,hevc,vvc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,mpeg1video,mpeg2video,mpeg4,msmpeg4v1,msmpeg4v2,msmpeg4,"
    "wmv1,wmv2,wmv3,vc1,theora,mjpeg,prores,dnxhd,cfhd,dvvideo,h261,h263,h263p,h263i,flv,svq1,svq3,cinepak,rawvideo,v210,huffyuv,ffvhuff,"
    "ffv1,utvideo,vp6,vp6a,vp6f,qtrle,rv30,rv40,indeo3,indeo4,indeo5,flashsv,png"
)
_AUDIO = (
    "aac,aac_fixed,aac_latm,mp3,mp3float,mp2,mp2float,mp1,mp1float,ac3,ac3_fixed,eac3,dca,truehd,mlp,opus,libopus,vorbis,libvorbis,flac,alac,"
    "wmav1,wmav2,wmapro,wmalossless,amrnb,amrwb,speex,libspeex,nellymoser,cook,ra_144,ra_288,qdm2,qdmc,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,"
    "adpcm_swf,gsm,gsm_ms,pcm_alaw,pcm_mulaw,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,"
    "pcm_f32le,pcm_f32be,pcm_f64le,pcm_bluray,pcm_dvd"
)
_SUBTITLES = "mov_text,subrip,srt,ass,ssa,webvtt,text,pgssub,dvdsub,dvbsub"

DECODER_LIST = ",".join((_VIDEO, _AUDIO, _SUBTITLES))
DECODERS = frozenset(DECODER_LIST.split(","))
TEXT_SUBTITLES = ("mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text")

MAX_PIXELS = 40_000_000
MAX_SIDE = 16_384
MAX_STREAMS = 64
MAX_FPS = 300
MAX_HOURS = 48
MAX_FRAMES = 16_000_000  # 48 hours at 90 a second; an index of so many takes 0.7 GB of the child's memory for some seconds
MAX_CHANNELS = 64
MAX_RATE = 768_000  # samples a second

_MOST_WORK = 1e14  # pixels in all pictures together: 48 hours of 8K at 17 a second
_MUCH_WORK = 1e12  # about 4 hours of 1080p at 30 a second
_LEAST_BITS = 1e-5  # a pixel, in all that encoders write of a picture that never moves it is some 1e-4
_LONG_SOUND = 2 * 3600
_LEAST_RATE = 200  # bits a second; speech codecs write 400 for silence


class Refused(Exception):
    """Said by the probe's child: a code, whose sentence is in probe.py."""


def too_much_work(*, pixels: int, frames: int, size: int) -> bool:
    """Whether decoding would take days, or hours for a file that holds next to nothing (SECURITY MED-5). `size` in bytes."""
    work = pixels * frames
    return work > _MOST_WORK or (work > _MUCH_WORK and size * 8 < work * _LEAST_BITS)


def too_empty(*, seconds: float, size: int, sound: bool) -> bool:
    """Whether hours of silence would be encoded for a file of some kilobytes that only says that it is long."""
    return sound and seconds > _LONG_SOUND and size * 8 < seconds * _LEAST_RATE
