"""Analyse a call as a whole: read everything, compute outside of any transaction, store at once."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import analysis
from analysis import encoder, explain, senses
from analysis.explain import Together
from analysis.themes import Assignment as ModelPlace
from analysis.themes import ThemeModel
from feedback.intake.models import Submission
from feedback.screening.models import Statement
from feedback.storage import utc_now
from feedback.theming import dealing, heirs, hinting, material, placing, standing, succession
from feedback.theming.heirs import Before, Heirs
from feedback.theming.material import Material
from feedback.theming.models import (
    Assignment,
    Run,
    RunAssignment,
    RunTheme,
    Theme,
    last_run,
    themes_of,
)
from feedback.theming.models import standing as standing_of
from feedback.theming.placing import Place

SEED = 0
#: A run has the worker's time: up to some forty seconds are spent on reading texts as wholes.
READ_WHOLE = 20_000
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run works on and what stood before it."""

    call_id: int
    started_at: datetime
    last_run_id: int | None
    material: Material
    before: Before


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found, before it is stored."""

    model: ThemeModel
    model_bytes: bytes
    places: tuple[ModelPlace, ...]
    reasons: tuple[list[dict[str, Any]], ...]
    heirs: Heirs
    dealt: Mapping[int, int]
    """Statement → the theme that staff keep, where it lies nearer to that than to its group."""
    hints: tuple[hinting.Found, ...]
    together: Mapping[str, Together]

    def hash(self, statement_ids: Sequence[int]) -> str:
        """SHA-256 over the model and every place; says whether two runs found the same."""
        digest = hashlib.sha256(self.model_bytes)
        for statement_id, place in zip(statement_ids, self.places, strict=True):
            digest.update(json.dumps([statement_id, *asdict(place).values()]).encode())
        return digest.hexdigest()


def read(session: Session, call_id: int) -> Plan:
    """Read everything that a run of this call needs."""
    run = last_run(session, call_id)
    return Plan(
        call_id=call_id,
        started_at=utc_now(),
        last_run_id=run.id if run else None,
        material=material.read(session, call_id),
        before=standing.read(session, call_id, run),
    )


def compute(plan: Plan) -> Result:
    """Find the themes and what each of them was called before; touches no database."""
    documents = plan.material.documents
    model = ThemeModel(seed=SEED, read_whole=READ_WHOLE).fit(documents)
    # Copies of one text share their reasons, so each distinct text is explained once.
    explained: dict[tuple[tuple[str, ...], str | None], list[dict[str, Any]]] = {}
    reasons = []
    for document, place in zip(documents, model.assignments_, strict=True):
        key = (document.words, place.subtheme or place.theme)
        if key not in explained:
            explained[key] = placing.reasons(model, *key)
        reasons.append(explained[key])
    own = heirs.find(plan.before, model.themes_, plan.material.statement_ids, model.assignments_)
    return Result(
        model=model,
        model_bytes=model.to_bytes(),
        places=model.assignments_,
        reasons=tuple(reasons),
        heirs=own,
        dealt=dealing.deal(model, plan.material, model.assignments_, plan.before, own),
        hints=tuple(hinting.find(model, plan.material)),
        together=explain.themes(model, documents),
    )


def is_stale(session: Session, plan: Plan) -> bool:
    """Whether another run of the call was stored since the plan was read."""
    run = last_run(session, plan.call_id)
    return (run.id if run else None) != plan.last_run_id


def store(session: Session, plan: Plan, result: Result) -> Run:
    """Store the run, bring the call's themes up to it, and place every statement."""
    run = _run_row(plan, result)
    session.add(run)
    session.flush()
    statement_ids = plan.material.statement_ids
    own = succession.settle(session, run, result.model.themes_, result.heirs, statement_ids)
    _say_why_together(session, run.id, own, result.together)
    _store_run_places(session, run.id, own, statement_ids, result.places)
    placing.store(session, run.id, list(_places(session, plan, result, own)))
    hinting.store(session, run, result.hints, own)
    return run


def overtaken(session: Session, run: Run) -> list[int]:
    """Submissions that an older model placed while this run was under way."""
    query = (
        select(Statement.submission_id)
        .join(Submission, Submission.id == Statement.submission_id)
        .join(Assignment, Assignment.statement_id == Statement.id)
        .where(
            Submission.call_id == run.call_id,
            material.has_words(),
            Assignment.decided_by.is_(None),
            Assignment.run_id.is_distinct_from(run.id),
        )
        .distinct()
        .order_by(Statement.submission_id)
    )
    return list(session.scalars(query))


def versions(plan_material: Material) -> dict[str, str]:
    """Everything whose change could change the result."""
    return {
        "python": platform.python_version(),
        "analysis": analysis.__version__,
        "scikit-learn": version("scikit-learn"),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
        "janome": version("janome"),
        "word vectors": senses.version(),
        "sentence encoder": encoder.version(),
        "tokenizer": ", ".join(plan_material.tokenizers),
    }


def _run_row(plan: Plan, result: Result) -> Run:
    return Run(
        call_id=plan.call_id,
        started_at=plan.started_at,
        finished_at=utc_now(),
        input_hash=plan.material.hash(),
        statements=len(plan.material.statement_ids),
        submissions=plan.material.submissions,
        parameters={"themes": "auto", "subthemes": "auto", "seed": SEED},
        versions=versions(plan.material),
        choice=asdict(result.model.choice_),
        model=result.model_bytes,
        result_hash=result.hash(plan.material.statement_ids),
    )


def _say_why_together(
    session: Session, run_id: int, own: Mapping[str, int], together: Mapping[str, Together]
) -> None:
    for key, why in together.items():
        told = asdict(why) | {"sibling": own.get(why.sibling) if why.sibling else None}
        session.get_one(RunTheme, (run_id, own[key])).together = told


def _store_run_places(
    session: Session,
    run_id: int,
    own: Mapping[str, int],
    statement_ids: Sequence[int],
    places: Sequence[ModelPlace],
) -> None:
    rows = [
        {
            "run_id": run_id,
            "statement_id": statement_id,
            "theme_id": _theme_of(place, own),
            "confidence": place.confidence,
        }
        for statement_id, place in zip(statement_ids, places, strict=True)
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(RunAssignment), rows[start : start + CHUNK])


def _places(
    session: Session, plan: Plan, result: Result, own: Mapping[str, int]
) -> Iterator[Place]:
    """Where each statement stands now: what staff merged stays merged, what they keep is kept."""
    themes = themes_of(session, plan.call_id)
    now = {key: standing_of(themes, theme_id).id for key, theme_id in own.items()}
    for statement_id, place, reasons in zip(
        plan.material.statement_ids, result.places, result.reasons, strict=True
    ):
        theme_id = result.dealt.get(statement_id) or _theme_of(place, now)
        yield Place(
            statement_id=statement_id,
            theme_id=_now(themes, theme_id),
            runner_up_id=now[place.runner_up] if place.runner_up else None,
            confidence=place.confidence,
            reasons=reasons,
        )


def _now(themes: dict[int, Theme], theme_id: int | None) -> int | None:
    return standing_of(themes, theme_id).id if theme_id is not None else None


def _theme_of(place: ModelPlace, themes: Mapping[str, int]) -> int | None:
    key = place.subtheme or place.theme
    return themes[key] if key else None
