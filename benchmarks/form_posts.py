"""How many opinions a second are taken in, each one durable before its receipt is shown?

The same gunicorn configuration serves a hello-world Flask application and this software, one after
the other, to the same clients on the loopback address. Every opinion is validated, committed
(``synchronous=FULL`` on SQLite) and has its job in the outbox before the answer. No worker runs.

    python benchmarks/form_posts.py [--seconds 8] [--clients 8] [--database-url postgresql+psycopg://…]
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.processes import PRODUCTION, environment, feedback, free_port  # noqa: E402

LONGEST_SECONDS = 60
READY_SECONDS = 30
FORM = "/calls/shin-tosei/opinion"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
FIELDS = {
    "government": "tokyo",
    "initiative": "tokyo-gyosei-dx",
    "kind": "request",
    "step": "send",
}


class Client:
    """One connection that is kept open, with its own session and token."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = dict(HEADERS)
        self.token = ""

    def open_form(self) -> None:
        """Read the form once, as a browser does, for its cookie and token."""
        self.connection.request("GET", FORM)
        answer = self.connection.getresponse()
        found = TOKEN.search(answer.read().decode())
        cookie = answer.getheader("Set-Cookie")
        if found is None or cookie is None:
            raise SystemExit("the form has no token")
        self.token = found.group(1)
        self.headers["Cookie"] = cookie.split(";")[0]

    def post(self, path: str, fields: Mapping[str, str], wanted: int) -> None:
        """Send one form and read the answer."""
        self.connection.request("POST", path, urlencode(fields), self.headers)
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != wanted:
            raise RuntimeError(f"{path} answered {answer.status}, not {wanted}")


def hello(client: Client, number: int) -> None:
    """The smallest request there is."""
    client.post("/", {**FIELDS, "body": f"hello {number}"}, 200)


def opinion(client: Client, number: int) -> None:
    """One opinion; a random form_id makes it a form of its own."""
    body = f"オンライン申請の添付ファイルの上限を大きくしてください。番号は{number}です。"
    form_id = os.urandom(16).hex()
    fields = {**FIELDS, "body": body, "form_id": form_id, "csrf_token": client.token}
    client.post(FORM, fields, 303)


def rate(port: int, act: Callable[[Client, int], None], clients: int, seconds: float) -> float:
    """Requests a second of several clients at once."""
    counts = [0] * clients
    connections = [Client(port) for _ in range(clients)]
    if act is opinion:
        for each in connections:
            each.open_form()
    stop_at = time.monotonic() + seconds

    def work(index: int) -> None:
        while time.monotonic() < stop_at:
            act(connections[index], counts[index] * clients + index)
            counts[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
    started = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sum(counts) / (time.monotonic() - started)


@contextmanager
def gunicorn(application: str, settings: Mapping[str, str]) -> Iterator[int]:
    """Serve an application with the product's own configuration; its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application],
        cwd=ROOT,
        env=environment({**settings, "PORT": str(port)}),
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--database-url", default="")
    chosen = parser.parse_args()
    seconds = min(chosen.seconds, LONGEST_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            **PRODUCTION,
            "WEB_PROCESSES": "2",
            "DATA_DIR": folder,
            "DATABASE_URL": chosen.database_url,
        }
        for command in ("migrate", "open-call"):
            done = feedback(command, more=settings)
            if done.returncode and "すでにあります" not in done.stderr:
                raise SystemExit(done.stderr)
        with gunicorn("benchmarks.hello:app", settings) as port:
            plain = rate(port, hello, chosen.clients, seconds)
        with gunicorn("wsgi:app", settings) as port:
            durable = rate(port, opinion, chosen.clients, seconds)
    database = "PostgreSQL" if chosen.database_url else "SQLite"
    print(f"hello-world Flask   {plain:8.0f} POST/s")
    print(f"opinions, {database:<10}{durable:8.0f} POST/s, each committed before its receipt")
    print(f"ratio               {durable / plain:8.2f}")


if __name__ == "__main__":
    main()
