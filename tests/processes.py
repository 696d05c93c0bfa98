"""Start the real program as an operator does, and read what it says."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 400
#: What an operator of a production installation sets.
PRODUCTION = {
    "MEYASUBAKO_MODE": "production",
    "SECRET_KEY": "an-operator-made-this-one-for-the-tests-only",
    "CONTACT_KEY": "VGhpcy1pcy1hLTMyLWJ5dGUta2V5LWZvci10ZXN0cyE=",
    "HTTPS": "0",
    "POLL_SECONDS": "0.2",
    "WEB_PROCESSES": "1",
}


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The tests' environment with these variables."""
    return {**os.environ, "PYTHONWARNINGS": "", "PYTHONUNBUFFERED": "1", **more}


def feedback(
    *arguments: str, more: Mapping[str, str] = PRODUCTION
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m feedback …`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "feedback", *arguments],
        cwd=ROOT,
        env=environment(more),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


class Running:
    """A program under way; everything it prints is kept."""

    def __init__(self, command: list[str], more: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, text: str, seconds: float = START_SECONDS) -> str:
        """Read until it has printed this text; everything so far."""
        deadline = time.monotonic() + seconds
        while text not in self.output:
            try:
                line = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never said {text!r}:\n{self.output}") from None
            assert line is not None, f"ended without saying {text!r}:\n{self.output}"
            self.output += line
        return self.output

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C and wait for the end; the exit status."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; the exit status."""
        status = self.process.wait(START_SECONDS)
        for line in iter(self._lines.get, None):
            self.output += line
        return status

    def kill(self) -> None:
        """End it whatever it does, its children too."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(more: Mapping[str, str]) -> Iterator[Running]:
    """``python -m feedback run`` with these settings."""
    program = Running([sys.executable, "-m", "feedback", "run"], more)
    try:
        yield program
    finally:
        program.kill()
