"""How a theme may be split, as the machine proposes it to one person; nothing changes yet.

All of the theme's statements are looked at; rows are only those that the person may decide about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import splitting
from analysis.themes import Document
from feedback.calls.models import governments_of
from feedback.screening.models import Statement
from feedback.theming import guards, members, naming
from feedback.theming.errors import SplitRefused
from feedback.theming.members import Member, Row
from feedback.theming.models import Theme, ThemeState
from feedback.web.actor import Actor
from feedback.web.errors import NotFound

QUOTES = 3
#: A person waits for the proposal: four thousand take a second.
MOST_STATEMENTS = 20_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """One part as the machine proposes it."""

    number: int
    """From 1."""
    name: str
    keywords: tuple[str, ...]
    quote_ids: tuple[int, ...]
    rows: tuple[Row, ...]
    """The least sure first."""
    closeness: Mapping[str, float]
    """Row → how near it lies to the middle of the part."""
    others: tuple[int, ...]
    """Statements that this person may not decide about."""

    @property
    def statements(self) -> int:
        """How many statements would go along."""
        return sum(len(row.members) for row in self.rows) + len(self.others)


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a theme may be split."""

    theme: Theme
    parts: tuple[ProposedPart, ...]
    separation: float
    tried: tuple[tuple[int, float], ...]
    upto: int
    fingerprint: str
    """Says whether the proposal is still the one that was seen."""
    texts: Mapping[int, str]

    @property
    def other_statements(self) -> int:
        """Statements that other governments decide about."""
        return sum(len(part.others) for part in self.parts)

    @property
    def rows(self) -> dict[str, Row]:
        """Every row by its key."""
        return {row.key: row for part in self.parts for row in part.rows}

    @property
    def part_of(self) -> dict[str, int]:
        """Row → the number of the part it is proposed for."""
        return {row.key: part.number for part in self.parts for row in part.rows}


def propose(
    session: Session,
    theme_id: int,
    parts: int | None,
    *,
    actor: Actor,
    upto: int | None = None,
) -> Proposal:
    """Look how a theme may be split, without doing it.

    Raises:
        NotFound: when there is no such theme.
        NotPermitted: when the actor edits themes for no government of its call.
        SplitRefused: when there is too little to split, or too much to look at.
    """
    theme = session.get(Theme, theme_id) if theme_id <= guards.LARGEST_ID else None
    if theme is None:
        raise NotFound(f"theme {theme_id}")
    guards.demand_editing(session, theme.call_id, actor)
    if theme.state is not ThemeState.OPEN:
        raise SplitRefused("このテーマは今はありません。")
    family = guards.family_of(session, theme.id)
    upto = members.newest(session, family) if upto is None else upto
    every = [each.slug for each in governments_of(session, theme.call_id)]
    inside = members.members_of(session, family, governments=every, upto=upto)
    if len(inside) > MOST_STATEMENTS:
        raise SplitRefused(
            f"このテーマには意見文が{len(inside):,}文あり、一度に分けられる"
            f"{MOST_STATEMENTS:,}文を超えています。小テーマごとに分けてください。"
        )
    documents, texts = _documents(session, inside)
    found = splitting.propose(documents, parts)
    reach = members.within_reach(actor)
    proposed = tuple(
        _proposed(number, part, inside, reach) for number, part in enumerate(found.parts, start=1)
    )
    return Proposal(
        theme, proposed, found.separation, found.tried, upto, _fingerprint(proposed), texts
    )


def _documents(session: Session, inside: Sequence[Member]) -> tuple[list[Document], dict[int, str]]:
    said: dict[int, tuple[str, list[str]]] = {}
    ids = [member.statement_id for member in inside]
    for start in range(0, len(ids), CHUNK):
        query = select(Statement.id, Statement.text, Statement.words).where(
            Statement.id.in_(ids[start : start + CHUNK])
        )
        said |= {row.id: (row.text, row.words) for row in session.execute(query)}
    documents = [
        Document(
            said[each.statement_id][0],
            tuple(said[each.statement_id][1]),
            each.submission_id,
            each.campaign_id,
            each.is_original,
        )
        for each in inside
    ]
    return documents, {key: text for key, (text, _) in said.items()}


def _proposed(
    number: int, part: splitting.Part, inside: Sequence[Member], reach: frozenset[str]
) -> ProposedPart:
    near = {
        inside[at].statement_id: cosine
        for at, cosine in zip(part.members, part.closeness, strict=True)
    }
    own = [inside[at] for at in part.members if inside[at].government in reach]
    # A campaign may say two things, so that it has a row in more than one part.
    rows = [replace(row, key=f"{row.key}p{number}") for row in members.rows_of(own)]
    closeness = {row.key: min(near[each] for each in row.statement_ids) for row in rows}
    quotable = [inside[quote.document] for quote in part.theme.quotes]
    quotes = [each.statement_id for each in quotable if each.government in reach]
    for row in sorted(rows, key=lambda row: (-closeness[row.key], row.key)):
        if len(quotes) < QUOTES and not set(quotes) & set(row.statement_ids):
            quotes.append(row.spoken[0])
    return ProposedPart(
        number=number,
        name=part.theme.label[: naming.NAME_CHARACTERS],
        keywords=part.theme.keywords,
        quote_ids=tuple(quotes[:QUOTES]),
        rows=tuple(sorted(rows, key=lambda row: (closeness[row.key], row.key))),
        closeness=closeness,
        others=tuple(
            inside[at].statement_id for at in part.members if inside[at].government not in reach
        ),
    )


def _fingerprint(parts: Iterable[ProposedPart]) -> str:
    content = [[[*row.statement_ids] for row in part.rows] + [[*part.others]] for part in parts]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
