"""A made-up installation with any number of submissions, written straight into the tables.

Realistic where the queue can feel it: four prefectures and the region of unequal size, two years
with the newest months fullest, paper that was typed in late, one mass post of a twentieth of
everything and hundreds of small ones, forty themes with subthemes, words as uneven as in real
texts (``synthetic``), older cases further on than new ones. The same number gives the same data.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analysis.tokens import tokenizer
from benchmarks import synthetic
from feedback.accounts import service as accounts
from feedback.accounts.models import Role
from feedback.calls import service as calls
from feedback.calls.models import all_governments, all_initiatives, all_municipalities
from feedback.storage import Database
from feedback.triage import search

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAYS = 730
CHUNK = 20_000
STAFF_EACH = 4
PASSWORD = "correct horse battery"
GOVERNMENTS = {"tokyo": 44, "kanagawa": 20, "saitama": 19, "chiba": 15, "region": 2}
KINDS = {"request": 45, "problem": 25, "proposal": 18, "question": 8, "praise": 4}
CHANNELS = {"form": 78, "email": 10, "paper": 8, "phone": 3, "sns": 1}
AGES = {"30s": 18, "40s": 20, "50s": 18, "60s": 12, "20s": 10, "70s": 8, "under20": 3, "80plus": 2}
TAGS = {"要確認": 300, "担当課へ照会": 2000, "良い事例": 50_000}
CLOSINGS = (
    "スマートフォンからオンラインで申請できるようにしてください。",
    "窓口の待ち時間を短くしてほしいです。",
    "マイナンバーカードがなくても使えるようにしてください。",
    "よろしくお願いします。",
    "手続きが複雑で高齢の親には難しいと感じます。",
    "押印を廃止してください。",
    "現金しか使えないのは不便です。",
    "職員の方の説明が丁寧で助かりました。",
    "個人情報の扱いが心配です。",
    "予約の仕組みを見直してください。",
    "紙の書類も残してください。",
    "結果を公表してください。",
)
URGENT, PERSONAL, NOTHING = 0.004, 0.12, 0.03


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text and the words under which it is found."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """One submission with all that the machine and staff made of it."""

    id: int
    text: str
    words: tuple[str, ...]
    government: str
    initiative: str
    kind: str
    channel: str
    municipality: str | None
    age: str | None
    received_at: datetime
    is_urgent: bool
    has_personal_data: bool
    is_set_aside: bool
    campaign: int | None
    status: str
    themes: tuple[tuple[int | None, float, bool], ...]
    """For each of its statements: theme, confidence, whether staff decided."""
    due_on: date | None
    assignee: int | None
    tags: tuple[str, ...]


class World:
    """The made-up installation of one size."""

    def __init__(self, size: int, *, top_themes: int = 40, subthemes: int = 5) -> None:
        self.size = size
        self.top_themes = top_themes
        self.subthemes = subthemes
        self.initiatives: dict[str, list[str]] = {}
        self.municipalities: dict[str, list[str]] = {}
        self.staff: dict[str, list[int]] = {}

    @cached_property
    def bodies(self) -> list[Sentence]:
        """The texts that opinions are made of."""
        return _read(synthetic.statements(min(60_000, max(2_000, self.size // 10)), seed=1))

    @cached_property
    def tails(self) -> list[Sentence]:
        """Single sentences, each known by a place and a facility."""
        texts = synthetic.statements(min(20_000, max(1_000, self.size // 20)), seed=2)
        return _read([text.split("。")[0] + "。" for text in texts])

    @cached_property
    def closings(self) -> list[Sentence]:
        """How opinions end; the first ones far more often."""
        return _read(CLOSINGS)

    @cached_property
    def campaigns(self) -> list[int]:
        """The size of each mass post."""
        dice = random.Random(5)
        sizes = [self.size // 20]
        sizes += [max(3, int(self.size * dice.uniform(0.0005, 0.004))) for _ in range(20)]
        sizes += [dice.randint(3, 60) for _ in range(max(10, self.size // 1000))]
        return sizes

    @cached_property
    def theme_ids(self) -> list[int]:
        """Every subtheme; ids are given in order, each top theme before its own."""
        step = self.subthemes + 1
        return [
            top * step + 1 + child
            for top in range(self.top_themes)
            for child in range(1, self.subthemes + 1)
        ]

    def campaign_of(self) -> list[int | None]:
        """For each submission in order, the mass post it belongs to; each comes in a wave."""
        dice = random.Random(6)
        found: list[int | None] = [None] * self.size
        for number, size in enumerate(self.campaigns):
            wave = max(size * 3, 60)
            start = dice.randrange(max(1, self.size - wave))
            for at in dice.sample(range(start, min(self.size, start + wave)), size):
                found[at] = number
        return found

    def submissions(self) -> Iterator[Made]:
        """Everything, oldest arrival first."""
        dice = random.Random(7)
        campaign_of = self.campaign_of()
        posts = [(dice.choice(self.bodies), dice.choice(self.tails)) for _ in self.campaigns]
        for at in range(self.size):
            yield self._one(at, campaign_of[at], posts, dice)

    def _one(
        self,
        at: int,
        campaign: int | None,
        posts: Sequence[tuple[Sentence, Sentence]],
        dice: random.Random,
    ) -> Made:
        body, tail = dice.choice(self.bodies), dice.choice(self.tails)
        if campaign is not None:
            body, known = posts[campaign]
            tail = known if dice.random() < 0.8 else tail
        closing = _drawn(self.closings, dice)
        age = 1 - (at / self.size) ** 0.7
        received = NOW - timedelta(days=age * DAYS, seconds=dice.randrange(7200))
        channel = _weighted(CHANNELS, dice)
        if channel == "paper":
            received -= timedelta(days=dice.randrange(40))
        government = _weighted(GOVERNMENTS, dice)
        status = _status(age, dice)
        is_set_aside = campaign is None and dice.random() < NOTHING
        staff = self.staff.get(government)
        works = staff and status != "new" and dice.random() < 0.5
        return Made(
            id=at + 1,
            text=body.text + tail.text + closing.text,
            words=tuple(sorted({*body.words, *tail.words, *closing.words})),
            government=government,
            initiative="other"
            if dice.random() < 0.1
            else _drawn(self.initiatives[government], dice),
            kind=_weighted(KINDS, dice),
            channel=channel,
            municipality=_drawn(self.municipalities[government], dice)
            if dice.random() < 0.7 and self.municipalities.get(government)
            else None,
            age=_weighted(AGES, dice) if dice.random() < 0.8 else None,
            received_at=received,
            is_urgent=dice.random() < URGENT,
            has_personal_data=dice.random() < PERSONAL,
            is_set_aside=is_set_aside,
            campaign=campaign,
            status="closed" if is_set_aside else status,
            themes=() if is_set_aside else self._themes(campaign, status, dice),
            due_on=(received + timedelta(days=14)).date() if dice.random() < 0.05 else None,
            assignee=dice.choice(staff) if works and staff else None,
            tags=tuple(tag for tag, every in TAGS.items() if dice.randrange(every) == 0),
        )

    def _themes(
        self, campaign: int | None, status: str, dice: random.Random
    ) -> tuple[tuple[int | None, float, bool], ...]:
        is_decided = status in ("themed", "answered") and dice.random() < 0.9
        found = []
        for _ in range(2):
            theme = _drawn(self.theme_ids, dice)
            if campaign is not None:
                theme = self.theme_ids[campaign * 7 % len(self.theme_ids)]
            confidence = round(dice.betavariate(5, 2), 4)
            placed = None if not is_decided and confidence < 0.4 else theme
            found.append((placed, confidence, is_decided))
        return tuple(found)


def _read(texts: Sequence[str]) -> list[Sentence]:
    engine = tokenizer()
    return [Sentence(text, search.index_words("", text, engine)) for text in texts]


_HEIGHTS: dict[int, list[float]] = {}


def _drawn(things: Sequence[Any], dice: random.Random) -> Any:
    """One of the things; the first ones more often (Zipf)."""
    if len(things) not in _HEIGHTS:
        _HEIGHTS[len(things)] = list(accumulate(1 / (1 + at) ** 0.8 for at in range(len(things))))
    return dice.choices(things, cum_weights=_HEIGHTS[len(things)])[0]


def _weighted(shares: dict[str, int], dice: random.Random) -> str:
    return dice.choices(list(shares), list(shares.values()))[0]


def _status(age: float, dice: random.Random) -> str:
    """How far a case has come: the old ones are mostly dealt with, last month's mostly new."""
    if dice.random() > min(0.97, age * 2):
        return "reading" if dice.random() < 0.08 else "new"
    return dice.choices(("answered", "themed", "closed", "reading", "new"), (50, 35, 8, 3, 4))[0]


