"""File new statements with what was learnt from staff, where a call has a learner."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis import meanings
from analysis.learner import Learner, Proposal
from analysis.results import Document
from feedback.theming import learning
from feedback.theming.learnt import Learnt, learnt_of
from feedback.theming.material import Piece
from feedback.theming.models import Theme, ThemeState, standing, themes_of
from feedback.theming.placing import Place

_KEPT = 4

_opened: OrderedDict[str, Learner] = OrderedDict()
_opening = Lock()


@dataclass(frozen=True, slots=True)
class Filer:
    """What was learnt of a call, and the themes as they stand."""

    learner: Learner
    example_ids: Sequence[int]
    themes: Mapping[str, int]

    def file(self, pieces: Sequence[Piece], places: Sequence[Place]) -> list[Place]:
        """Put statements where the learner says; one that it cannot read stays in its place."""
        documents = [Document(each.text, each.words, each.submission_id) for each in pieces]
        read = meanings.read([each.text for each in pieces])
        found = self.learner.place(documents, read)
        return [
            self._place(piece, place, proposal)
            for piece, place, proposal in zip(pieces, places, found, strict=True)
        ]

    def _place(self, piece: Piece, place: Place, proposal: Proposal | None) -> Place:
        theme_id = self.themes.get(proposal.theme) if proposal else None
        if proposal is None or theme_id is None:
            return place
        second = proposal.others[0][0] if proposal.others else ""
        return replace(
            place,
            theme_id=theme_id,
            runner_up_id=self.themes.get(second),
            confidence=proposal.confidence,
            reasons=learning.reasons(self.learner, piece.words, proposal.theme),
            evidence=[self.example_ids[at] for at in proposal.nearest],
            teaches=1 - proposal.confidence,
        )


def filer_of(session: Session, call_id: int) -> Filer | None:
    """The call's filer; None before staff have decided enough."""
    learnt = learnt_of(session, call_id)
    if learnt is None:
        return None
    themes = themes_of(session, call_id)
    return Filer(_learner_of(session, learnt), learnt.example_ids, _standing(themes))


def _standing(themes: dict[int, Theme]) -> dict[str, int]:
    now = {str(each): standing(themes, each) for each in themes}
    return {key: theme.id for key, theme in now.items() if theme.state is ThemeState.OPEN}


def _learner_of(session: Session, learnt: Learnt) -> Learner:
    """The learner, opened once per process."""
    with _opening:
        if learnt.model_hash not in _opened:
            query = select(Learnt.model).where(Learnt.call_id == learnt.call_id)
            _opened[learnt.model_hash] = Learner.from_bytes(session.scalars(query).one())
            while len(_opened) > _KEPT:
                _opened.popitem(last=False)
        _opened.move_to_end(learnt.model_hash)
        return _opened[learnt.model_hash]
