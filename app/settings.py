"""Settings and where each comes from: defaults < admin pages < config.toml < environment < arguments.

What the admin pages change are rows, read live (`Site.value`); everything here is fixed once the site has started.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any, Literal, get_origin

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.errors import SettingsError
from app.i18n import N_

ENVIRONMENT = "HOMEREEL_"
_OUTSIDE = {"HOMEREEL_PYTHON", "HOMEREEL_REQUIRE_BROWSER", "HOMEREEL_CHROMIUM"}  # of the launcher and the tests, no settings
ADMIN_KEYS = frozenset({"site_name", "default_privacy", "renditions_max"})


_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


class Settings(BaseModel):
    """Everything that can be set. The description of each field is its documentation in packaging/settings.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(description="Folder that holds everything: databases, films, keys.")
    host: str = Field(default="0.0.0.0", description="Address to listen on; 127.0.0.1 keeps the site to this machine.")  # noqa: S104 - a home server answers its LAN
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    hosts: tuple[str, ...] = Field(default=(), description="More host names this site answers to, such as video.example.org.")
    base_url: str = Field(default="", description="Address that links leaving the site begin with, such as https://video.example.org.")
    log: Literal["auto", "text", "json"] = Field(
        default="auto", description="How log lines are written; auto is text at a terminal, JSON elsewhere."
    )
    proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, such as 127.0.0.1. None is unless named.",
    )
    sendfile: Literal["off", "nginx", "x-sendfile"] = Field(
        default="off", description="Let a proxy of these send files: X-Accel-Redirect (nginx) or X-Sendfile (Apache, lighttpd)."
    )
    viewer_cap: float = Field(
        default=0, ge=0, le=100_000, description="Mbit/s that one viewer outside the home network gets of videos; 0 is no cap."
    )
    media: Path | None = Field(default=None, description="Folder for originals and renditions, if not the data folder.")
    ffmpeg: Path | None = Field(default=None, description="Another ffmpeg to use. Never settable from a page.")
    site_name: str = Field(default="Homereel", min_length=1, max_length=60, description="Name of the site, shown in its bar.")
    default_privacy: Literal["public", "members", "unlisted", "private"] = Field(default="members", description="Privacy of a new video.")
    reserve: int = Field(default=-1, ge=-1, description="Bytes of disk always kept free; -1 is the larger of 2 GB and 5 %.")
    upload_max: int = Field(default=256 * 1024**3, gt=0, description="Largest upload, in bytes.")
    upload_quota: int = Field(default=0, ge=0, description="Bytes of originals each person may keep; 0 is no limit.")
    upload_expiry_hours: int = Field(default=72, ge=24, description="Hours an unfinished upload is kept after its last byte.")
    session_days: int = Field(default=90, ge=1, le=400, description="Days of absence after which a signed-in device must sign in again.")
    trash_days: int = Field(default=30, ge=1, description="Days a deleted video stays in the trash.")
    heavy_workers: int = Field(default=1, ge=1, le=16, description="Long jobs done at once.")
    light_workers: int = Field(default=2, ge=1, le=16, description="Short jobs done at once.")
    codecs: tuple[Literal["h264", "hevc", "vp9", "av1"], ...] = Field(
        default=("h264",), description="Sets of renditions of a new video; H.264 is always made, the others save bytes and cost work."
    )
    quality: Literal["small", "balanced", "fine"] = Field(default="balanced", description="How good renditions of a new video look.")
    highest: int = Field(default=2160, ge=240, le=4320, description="Lines of the highest rendition of a new video.")
    surround: bool = Field(default=True, description="Keep 5.1 sound beside stereo.")
    loudness: Literal["playback", "encoding", "off"] = Field(
        default="playback", description="Where the loudness of videos is evened out: by the player, in the renditions, or nowhere."
    )
    hardware: Literal["auto", "off", "nvenc", "qsv", "videotoolbox", "amf", "vaapi", "rkmpp", "v4l2m2m", "vulkan"] = Field(
        default="auto", description="Encoder in hardware that makes segments: auto takes the best that passes its trial, off none."
    )
    runs: int = Field(default=2, ge=1, le=32, description="ffmpeg processes that make segments at once.")
    write_sidecars: tuple[Literal["nfo", "info.json"], ...] = Field(
        default=(), description="Files written beside each original for other programs: nfo (Kodi, Jellyfin), info.json (yt-dlp)."
    )
    quiet_hours: str = Field(
        default="",
        description="Hours when nothing is made ahead: 08:00-22:00, several with commas between. What is watched is made all the same.",
    )
    renditions_max: int = Field(
        default=0, ge=0, description="Bytes that renditions may take; the least watched are dropped first, originals never. 0 is no limit."
    )
    watch_polling: bool = Field(default=False, description="Look at watched folders in turns rather than wait for events.")
    sweep_minutes: int = Field(default=15, ge=1, description="Minutes between whole looks at every watched folder.")
    stop_seconds: float = Field(default=10, gt=0, le=600, description="Seconds that running work gets to end when the site stops.")

    @field_validator("data", "media", "ffmpeg", mode="after")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("proxies", mode="after")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            ipaddress.ip_network(text, strict=False)
        return value

    @field_validator("quiet_hours", mode="after")
    @classmethod
    def _hours(cls, value: str) -> str:
        quiet_hours(value)
        return value

    @field_validator("base_url", mode="after")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")