def build(database: Database, world: World, say: Callable[[str], None]) -> None:
    """Write the whole world into a migrated, empty database."""
    with database.transaction() as session:
        call_id = _frame(session, world)
    write = _insert_many if database.is_sqlite else _copy
    made = world.submissions()
    while chunk := list(islice(made, CHUNK)):
        with database.transaction() as session:
            for table, columns, rows in _tables(chunk, call_id):
                write(session, table, columns, rows)
            if database.is_sqlite:
                search.index(session, (_entry(m) for m in chunk))
            else:
                _copy_index(session, [_entry(m) for m in chunk])
        say(f"{chunk[-1].id:,} submissions")
    with database.transaction() as session:
        for table, columns, rows in _campaigns(world, call_id):
            write(session, table, columns, rows)


def _frame(session: Session, world: World) -> int:
    """The call, the people and the themes."""
    governments = [each.slug for each in all_governments(session)]
    call = calls.publish_call(
        session,
        slug="benchmark",
        opens_at=NOW - timedelta(days=DAYS + 60),
        closes_at=None,
        words={"ja": calls.CallWords(title="意見募集", question="ご意見は。", description="。")},
        governments=governments,
        initiatives=[each.slug for each in all_initiatives(session)],
    )
    for initiative in all_initiatives(session):
        if initiative.government_slug:
            world.initiatives.setdefault(initiative.government_slug, []).append(initiative.slug)
    for place in all_municipalities(session):
        world.municipalities.setdefault(place.government_slug, []).append(place.code)
    for government in governments:
        world.staff[government] = [
            _member(session, government, number) for number in range(1, STAFF_EACH + 1)
        ]
    subjects = [sentence.text[:20] for sentence in world.tails]
    step = world.subthemes + 1
    session.flush()
    session.execute(
        sa.text(
            "INSERT INTO themes (id, call_id, parent_id, label, keywords, quote_ids, state,"
            " created_at, answer_states, version)"
            " VALUES (:id, :call, :parent, :label, '[]', '[]', 'open', :now, '{}', 1)"
        ),
        [
            {
                "id": at + 1,
                "call": call.id,
                "parent": None if at % step == 0 else at - at % step + 1,
                "label": f"{subjects[at % len(subjects)]}{at}",
                "now": NOW if session.get_bind().dialect.name != "sqlite" else _moment(NOW),
            }
            for at in range(world.top_themes * step)
        ],
    )
    return call.id


