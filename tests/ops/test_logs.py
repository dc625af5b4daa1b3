import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.ops.logs import set_up_logs


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before, level, config = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**config)


def lines(mode: str, **entry: object) -> list[str]:
    stream = io.StringIO()
    set_up_logs(mode, stream)  # type: ignore[arg-type]
    structlog.get_logger("app.test").info("it happened", **entry)
    return stream.getvalue().splitlines()


@pytest.mark.usefixtures("restored")
def test_no_secret_is_written_whatever_it_is_called() -> None:
    secret = "s3ntinel"
    for mode in ("json", "text"):
        text = "\n".join(
            lines(
                mode,
                token=secret,
                setup_code=secret,
                password=secret,
                cookie=f"session={secret}",
                headers={"Authorization": f"Bearer {secret}", "X-Api-Key": secret},
                path=f"/media/x.m3u8?token={secret}&a=1",
                note=f"sent Bearer {secret} along",
            )
        )
        assert "it happened" in text
        assert secret not in text
        assert "a=1" in text


@pytest.mark.usefixtures("restored")
def test_a_line_break_in_a_name_does_not_make_a_second_line() -> None:
    for mode in ("json", "text"):
        written = lines(mode, name="a.mp4\n12:00:00 error forged\r\x1b[31m")
        assert len(written) == 1
        assert "\x1b" not in written[0]


@pytest.mark.usefixtures("restored")
def test_libraries_write_in_the_same_form_and_carry_the_request_id() -> None:
    stream = io.StringIO()
    set_up_logs("json", stream)
    with structlog.contextvars.bound_contextvars(request="r-1"):
        logging.getLogger("granian.access").warning("told by %s", "granian")
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["request"], entry["logger"], entry["level"]) == ("told by granian", "r-1", "granian.access", "warning")


@pytest.mark.usefixtures("restored")
def test_a_traceback_is_one_object_in_json_and_indented_at_a_terminal() -> None:
    for mode in ("json", "text"):
        stream = io.StringIO()
        set_up_logs(mode, stream)  # type: ignore[arg-type]
        try:
            raise ValueError("a\nb")
        except ValueError:
            structlog.get_logger("app.test").exception("it broke")
        if mode == "json":
            assert "ValueError" in json.loads(stream.getvalue())["exception"]
        else:
            assert all(line.startswith("    ") for line in stream.getvalue().splitlines()[1:])
