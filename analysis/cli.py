"""``python -m analysis themes|campaigns|evaluate``: any table in, plain files out."""

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import analysis
from analysis import outputs, pipeline, quality
from analysis.campaigns import find_campaigns
from analysis.io import InputError, read_table, whole_folder
from analysis.pipeline import Piece
from analysis.results import Document
from analysis.themes import Number, ThemeModel
from analysis.tokens import MissingTokenizerError, tokenizer

_LIBRARIES = ("janome", "numpy", "scipy", "scikit-learn")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (2 with one line on bad input)."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (InputError, MissingTokenizerError) as error:
        print(f"エラー: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"エラー: {error.strerror}: {error.filename}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


@dataclass
class _Run:
    """What run.json will say: parameters, versions, and how long each stage took."""

    parameters: dict[str, Any]
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """Time one stage and say on stderr that it started."""
        _say(title)
        start = time.perf_counter()
        yield
        self.timings[name] = round(time.perf_counter() - start, 3)

    def facts(self, **more: Any) -> dict[str, Any]:
        """Return all of run.json."""
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        peak = max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024
        return {
            "parameters": self.parameters,
            "seed": self.parameters.get("seed"),
            "versions": {
                "analysis": analysis.__version__,
                "python": platform.python_version(),
                **{name: version(name) for name in _LIBRARIES},
            },
            "timings_seconds": self.timings,
            "peak_memory_mib": round(peak, 1),
            **more,
        }


def _themes(options: argparse.Namespace) -> None:
    run = _Run(_plain(options))
    cutter = tokenizer(options.tokenizer)
    _say(f"形態素解析: {cutter.name} {cutter.version}")
    with run.stage("read", "入力を読んでいます"):
        texts = read_table(options.input).column(options.text_column)
    previous = outputs.previous(options.previous) if options.previous else None
    with run.stage("tokens", "意見文と単語に分けています"):
        pieces = _pieces(texts, options)
    with run.stage("campaigns", "同文を探しています"):
        members = find_campaigns(texts, jobs=options.jobs)
    with run.stage("themes", "テーマを見つけています"):
        model = _model(options).fit(pipeline.documents(pieces, members))
    with whole_folder(options.out) as folder:
        identity = outputs.identity(previous, pieces, model) if previous is not None else None
        outputs.write_themes(folder, pieces, members, model)
        facts = run.facts(
            tokenizer={"name": cutter.name, "version": cutter.version},
            choice=asdict(model.choice_),
            counts=_counts(texts, pieces, model),
        )
        if identity is not None:
            outputs.write_json(folder / "identity.json", identity)
        outputs.write_json(folder / "run.json", facts)
    _say(f"{options.out} に書き出しました。")


def _campaigns(options: argparse.Namespace) -> None:
    run = _Run(_plain(options))
    with run.stage("read", "入力を読んでいます"):
        texts = read_table(options.input).column(options.text_column)
    with run.stage("campaigns", "同文を探しています"):
        members = find_campaigns(texts, threshold=options.threshold, jobs=options.jobs)
    with whole_folder(options.out) as folder:
        outputs.write_campaigns(folder, members)
        outputs.write_json(folder / "run.json", run.facts())
    _say(f"{options.out} に書き出しました。")


def _evaluate(options: argparse.Namespace) -> None:
    table = read_table(options.input)
    texts, reference = table.column(options.text_column), table.column(options.label_column)
    _say("意見文と単語に分けています")
    pieces = pipeline.read(texts, whole=True, engine=options.tokenizer, jobs=options.jobs)
    documents = pipeline.documents(pieces, find_campaigns(texts, jobs=options.jobs))
    model = _model(options).fit(documents)
    result: dict[str, Any] = {"rows": len(texts), "reference_classes": len(set(reference))}
    first = [one.theme for one in model.assignments_]
    finest = [one.subtheme or one.theme for one in model.assignments_]
    result["themes"] = {"groups": len(set(first)), **_rounded(reference, first)}
    result["subthemes"] = {"groups": len(set(finest)), **_rounded(reference, finest)}
    if options.folds > 1:
        result["held_out"] = _held_out(options, documents, reference)
    print(json.dumps(result, ensure_ascii=False, indent=2))  # noqa: T201


def _held_out(
    options: argparse.Namespace, documents: Sequence[Document], reference: Sequence[str]
) -> dict[str, Any]:
    """Learn on all folds but one, assign the one left out, and average the agreement."""
    scores = []
    for fold in range(options.folds):
        model = _model(options).fit(
            [one for at, one in enumerate(documents) if at % options.folds != fold]
        )
        left_out = range(fold, len(documents), options.folds)
        found = [model.assign(documents[at].words).theme for at in left_out]
        scores.append(_rounded([reference[at] for at in left_out], found))
    mean = {
        name: round(sum(score[name] for score in scores) / len(scores), 4)
        for name in (scores[0] if scores else {})
    }
    return {"folds": options.folds, **mean}


def _rounded(reference: Sequence[str], found: Sequence[str | None]) -> dict[str, float]:
    agreement = asdict(quality.agreement(reference, found))
    return {name: round(value, 4) for name, value in agreement.items()}


def _model(options: argparse.Namespace) -> ThemeModel:
    flat = options.themes != "auto" and getattr(options, "unit", "submission") == "submission"
    return ThemeModel(
        themes=options.themes,
        subthemes=0 if flat else "auto",
        seed=options.seed,
        jobs=options.jobs,
    )


def _pieces(texts: Sequence[str], options: argparse.Namespace) -> list[Piece]:
    return pipeline.read(
        texts,
        whole=options.unit == "submission",
        engine=options.tokenizer,
        jobs=options.jobs,
        progress=_progress if sys.stderr.isatty() else None,
    )


def _progress(chunks: Iterable[pipeline.Chunk], total: int) -> Iterable[pipeline.Chunk]:
    from tqdm import tqdm

    bar: Iterable[pipeline.Chunk] = tqdm(chunks, total=total, unit="束", leave=False)
    return bar


def _counts(texts: Sequence[str], pieces: Sequence[Piece], model: ThemeModel) -> dict[str, int]:
    return {
        "rows": len(texts),
        "statements": len(pieces),
        "themes": sum(theme.parent is None for theme in model.themes_),
        "subthemes": sum(theme.parent is not None for theme in model.themes_),
        "unclassified_statements": sum(one.theme is None for one in model.assignments_),
    }


def _plain(options: argparse.Namespace) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Path) else value
        for name, value in sorted(vars(options).items())
        if name != "run"
    }


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="市民の意見をテーマに分けます。ネットワークは使いません。",
    )
    commands = parser.add_subparsers(required=True, metavar="themes|campaigns|evaluate")
    themes = _command(commands, "themes", "テーマを見つけて書き出します", _themes)
    themes.add_argument("--out", type=Path, required=True, metavar="DIR")
    themes.add_argument("--unit", choices=("statement", "submission"), default="statement")
    themes.add_argument("--previous", type=Path, metavar="DIR", help="前回の出力フォルダー")
    _learning_options(themes)
    copies = _command(commands, "campaigns", "同文投稿を見つけて書き出します", _campaigns)
    copies.add_argument("--out", type=Path, required=True, metavar="DIR")
    copies.add_argument("--threshold", type=_share, default=0.8)
    evaluate = _command(commands, "evaluate", "人が付けた分類との一致を測ります", _evaluate)
    evaluate.add_argument("--label-column", required=True, metavar="COL")
    evaluate.add_argument("--folds", type=int, default=0, metavar="K")
    _learning_options(evaluate)
    return parser


def _command(commands: Any, name: str, about: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("input", type=Path, metavar="INPUT", help=".csv .tsv .xlsx")
    parser.add_argument("--text-column", required=True, metavar="COL")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.set_defaults(run=run)
    return parser


def _learning_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--themes", type=_number, default="auto", metavar="N|auto")
    parser.add_argument("--tokenizer", choices=("auto", "janome", "mecab"), default="auto")
    parser.add_argument("--seed", type=int, default=0)