def _member(session: Session, government: str, number: int) -> int:
    staff = accounts.add_staff(
        session,
        login=f"{government}-{number}",
        name=f"{government} {number}番",
        password=PASSWORD,
        actor=None,
        must_change_password=False,
    )
    accounts.give_role(session, staff, Role.STAFF, government, actor=None)
    return staff.id


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


Table = tuple[str, str, Iterable[tuple[Any, ...]]]


def _tables(chunk: Sequence[Made], call_id: int) -> Iterator[Table]:
    yield (
        "submissions",
        "id receipt_number idempotency_key call_id government_slug initiative_slug kind"
        " municipality_code age_band consents_to_publish language channel received_at",
        ((m.id, f"{m.id:012d}", f"b{m.id}", call_id, m.government, m.initiative, m.kind,
          m.municipality, m.age, True, "ja", m.channel, m.received_at) for m in chunk),
    )  # fmt: skip
    yield (
        "screenings",
        "submission_id title body language is_withheld is_set_aside is_urgent urgent_kinds"
        " set_aside_evidence rules version has_personal_data screened_at",
        ((m.id, "", m.text, "ja", False, m.is_set_aside, m.is_urgent, "[]", "[]", "", 1,
          m.has_personal_data, m.received_at) for m in chunk),
    )  # fmt: skip
    yield (
        "statements",
        "id submission_id position start end text words tokenizer",
        ((m.id * 2 + place, m.id, place, 0, 1, m.text[:40], "[]", "mecab")
         for m in chunk for place in range(2)),
    )  # fmt: skip
    yield (
        "assignments",
        "statement_id theme_id proposed_theme_id confidence reasons decided_by teaches",
        ((m.id * 2 + place, theme, theme, confidence, "[]", "田中" if decided else None, 0.0)
         for m in chunk for place, (theme, confidence, decided) in enumerate(m.themes)),
    )  # fmt: skip
    yield (
        "cases",
        "submission_id status assignee_id due_on version opened_at updated_at government_slug"
        " initiative_slug kind channel received_at is_urgent is_set_aside has_personal_data"
        " has_unthemed leads leads_in_status",
        ((m.id, m.status, m.assignee, m.due_on, 1, m.received_at, m.received_at, m.government,
          m.initiative, m.kind, m.channel, m.received_at, False, False, False, False, True, True)
         for m in chunk),
    )  # fmt: skip
    yield "case_tags", "submission_id tag", ((m.id, tag) for m in chunk for tag in m.tags)


