"""One door to each heavy dependency, no way from the program to its plugins, and one way from a plugin to the program."""

from pathlib import Path

import pytest

from tests.checks.doors import faults
from tests.checks.project import ROOT, python_files


def test_everybody_uses_the_doors() -> None:
    found = [fault for path in python_files("app", "plugins") for fault in faults(path, (ROOT / path).read_text())]

    assert found == []


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("app/videos/service.py", "import subprocess"),
        ("app/videos/service.py", "def f():\n    from subprocess import run"),
        ("app/videos/service.py", "import os\nos.system('true')"),
        ("app/live/chat.py", "import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('true')"),
        ("app/processing/opening.py", "from huey import SqliteHuey"),
        ("app/search/service.py", "import tantivy"),
        ("app/media/probe.py", "import ffmpeg"),
        ("app/ingest/reconcile.py", "from watchdog.observers import Observer"),
        ("app/main.py", "import granian.server.embed"),
        ("app/videos/views.py", "from sqlmodel import create_engine\ncreate_engine('sqlite://')"),
        ("app/ops/check.py", "import sqlite3"),
        ("app/processing/facts.py", "import av"),
        ("app/ops/plugins.py", "import plugins.ads"),
        ("app/ops/plugins.py", "from plugins import ads"),
        ("app/videos/service.py", "from app.videos import routes"),
        ("app/videos/service.py", "from app.videos.tasks import process"),
        ("app/accounts/routes.py", "from app.videos.routes import handlers"),
        ("app/accounts/views.py", "from app.accounts.sign_in_routes import handlers"),
        ("plugins/ads/__init__.py", "from app.videos.service import add_video"),
        ("app/media/probe.py", "from app.children import run\nrun(['ffmpeg'], folder=f, limits=l)"),
        ("app/media/probe.py", "from app.children import start as begin\nbegin(['ffmpeg'], folder=f, limits=l)"),
        ("app/media/probe.py", "from app.children import run\nrun(['ffmpeg'], folder=f, limits=l, sandbox=s, layers=NONE)"),
        ("app/media/probe.py", "from app.children import run\nrun(['ffmpeg'], **options)"),
        ("app/media/probe.py", "from app import children\nchildren.run(['ffmpeg'])"),
        ("app/media/probe.py", "import app.children"),
        ("app/media/probe.py", "from app.children.starter import popen"),
        ("plugins/ads/__init__.py", "from app import db"),
    ],
)
def test_a_way_around_a_door_is_caught(where: str, line: str) -> None:
    found = faults(Path(where), line)

    assert found
    assert all(fault.startswith(where) for fault in found)


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("app/children/child.py", "import subprocess"),
        ("app/queue.py", "from huey import SqliteHuey"),
        ("app/media/probe.py", "from app.children import Limits, Sandbox, run\nrun([], folder=f, limits=l, sandbox=Sandbox())"),
        ("app/main.py", "from app.videos import routes, tasks"),
        ("app/gateway/api.py", "from app.videos import routes"),
        ("app/videos/routes.py", "from app.videos.page_routes import handlers"),
        ("app/ops/doctor.py", "import platform\nplatform.system()"),
        ("plugins/ads/__init__.py", "from app.plugin_api import hookimpl"),
        ("plugins/ads/__init__.py", "from app import plugin_api"),
        ("plugins/ads/__init__.py", "import app.plugin_api"),
    ],
)
def test_the_door_itself_is_open(where: str, line: str) -> None:
    assert faults(Path(where), line) == []
