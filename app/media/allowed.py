"""What may be opened at all (SECURITY MED-1). A text file that poses as a film makes ffmpeg open *other* files; real containers do not."""

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
MAX_STREAMS = 64
MAX_FPS = 300
MAX_HOURS = 48
