"""The options of ``python -m analysis``."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis import encoder
from analysis.themes import Number

Command = Callable[[argparse.Namespace], None]


def parser(
    *, themes: Command, campaigns: Command, evaluate: Command, explain: Command
) -> argparse.ArgumentParser:
    """Return the parser; ``run`` of what it parses is the command to call."""
    whole = argparse.ArgumentParser(
        prog="python -m analysis",
        description="市民の意見をテーマに分けます。ネットワークは使いません。",
    )
    commands = whole.add_subparsers(required=True, metavar="themes|campaigns|evaluate|explain")
    finding = _command(commands, "themes", "テーマを見つけて書き出します", themes)
    finding.add_argument("--out", type=Path, required=True, metavar="DIR")
    finding.add_argument("--unit", choices=("statement", "submission"), default="statement")
    finding.add_argument("--previous", type=Path, metavar="DIR", help="前回の出力フォルダー")
    _learning_options(finding)
    copies = _command(commands, "campaigns", "同文投稿を見つけて書き出します", campaigns)
    copies.add_argument("--out", type=Path, required=True, metavar="DIR")
    copies.add_argument("--threshold", type=_share, default=0.8)
    judging = _command(commands, "evaluate", "人が付けた分類との一致を測ります", evaluate)
    judging.add_argument("--label-column", required=True, metavar="COL")
    judging.add_argument("--folds", type=int, default=0, metavar="K")
    judging.set_defaults(unit="submission")
    _learning_options(judging)
    about = "意見文がそのテーマにある理由を示します"
    asking = commands.add_parser("explain", help=about, description=about)
    asking.add_argument("input", type=Path, metavar="DIR", help="themes の出力フォルダー")
    what = asking.add_mutually_exclusive_group(required=True)
    what.add_argument("--row", type=int, metavar="N", help="入力の行番号（0 から）")
    what.add_argument("--text", help="新しい意見文")
    _lexicon_option(asking)
    asking.set_defaults(run=explain)
    return whole


def _command(commands: Any, name: str, about: str, run: Command) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    made.add_argument("input", type=Path, metavar="INPUT", help=".csv .tsv .xlsx")
    made.add_argument("--text-column", required=True, metavar="COL")
    made.add_argument(
        "--jobs",
        type=_jobs,
        default=_cores(),
        metavar="N",
        help="使うプロセスの数（既定は使えるコアの数）",
    )
    made.add_argument("--cluster", metavar="ADDRESS", help="Dask クラスター（tcp://…）で処理します")
    _lexicon_option(made)
    made.set_defaults(run=run)
    return made


def _lexicon_option(made: argparse.ArgumentParser) -> None:
    made.add_argument("--lexicon", type=Path, metavar="DIR", help="足したい辞書のフォルダー")


def _learning_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("--themes", type=_number, default="auto", metavar="N|auto")
    made.add_argument("--tokenizer", choices=("auto", "janome", "mecab"), default="auto")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument(
        "--read-whole",
        type=_count,
        default=encoder.AT_MOST,
        metavar="N",
        help=f"意見文が N 種類までなら文全体の意味も比べます（既定 {encoder.AT_MOST}）",
    )
    made.add_argument("--cache", type=Path, metavar="DIR", help="単語を残し、次の実行で使います")


def _number(written: str) -> Number:
    if written == "auto":
        return "auto"
    if written.isdecimal() and int(written) > 0:
        return int(written)
    raise argparse.ArgumentTypeError(f"auto か 1 以上の整数にしてください: {written}")


def _share(written: str) -> float:
    try:
        value = float(written)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"0 より大きく 1 以下の数にしてください: {written}")
    return value


def _cores() -> int:
    """Return how many cores this process may use; only large inputs start so many processes."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _count(written: str) -> int:
    if written.isdecimal():
        return int(written)
    raise argparse.ArgumentTypeError(f"0 以上の整数にしてください: {written}")


def _jobs(written: str) -> int:
    if written.isdecimal() and int(written) > 0:
        return int(written)
    raise argparse.ArgumentTypeError(f"1 以上の整数にしてください: {written}")
