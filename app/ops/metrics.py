"""Figures for Prometheus, in its text format (version 0.0.4)."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import psutil
from sqlmodel import Session, col, func, select

from app import __version__
from app.jobs import Job
from app.notifications.stream import Stream
from app.search.keeper import Keeper
from app.site import Site
from app.storage.space import room_at
from app.videos.models import Original, Video

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metric:
    name: str
    help: str
    values: tuple[tuple[Mapping[str, str], float], ...]
    kind: str = "gauge"


def measured(site: Site) -> list[Metric]:
    process = psutil.Process(os.getpid())
    times = process.cpu_times()
    with site.read() as session:
        counts = list(_counts(session))
    return [
        Metric("info", "The version that runs.", (({"version": __version__}, 1),)),
        *counts,
        _one("disk_free_bytes", "Free space where films are kept.", room_at(site.paths.media).free),
        _one("disk_total_bytes", "Size of the disk where films are kept.", room_at(site.paths.media).total),
        _one("streams", "Pages that listen for news.", site.part(Stream).count),
        _one("search_index_ready", "1 if the index answers searches, 0 if the database does.", site.part(Keeper).state == "ready"),
        _one("memory_bytes", "Memory of this process.", process.memory_info().rss),
        Metric("cpu_seconds_total", "Processor time of this process.", (({}, times.user + times.system),), "counter"),
        _one("threads", "Threads of this process.", process.num_threads()),
        _one("uptime_seconds", "Time since this process began.", time.time() - process.create_time()),
    ]


def _counts(session: Session) -> Iterator[Metric]:
    jobs = session.exec(select(Job.state, func.count()).group_by(col(Job.state))).all()
    videos = session.exec(select(Video.state, func.count()).where(col(Video.trashed).is_(False)).group_by(col(Video.state))).all()
    yield Metric("videos", "Videos outside the trash, by state.", tuple(({"state": state}, count) for state, count in videos))
    yield Metric("jobs", "Jobs, by state.", tuple(({"state": state}, count) for state, count in jobs))
    total = session.exec(select(func.coalesce(func.sum(Original.size), 0))).one()
    yield _one("originals_bytes", "Size of all originals.", total)


def _one(name: str, what: str, value: float) -> Metric:
    return Metric(name, what, (({}, float(value)),))


def as_text(metrics: Iterable[Metric]) -> str:
    lines = []
    for metric in metrics:
        name = f"homereel_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        lines += [f"{name}{_labels(labels)} {value:.10g}" for labels, value in metric.values]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    def safe(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return "{" + ",".join(f'{name}="{safe(value)}"' for name, value in labels.items()) + "}" if labels else ""
