"""Log lines: readable at a terminal, one JSON object a line elsewhere. No secret gets into them, and no line break of
somebody's making: what looks like two lines was written as two lines (SECURITY OPS-3)."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

_SECRET_KEYS = frozenset({"authorization", "code", "cookie", "key", "password", "secret", "session", "token"})
_SECRET_PARTS = re.compile(r"(?i)\b(token|code|password|key)=[^&\s\"']+|\b(bearer) \S+")
_HIDDEN = "[hidden]"
_LEVELS = {"granian": logging.WARNING, "huey": logging.WARNING, "watchdog": logging.WARNING, "httpx": logging.WARNING}


def set_up_logs(mode: Literal["auto", "text", "json"] = "auto", stream: TextIO | None = None, *, quiet: bool = False) -> None:
    """Send everything that logs, ours and the libraries', to one place in one form. May be called again.

    `quiet` is for commands, which say what they did themselves: only errors are written.
    """
    target = stream or sys.stderr
    text = mode == "text" or (mode == "auto" and target.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                as_text if text else structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.ERROR if quiet else logging.INFO)
    for name, level in _LEVELS.items():
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[structlog.stdlib.add_logger_name, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # tests set up again
    )


def hide_secrets(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
    """Blank out values under telling names, and telling parts of any text."""
    for name, value in entry.items():
        entry[name] = _hidden(name, value)
    return entry


def _hidden(name: str, value: Any) -> Any:
    if any(part in _SECRET_KEYS for part in name.lower().replace("-", "_").split("_")):
        return _HIDDEN if value and not isinstance(value, int) else value  # an exit code is no secret
    if isinstance(value, MutableMapping):
        return {key: _hidden(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", inner) for inner in value]
    if isinstance(value, str):
        return _SECRET_PARTS.sub(lambda found: f"{found[1]}={_HIDDEN}" if found[1] else f"{found[2]} {_HIDDEN}", value)
    return value


def as_text(_logger: WrappedLogger, _method: str, entry: EventDict) -> str:
    """`12:03:04 warning  a job failed  job=… kind=…`, a traceback indented below."""
    moment = str(entry.pop("time", ""))[11:19]
    level = str(entry.pop("level", "info"))
    what = escaped(str(entry.pop("event", "")))
    trace = entry.pop("exception", None)
    entry.pop("logger", None)
    rest = " ".join(f"{name}={escaped(str(value))}" for name, value in entry.items())
    line = f"{moment} {level:<8} {what}" + (f"  {rest}" if rest else "")
    return line if not trace else line + "".join(f"\n    {escaped(part)}" for part in str(trace).split("\n"))


def escaped(text: str) -> str:
    """One line, whatever it held: control characters are written as in Python source."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
