"""``python -m feedback run``: one command, one address, one Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.processes import PRODUCTION, feedback, free_port, running

STARTED = "職員のページ"


@pytest.fixture
def settings_of(tmp_path: Path) -> dict[str, str]:
    return {**PRODUCTION, "DATA_DIR": str(tmp_path / "var"), "PORT": str(free_port())}


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def test_it_starts_prints_its_address_and_ctrl_c_leaves_nothing_behind(
    settings_of: dict[str, str],
) -> None:
    with running(settings_of) as program:
        said = program.until(STARTED)
        address = f"http://127.0.0.1:{settings_of['PORT']}/"
        assert address in said
        assert "demo" not in said.lower()
        assert status_of(f"{address}readyz") == 200
        children = children_of(program.process.pid)
        assert len(children) == 2
        assert program.interrupt() == 0
    assert "Traceback" not in program.output
    assert program.output.rstrip().endswith("停止しました。 / Stopped.")
    assert all(is_gone(each) for each in children)


def test_the_second_start_keeps_the_data(settings_of: dict[str, str]) -> None:
    with running(settings_of) as program:
        program.until(STARTED)
        assert feedback("open-call", more=settings_of).returncode == 0
        program.interrupt(signal.SIGTERM)
    with running(settings_of) as program:
        program.until(STARTED)
        again = feedback("open-call", more=settings_of)
    assert again.returncode == 1
    assert "すでにあります" in again.stderr


def test_a_worker_that_dies_is_started_again(settings_of: dict[str, str]) -> None:
    with running(settings_of) as program:
        program.until(STARTED)
        before = children_of(program.process.pid)
        os.kill(before[1], signal.SIGKILL)
        program.until("ワーカーが終了したため再起動します")
        after = children_of(program.process.pid)
        assert before[0] in after
        assert before[1] not in after
        assert program.interrupt() == 0


def test_a_port_in_use_is_one_line(settings_of: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(settings_of["PORT"])))
        taken.listen()
        refused = feedback("run", more=settings_of)
    assert refused.returncode == 1
    assert f"ポート {settings_of['PORT']} を使えません" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_an_unwritable_folder_is_one_line(settings_of: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = feedback("run", more={**settings_of, "DATA_DIR": str(tmp_path / "file" / "var")})
    assert refused.returncode == 1
    assert "に書き込めません" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_one_line_without_its_password(
    settings_of: dict[str, str],
) -> None:
    url = f"postgresql+psycopg://meyasubako:himitsu@127.0.0.1:{free_port()}/meyasubako"
    refused = feedback("run", more={**settings_of, "DATABASE_URL": url})
    assert refused.returncode == 1
    assert "を使えません" in refused.stderr
    assert "himitsu" not in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_outside_demo_mode_missing_secrets_stop_the_start(settings_of: dict[str, str]) -> None:
    refused = feedback("run", more={**settings_of, "SECRET_KEY": "", "CONTACT_KEY": ""})
    assert refused.returncode == 1
    assert "設定 SECRET_KEY" in refused.stderr
    assert "設定 CONTACT_KEY" in refused.stderr
    assert "Traceback" not in refused.stderr
