"""Type in what came on paper: sheet by sheet, fast, and twice where that is wished.

Errors::

    PaperError
    ├── SheetsDiffer   the second typing differs from the first; both are given
    └── SheetGone      somebody else has typed the sheet a second time, or withdrawn it
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from feedback.audit import service as audit
from feedback.calendar import JST
from feedback.intake import receipts, service
from feedback.intake.models import AgeBand, Channel, Kind, Relation, Submission
from feedback.intake.paper_models import (
    PaperBundle,
    PaperSheet,
    bundles_of,
    last_number,
    sheet_by_form,
    sheet_of,
    waiting_sheets,
)
from feedback.intake.rules import Draft, rules_of
from feedback.intake.service import DraftWrong
from feedback.storage import utc_now
from feedback.web.actor import Actor
from feedback.web.errors import NotFound
from feedback.web.permissions import Permission

LONGEST_LABEL = 60

OPENED = audit.declare("intake.bundle_opened", "紙の束の入力を始めた", "call", "channel")
TYPED = audit.declare("intake.sheet_stored", "紙の意見を登録した", "bundle", "sheet")
WITHDRAWN = audit.declare("intake.sheet_withdrawn", "紙の意見の入力を取り下げた", "bundle", "sheet")


class PaperError(Exception):
    """A sheet was not stored; the text is for the reader."""


class SheetGone(PaperError):
    """Somebody else has typed the sheet a second time, or withdrawn it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"{number}番の用紙は、すでに登録されたか、取り下げられています。")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on one sheet."""

    body: str
    title: str
    initiative: str
    kind: Kind
    municipality: str | None
    age_band: AgeBand | None
    relation: Relation | None
    consents_to_publish: bool
    contact_name: str
    contact_email: str


class SheetsDiffer(PaperError):
    """The second typing differs from the first; both are given."""

    def __init__(self, first: Sheet, second: Sheet, differing: Sequence[str]) -> None:
        super().__init__(
            "1回目の入力と違うところがあります。用紙を見て、正しい方に直してください。"
        )
        self.first = first
        self.second = second
        self.fields = tuple(differing)


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """What holds for all sheets of a bundle."""

    label: str
    call_id: int
    government: str
    channel: Channel
    initiative: str
    kind: Kind
    received_on: date
    is_typed_twice: bool


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle in the list."""

    bundle: PaperBundle
    waiting: int
    stored: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a typed sheet."""

    number: int
    receipt_number: str | None
    """As people see it; None while the sheet waits for the second time."""


def open_bundle(session: Session, facts: BundleFacts, *, actor: Actor) -> PaperBundle:
    """Begin a bundle.

    Raises:
        NotPermitted: when the actor takes in nothing for the government.
    """
    actor.demand(Permission.IMPORT_OPINIONS, facts.government)
    bundle = PaperBundle(
        label=" ".join(facts.label.split())[:LONGEST_LABEL],
        call_id=facts.call_id,
        government_slug=facts.government,
        channel=facts.channel,
        initiative_slug=facts.initiative,
        kind=facts.kind,
        received_on=facts.received_on,
        is_typed_twice=facts.is_typed_twice,
        staff_id=actor.id,
        staff_name=actor.name,
        created_at=utc_now(),
    )
    session.add(bundle)
    session.flush()
    audit.record(
        session,
        OPENED,
        actor=actor,
        subject=f"bundle:{bundle.id}",
        government=bundle.government_slug,
        call=bundle.call_id,
        channel=bundle.channel.value,
    )
    return bundle


def list_bundles(session: Session, *, actor: Actor) -> list[BundleRow]:
    """The bundles of the actor's governments, newest first."""
    found = bundles_of(session, actor.governments(Permission.IMPORT_OPINIONS))
    return [BundleRow(*each) for each in found]


def bundle_of(session: Session, bundle_id: int, *, actor: Actor) -> PaperBundle:
    """A bundle that the actor may type.

    Raises:
        NotFound: when there is none.
    """
    bundle = session.get(PaperBundle, bundle_id)
    if bundle is None or not actor.may(Permission.IMPORT_OPINIONS, bundle.government_slug):
        raise NotFound(f"bundle {bundle_id}")
    return bundle


def type_sheet(
    session: Session, bundle_id: int, sheet: Sheet, form_id: str, *, contact_key: str, actor: Actor
) -> Typed:
    """Take a sheet in: as a submission, or to be typed a second time.

    The same page sent again is the same sheet.

    Raises:
        DraftWrong: when the sheet breaks the rules.
    """
    bundle = _locked(session, bundle_id, actor)
    form_key = _key("sheet", form_id)
    known = sheet_by_form(session, form_key)
    if known is not None:
        return _typed(session, known)
    _demand_right(session, bundle, sheet)
    row = PaperSheet(
        bundle_id=bundle.id,
        number=last_number(session, bundle.id) + 1,
        form_key=form_key,
        typed=_plain(sheet),
        typed_by=actor.id,
        typed_at=utc_now(),
    )
    session.add(row)
    session.flush()
    if not bundle.is_typed_twice:
        _store(session, bundle, row, sheet, contact_key, actor)
    return _typed(session, row)


