"""The media engine: probes films, plans renditions, makes segments. Knows ffmpeg; knows no rows and no routes."""
