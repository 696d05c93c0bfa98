"""The smallest application there is, to measure the server under ours."""

from flask import Flask, request

app = Flask(__name__)


@app.get("/healthz")
def alive() -> str:
    """Say that it runs."""
    return "ok"


@app.post("/")
def hello() -> str:
    """Read the form, as any application would, and greet."""
    return f"hello, {len(request.form)} fields"