def type_again(
    session: Session,
    bundle_id: int,
    number: int,
    sheet: Sheet,
    *,
    is_settled: bool,
    contact_key: str,
    actor: Actor,
) -> Typed:
    """Compare the second typing with the first, and store the sheet when they say the same.

    ``is_settled``: the person has seen the differences and says that this is what the sheet says.

    Raises:
        SheetGone: when the sheet does not wait any more.
        SheetsDiffer: when the two differ and it is not settled.
        DraftWrong: when the sheet breaks the rules.
    """
    bundle = _locked(session, bundle_id, actor)
    row = sheet_of(session, bundle_id, number)
    if row is None or row.typed is None:
        raise SheetGone(number)
    _demand_right(session, bundle, sheet)
    first = _sheet(row.typed)
    differing = _differences(first, sheet)
    if differing and not is_settled:
        raise SheetsDiffer(first, sheet, differing)
    _store(session, bundle, row, sheet, contact_key, actor)
    return _typed(session, row)


def next_waiting(session: Session, bundle_id: int, *, actor: Actor) -> int | None:
    """The number of the sheet to type again next: one that somebody else typed comes first."""
    bundle_of(session, bundle_id, actor=actor)
    waiting = waiting_sheets(session, bundle_id)
    ordered = sorted(waiting, key=lambda each: (each.typed_by == actor.id, each.number))
    return ordered[0].number if ordered else None


def withdraw(session: Session, bundle_id: int, number: int, *, actor: Actor) -> None:
    """Take back a sheet that waits, typed by mistake; it never became an opinion.

    Raises:
        SheetGone: when it does not wait any more.
    """
    bundle = _locked(session, bundle_id, actor)
    row = sheet_of(session, bundle_id, number)
    if row is None or row.typed is None:
        raise SheetGone(number)
    session.delete(row)
    _record(session, WITHDRAWN, bundle, number, actor)


def draft_of(bundle: PaperBundle, sheet: Sheet) -> Draft:
    """The sheet as an opinion."""
    return Draft(
        call_id=bundle.call_id,
        government=bundle.government_slug,
        initiative=sheet.initiative,
        kind=sheet.kind,
        title=sheet.title,
        body=sheet.body,
        consents_to_publish=sheet.consents_to_publish,
        municipality=sheet.municipality,
        age_band=sheet.age_band,
        relation=sheet.relation,
        contact_name=sheet.contact_name,
        contact_email=sheet.contact_email,
    )


def _store(
    session: Session,
    bundle: PaperBundle,
    row: PaperSheet,
    sheet: Sheet,
    contact_key: str,
    actor: Actor,
) -> None:
    submission = service.submit(
        session,
        draft_of(bundle, sheet),
        idempotency_key=_key("paper", row.form_key),
        contact_key=contact_key,
        channel=bundle.channel,
        received_at=_noon(bundle.received_on),
    )
    row.typed = None
    row.submission_id = submission.id
    session.flush()
    _record(session, TYPED, bundle, row.number, actor)


def _demand_right(session: Session, bundle: PaperBundle, sheet: Sheet) -> None:
    rules = rules_of(session, bundle.call_id)
    _, problems = service.check(rules, draft_of(bundle, sheet), bundle.channel)
    if problems:
        raise DraftWrong(problems)


def _differences(first: Sheet, second: Sheet) -> list[str]:
    """The fields that differ, blanks and line breaks apart: nobody sees those on paper."""
    return [
        field.name
        for field in fields(Sheet)
        if _bare(getattr(first, field.name)) != _bare(getattr(second, field.name))
    ]


def _bare(value: object) -> object:
    return "".join(value.split()) if type(value) is str else value


def _plain(sheet: Sheet) -> dict[str, object]:
    return asdict(sheet)


def _sheet(typed: dict[str, object]) -> Sheet:
    age, relation = typed["age_band"], typed["relation"]
    return Sheet(
        body=str(typed["body"]),
        title=str(typed["title"]),
        initiative=str(typed["initiative"]),
        kind=Kind(str(typed["kind"])),
        municipality=str(typed["municipality"]) if typed["municipality"] else None,
        age_band=AgeBand(str(age)) if age else None,
        relation=Relation(str(relation)) if relation else None,
        consents_to_publish=bool(typed["consents_to_publish"]),
        contact_name=str(typed["contact_name"]),
        contact_email=str(typed["contact_email"]),
    )


def _typed(session: Session, row: PaperSheet) -> Typed:
    if row.submission_id is None:
        return Typed(row.number, None)
    submission = session.get_one(Submission, row.submission_id)
    return Typed(row.number, receipts.display(submission.receipt_number))


def _locked(session: Session, bundle_id: int, actor: Actor) -> PaperBundle:
    bundle = bundle_of(session, bundle_id, actor=actor)
    return session.get_one(PaperBundle, bundle.id, with_for_update=True)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=JST).astimezone(UTC)


def _key(*parts: str) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _record(
    session: Session, event: audit.Event, bundle: PaperBundle, number: int, actor: Actor
) -> None:
    audit.record(
        session,
        event,
        actor=actor,
        subject=f"bundle:{bundle.id}",
        government=bundle.government_slug,
        bundle=bundle.id,
        sheet=number,
    )
