"""``python -m feedback run``: one process that keeps the web server and one worker running."""

from __future__ import annotations

import gc
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from feedback.app import ROOT
from feedback.settings import Settings

READY_SECONDS = 90
STOP_SECONDS = 60
LOOK_SECONDS = 0.3
#: A child that ends this often within this time is broken, not unlucky.
DEATHS_ALLOWED = 4
DEATH_WINDOW_SECONDS = 60.0
#: Rounds over the middle-aged objects between two full ones; Python's own measure is 10.
FULL_ROUNDS = 100

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


class CannotStart(Exception):
    """Something outside this software keeps it from starting; the message says what to do."""


def check_folder(settings: Settings) -> None:
    """Make the data folder and see that it can be written.

    Raises:
        CannotStart: when it cannot.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise CannotStart(
            f"フォルダ {settings.data_dir} に書き込めません（{error.strerror}）。権限を確認するか、"
            "DATA_DIR を変えてください。 / Cannot write to this folder; set DATA_DIR."
        ) from error


def check_port(settings: Settings) -> None:
    """See that nobody else listens where the web server will.

    Raises:
        CannotStart: when the port is taken or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        raise CannotStart(
            f"{settings.host} のポート {settings.port} を使えません（{error.strerror}）。PORT に"
            f"別の番号を設定してください。 / Port {settings.port} cannot be used; set PORT."
        ) from error


def database_problem(settings: Settings, error: OperationalError) -> CannotStart:
    """What to tell the operator when the database does not answer; never its password."""
    address = make_url(settings.database_url).render_as_string(hide_password=True)
    reason = str(error.orig).strip().splitlines()[0]
    return CannotStart(
        f"データベース {address} を使えません（{reason}）。動いているか、DATABASE_URL が正しいかを"
        "確認してください。 / The database cannot be used; check DATABASE_URL."
    )


@dataclass(slots=True)
class Child:
    """A process that must always be there."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_ALLOWED))

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in a session of its own: Ctrl-C on the terminal is ours to pass on."""
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command, cwd=ROOT, env=dict(environment), start_new_session=True
        )

    def has_died(self) -> bool:
        """Whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def is_broken(self, now: float) -> bool:
        """Note a death; whether there were too many lately."""
        self.deaths.append(now)
        is_full = len(self.deaths) == DEATHS_ALLOWED
        return is_full and now - self.deaths[0] < DEATH_WINDOW_SECONDS

    def stop(self, deadline: float) -> None:
        """Wait for it to end after SIGTERM; at the deadline, end it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """Starts the children, starts again what dies, and stops all of them cleanly."""

    def __init__(self, settings: Settings, announce: Callable[[], None]) -> None:
        self.settings = settings
        self.announce = announce
        self.children = (
            Child("Webサーバー", (sys.executable, "-m", "gunicorn", "wsgi:app")),
            Child("ワーカー", (sys.executable, "-m", "feedback", "worker")),
        )
        self._stop = threading.Event()

    def run(self) -> int:
        """Serve until SIGINT or SIGTERM; the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        # The children stand in another folder, so a relative DATA_DIR would mean another place.
        environment = {**os.environ, "DATA_DIR": str(self.settings.data_dir)}
        for child in self.children:
            child.start(environment)
        try:
            return self._watch(environment)
        finally:
            self._stop_children()

    def _watch(self, environment: Mapping[str, str]) -> int:
        is_ready = False
        give_up_at = time.monotonic() + READY_SECONDS
        while not self._stop.wait(LOOK_SECONDS):
            for child in self.children:
                if child.has_died() and not self._start_again(child, environment, is_ready):
                    return 1
            if not is_ready and answers(self.settings):
                is_ready = True
                self.announce()
            elif not is_ready and time.monotonic() > give_up_at:
                say("Webサーバーが応答しません。 / The web server does not answer.")
                return 1
        return 0

    def _start_again(self, child: Child, environment: Mapping[str, str], is_ready: bool) -> bool:
        status = child.process.returncode if child.process else None
        if not is_ready or child.is_broken(time.monotonic()):
            say(f"{child.name}が動きません（終了コード {status}）。 / It does not run; stopping.")
            return False
        say(f"{child.name}が終了したため再起動します（終了コード {status}）。 / Restarting.")
        child.start(environment)
        return True

    def _stop_children(self) -> None:
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop(deadline)
        say("停止しました。 / Stopped.")

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def settle_memory() -> None:
    """Keep the garbage collector's full round out of people's pages.

    Over all that the application imports it takes 0.1 to 0.2 s. What is there at the start never
    goes away, so it is set aside; what comes later is gone over a tenth as often as by default.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, FULL_ROUNDS)


def answers(settings: Settings) -> bool:
    """Whether the web server can serve a page from the database."""
    host = EVERYWHERE.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the first page."""
    host = EVERYWHERE.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def say(line: str) -> None:
    """One line to the operator, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
