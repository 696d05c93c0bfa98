"""``python -m analysis themes|campaigns|evaluate|explain``: any table in, plain files out."""

import argparse
import json
import platform
import resource
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import analysis
from analysis import (
    cache,
    dissent,
    encoder,
    finished,
    lexicon,
    mapping,
    outputs,
    pipeline,
    quality,
    senses,
)
from analysis.campaigns import find_campaigns
from analysis.findings import Findings
from analysis.io import InputError, whole_folder
from analysis.lexicon import LexiconError
from analysis.mapping import Mapper, MappingError
from analysis.options import parser
from analysis.pipeline import Piece
from analysis.reading import read_columns
from analysis.results import Document
from analysis.stance import stances
from analysis.themes import ThemeModel
from analysis.tokens import MissingTokenizerError, Tokenizer, tokenizer

_LIBRARIES = ("janome", "numpy", "scipy", "scikit-learn")
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (2 with one line on bad input)."""
    commands = parser(themes=_themes, campaigns=_campaigns, evaluate=_evaluate, explain=_explain)
    options = commands.parse_args(arguments)
    try:
        with lexicon.using(options.lexicon):
            options.run(options)
    except (InputError, LexiconError, MissingTokenizerError, MappingError) as error:
        return _failed(str(error))
    except MemoryError:
        return _failed("メモリーが足りません。--jobs を減らすか、入力を分けてください。")
    except OSError as error:
        return _failed(f"{error.strerror or error}: {error.filename or options.input}")
    except KeyboardInterrupt:
        _say("中断しました。何も書き出していません。")
        return _INTERRUPTED
    return 0


def _failed(reason: str) -> int:
    _say("エラー: " + " ".join(reason.split()))
    return 2


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
                "word vectors": senses.version(),
                "sentence encoder": encoder.version(),
                "lexicon": lexicon.digest(),
            },
            "timings_seconds": self.timings,
            "peak_memory_mib": round(peak, 1),
            **more,
        }


def _themes(options: argparse.Namespace) -> None:
    run = _Run(_plain(options))
    cutter = tokenizer(options.tokenizer)
    _say(_engine_line(options.tokenizer, cutter))
    with run.stage("read", "入力を読んでいます"):
        (texts,) = read_columns(options.input, [options.text_column])
    previous = outputs.previous(options.previous) if options.previous else None
    with mapping.opened(options.jobs, options.cluster, cutter.name) as mapper:
        with run.stage("tokens", "意見文と単語に分けています"):
            pieces = _pieces(texts, options, mapper)
        with run.stage("campaigns", "同文を探しています"):
            members = find_campaigns(texts, mapper=mapper, words=pipeline.words_of_rows(pieces))
        with run.stage("stances", "賛成・反対などを見分けています"):
            found = stances([piece.text for piece in pieces], mapper)
    documents = pipeline.documents(pieces, members)
    with run.stage("themes", "テーマを見つけています"):
        model = _model(options).fit(documents)
    with run.stage("findings", "地図・理由・安定度・少数意見をまとめています"):
        words = partial(_words_of, cutter=cutter)
        findings = Findings.of(model, documents, previous, words)
        leanings = dissent.by_theme(model.themes_, model.assignments_, documents, found)
    with whole_folder(options.out) as folder:
        with run.stage("write", "結果を書いています"):
            outputs.write_themes(
                folder, pieces, members, model, findings, outputs.Stances(found, leanings)
            )
        facts = run.facts(
            tokenizer={"name": cutter.name, "version": cutter.version},
            choice=asdict(model.choice_),
            counts=_counts(texts, pieces, model),
        )
        outputs.write_json(folder / "run.json", facts)
    _say(f"{options.out} に書き出しました。")


def _words_of(texts: Sequence[str], *, cutter: Tokenizer) -> list[tuple[str, ...]]:
    return [pipeline.theme_words(text, cutter) for text in texts]


def _campaigns(options: argparse.Namespace) -> None:
    run = _Run(_plain(options))
    with run.stage("read", "入力を読んでいます"):
        (texts,) = read_columns(options.input, [options.text_column])
    with (
        run.stage("campaigns", "同文を探しています"),
        mapping.opened(options.jobs, options.cluster, tokenizer("auto").name) as mapper,
    ):
        words = partial(_words, texts, mapper)
        members = find_campaigns(texts, threshold=options.threshold, mapper=mapper, words=words)
    with whole_folder(options.out) as folder:
        outputs.write_campaigns(folder, members)
        outputs.write_json(folder / "run.json", run.facts())
    _say(f"{options.out} に書き出しました。")


def _words(texts: Sequence[str], mapper: Mapper, rows: Sequence[int]) -> Sequence[Sequence[str]]:
    """Cut the texts of some rows into words; few are asked for unless there are paraphrases."""
    pieces = pipeline.read([texts[row] for row in rows], mapper=mapper)
    return pipeline.words_of_rows(pieces)(range(len(rows)))


def _evaluate(options: argparse.Namespace) -> None:
    names = (options.text_column, options.label_column)
    texts, reference = read_columns(options.input, names)
    _say("意見文と単語に分けています")
    with mapping.opened(options.jobs, options.cluster, tokenizer(options.tokenizer).name) as mapper:
        pieces = _pieces(texts, options, mapper)
        words = pipeline.words_of_rows(pieces)
        members = find_campaigns(texts, mapper=mapper, words=words)
    documents = pipeline.documents(pieces, members)
    model = _model(options).fit(documents)
    result: dict[str, Any] = {"rows": len(texts), "reference_classes": len(set(reference))}
    first = [one.theme for one in model.assignments_]
    finest = [one.subtheme or one.theme for one in model.assignments_]
    result["themes"] = {"groups": len(set(first)), **_rounded(reference, first)}
    result["subthemes"] = {"groups": len(set(finest)), **_rounded(reference, finest)}
    if options.folds > 1:
        result["held_out"] = _held_out(options, documents, reference)
    print(json.dumps(result, ensure_ascii=False, indent=2))  # noqa: T201


def _explain(options: argparse.Namespace) -> None:
    cutter = tokenizer("auto")
    if options.text is not None:
        found = finished.why_text(options.input, options.text, cutter)
    else:
        found = finished.why_row(options.input, options.row, cutter)
    print(json.dumps(found, ensure_ascii=False, indent=2))  # noqa: T201


def _held_out(
    options: argparse.Namespace, documents: Sequence[Document], reference: Sequence[str]
) -> dict[str, Any]:
    """Learn on all folds but one, assign the one left out, and average the agreement."""
    scores = []
    for fold in range(min(options.folds, len(documents))):
        model = _model(options).fit(
            [one for at, one in enumerate(documents) if at % options.folds != fold]
        )
        left_out = range(fold, len(documents), options.folds)
        found = [
            model.assign(documents[at].words, texts=[documents[at].text]).theme for at in left_out
        ]
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
    flat = options.themes != "auto" and options.unit == "submission"
    return ThemeModel(
        themes=options.themes,
        subthemes=0 if flat else "auto",
        seed=options.seed,
        jobs=options.jobs,
        read_whole=options.read_whole,
    )


def _pieces(texts: Sequence[str], options: argparse.Namespace, mapper: Mapper) -> list[Piece]:
    whole = options.unit == "submission"
    engine = tokenizer(options.tokenizer)
    with cache.opened(options.cache, engine, whole=whole) as kept:
        return pipeline.read(
            texts,
            whole=whole,
            engine=engine.name,
            mapper=mapper,
            cache=kept,
            progress=_progress if sys.stderr.isatty() else None,
        )


def _engine_line(asked: str, cutter: Tokenizer) -> str:
    """Say which engine runs, and with ``auto`` why."""
    line = f"形態素解析: {cutter.name} {cutter.version}"
    if asked != "auto":
        return line
    if cutter.name == "mecab":
        return f"{line}（auto: インストール済みで、janome と同じ結果が速く出るため）"
    return f"{line}（auto: MeCab がないため。pip install fugashi ipadic で速くなります）"


def _progress(chunks: Iterable[pipeline.Cuts], total: int) -> Iterable[pipeline.Cuts]:
    from tqdm import tqdm

    bar: Iterable[pipeline.Cuts] = tqdm(chunks, total=total, unit="束", leave=False)
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