def quiet_hours(text: str) -> tuple[tuple[time, time], ...]:
    """`22:00-06:30`, several with commas between, as (begin, end). ValueError for anything else."""
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        match = _HOURS.fullmatch(part)
        if match is None:
            raise ValueError("hours are written like 08:00-22:00")
        begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
        found.append((time(begin_hour, begin_minute), time(end_hour, end_minute)))
    return tuple(found)


@dataclass(frozen=True)
class Origins:
    """For each setting, where its value comes from: default, config.toml, environment or arguments."""

    of: Mapping[str, str] = field(default_factory=dict)

    def locked(self, key: str) -> bool:
        """Whether the admin pages cannot change it."""
        return self.of.get(key, "default") != "default"


def checkout() -> Path | None:
    """The checkout that the program runs from, if it runs from one."""
    top = Path(__file__).resolve().parent.parent
    return top if (top / "pyproject.toml").is_file() and (top / "web").is_dir() else None


def bundled(name: str) -> Path:
    """`web` or `plugins`: beside the package in a checkout, inside it in a wheel."""
    top = checkout()
    return top / name if top else Path(__file__).resolve().parent / f"_{name}"


def default_data() -> Path:
    top = checkout()
    return top / "data" if top else Path(platformdirs.user_data_dir("homereel", appauthor=False))


def load(arguments: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> tuple[Settings, Origins]:
    """Read every source; a wrong value is a SettingsError that names the key. Creates nothing."""
    environ = os.environ if environment is None else environment
    given = {key: value for key, value in (arguments or {}).items() if value is not None}
    from_environment = _environment(environ)
    data = Path(given.get("data") or from_environment.get("data") or default_data()).expanduser().absolute()
    layers = [("config.toml", _config(data)), ("environment", from_environment), ("arguments", given)]
    values: dict[str, Any] = {"data": data}
    origins: dict[str, str] = {}
    if "data" in layers[0][1]:
        raise SettingsError(
            N_("The setting “data” cannot stand in {path}, which lies in that folder. Use --data or HOMEREEL_DATA."),
            path=data / "config.toml",
        )
    for name, layer in layers:
        values |= layer
        origins |= dict.fromkeys(layer, name)
    try:
        return Settings(**values), Origins(origins)
    except ValidationError as error:
        raise _readable(error, origins, data) from error


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.startswith(ENVIRONMENT) or name in _OUTSIDE:
            continue
        key = name.removeprefix(ENVIRONMENT).lower()
        found[key] = tuple(part.strip() for part in value.split(",") if part.strip()) if key in _lists() else value
    return found


def _lists() -> set[str]:
    """Settings that hold several values, with commas between them in the environment."""
    return {name for name, kept in Settings.model_fields.items() if get_origin(kept.annotation) is tuple}


def _config(data: Path) -> dict[str, Any]:
    path = data / "config.toml"
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(N_("{path} cannot be read: {why}."), path=path, why=error.strerror or "?") from error
    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(N_("{path} is not valid TOML: {why}."), path=path, why=error) from error


def _readable(error: ValidationError, origins: Mapping[str, str], data: Path) -> SettingsError:
    first = error.errors()[0]
    key = str(first["loc"][0]) if first["loc"] else "?"
    source = origins.get(key, "default")
    where = {"config.toml": str(data / "config.toml"), "environment": f"{ENVIRONMENT}{key.upper()}", "arguments": f"--{key}"}.get(
        source, source
    )
    if first["type"] == "extra_forbidden":
        return SettingsError(N_("There is no setting “{key}” ({where}). Remove it or correct its name."), key=key, where=where)
    why = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return SettingsError(N_("The setting “{key}” ({where}) is wrong: {why}."), key=key, where=where, why=why)
