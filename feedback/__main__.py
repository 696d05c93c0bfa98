"""``python -m feedback``."""

from feedback.commands import main

main(prog_name="python -m feedback")