def _campaigns(world: World, call_id: int) -> Iterator[Table]:
    members = [(at, n + 1, 1.0) for at, n in enumerate(world.campaign_of(), 1) if n is not None]
    first = {number: at for at, number, _ in reversed(members)}
    yield (
        "campaigns",
        "id call_id representative_id size first_seen_at",
        [(n, call_id, first[n], size, NOW) for n, size in enumerate(world.campaigns, 1)],
    )
    yield "campaign_members", "submission_id campaign_id similarity", members


def _insert_many(
    session: Session, table: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    raw: Any = session.connection().connection.driver_connection
    marks = ", ".join("?" * len(columns.split()))
    raw.executemany(
        f"INSERT INTO {table} ({_names(columns)}) VALUES ({marks})",
        (tuple(_for_sqlite(each) for each in row) for row in rows),
    )


def _copy(session: Session, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    raw: Any = session.connection().connection.driver_connection
    with raw.cursor().copy(f"COPY {table} ({_names(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _entry(made: Made) -> search.Entry:
    return search.Entry(made.id, made.words, search.pairs(made.text))


def _copy_index(session: Session, entries: Sequence[search.Entry]) -> None:
    """As ``search.index`` does it, in bulk."""
    for table, name in ((search.WORDS, "words"), (search.PAIRS, "pairs")):
        rows = ((each.submission_id, _lexemes(getattr(each, name))) for each in entries)
        _copy(session, table, f"submission_id {name}", rows)


def _lexemes(words: Sequence[str]) -> str:
    escaped = (word.replace("\\", "\\\\").replace("'", "''") for word in words)
    return " ".join(f"'{word}'" for word in escaped)


def _names(columns: str) -> str:
    return ", ".join(f'"{name}"' for name in columns.split())


def _for_sqlite(value: Any) -> Any:
    return (
        _moment(value)
        if isinstance(value, datetime)
        else (value.isoformat() if isinstance(value, date) else value)
    )
