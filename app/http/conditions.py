"""What a request for bytes asks for (RFC 9110, sections 13 and 14), decided from headers alone. Touches no file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import pairwise

MAX_RANGES = 4
_LONGEST = 1024  # of a header that we look at; four ranges and a handful of tags are far shorter
_SPEC = re.compile(r"(\d{0,19})-(\d{0,19})", re.ASCII)
_SETTLED = 60  # seconds after which a change within the same second is out of the question (RFC 9110, 8.8.2.2)


@dataclass(frozen=True)
class Span:
    """Bytes from `start` up to, not including, `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Stamp:
    """What tells this version of the bytes from another."""

    etag: str  # strong, quoted
    modified: int  # seconds since 1970
    now: int

    @property
    def date(self) -> str:
        return format_datetime(datetime.fromtimestamp(self.modified, UTC), usegmt=True)


@dataclass(frozen=True)
class Decision:
    """Status, and for 206 which bytes."""

    status: int
    spans: tuple[Span, ...] = ()


def decide(headers: Mapping[str, str], *, size: int, stamp: Stamp) -> Decision:
    """The order of RFC 9110, 13.2.2, for GET and HEAD. Header names in lower case."""
    if _precondition_fails(headers, stamp):
        return Decision(412)
    if _is_unchanged(headers, stamp):
        return Decision(304)
    wanted = headers.get("range")
    if wanted is None or not _range_still_holds(headers.get("if-range"), stamp):
        return Decision(200)
    spans = parse_ranges(wanted, size)
    if spans is None:
        return Decision(200)
    return Decision(206, spans) if spans else Decision(416)


def parse_ranges(header: str, size: int) -> tuple[Span, ...] | None:
    """Which bytes, overlaps joined. None: not ours to understand, so the whole is sent; empty: none of it is there."""
    unit, equals, rest = header[: _LONGEST + 1].partition("=")
    if len(header) > _LONGEST or not equals or unit.strip().lower() != "bytes":
        return None
    specs = [spec.strip(" \t") for spec in rest.split(",")]
    found = [_SPEC.fullmatch(spec) for spec in specs if spec]
    if not found or len(found) > MAX_RANGES:
        return None
    spans = []
    for match in found:
        if match is None or match[0] == "-" or (match[1] and match[2] and int(match[2]) < int(match[1])):
            return None
        if span := _span(match[1], match[2], size):
            spans.append(span)
    return _joined(spans)


def _span(first: str, last: str, size: int) -> Span | None:
    if not first:
        return Span(max(0, size - int(last)), size) if int(last) and size else None
    return Span(int(first), min(size, int(last) + 1 if last else size)) if int(first) < size else None


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """In the order asked for; where two overlap, all in order and joined: nobody gets the same byte twice."""
    ordered = sorted(spans, key=lambda span: span.start)
    if all(a.stop <= b.start for a, b in pairwise(ordered)):
        return tuple(spans)
    joined = [ordered[0]]
    for span in ordered[1:]:
        if span.start <= joined[-1].stop:
            joined[-1] = Span(joined[-1].start, max(joined[-1].stop, span.stop))
        else:
            joined.append(span)
    return tuple(joined)


def _precondition_fails(headers: Mapping[str, str], stamp: Stamp) -> bool:
    if "if-match" in headers:
        return not _names(headers["if-match"], stamp.etag, weakly=False)
    since = _date(headers.get("if-unmodified-since"))
    return since is not None and stamp.modified > since


def _is_unchanged(headers: Mapping[str, str], stamp: Stamp) -> bool:
    if "if-none-match" in headers:
        return _names(headers["if-none-match"], stamp.etag, weakly=True)
    since = _date(headers.get("if-modified-since"))
    return since is not None and stamp.modified <= since


def _range_still_holds(condition: str | None, stamp: Stamp) -> bool:
    """If-Range: a strong tag that is ours, or our very date once that date is a strong one."""
    if condition is None:
        return True
    if condition.strip().endswith('"'):
        return condition.strip() == stamp.etag
    return _date(condition) == stamp.modified and stamp.now - stamp.modified >= _SETTLED


def _names(header: str, etag: str, *, weakly: bool) -> bool:
    if header.strip() == "*":
        return True
    tags = [tag.strip() for tag in header[:_LONGEST].split(",")]
    return etag in ([tag.removeprefix("W/") for tag in tags] if weakly else tags)


def _date(header: str | None) -> int | None:
    if not header or len(header) > 64:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
