"""A learner files into known themes, says how surely, and is honest about what is new."""

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis import calibration, meanings, pipeline
from analysis.learner import Hint, Known, Learner
from analysis.meanings import Meanings
from analysis.results import Document

PATH = Path(__file__).parent.parent / "data/filed_opinions.csv"
THEMES = (
    "公共Wi-Fiの整備",
    "現金払いの存続",
    "高齢者のスマートフォン教室",
    "オープンデータの公開",
    "チャットボットの回答の質",
    "公共施設予約システムの改善",
)


def rows() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def some(*themes: str) -> tuple[list[Document], list[str]]:
    kept = [row for row in rows() if row["theme"] in themes]
    pieces = pipeline.read([row["text"] for row in kept], whole=True)
    return [Document(one.text, one.words, one.row) for one in pieces], [r["theme"] for r in kept]


def known(*names: str) -> list[Known]:
    return [Known(one.text, one.text, one.words) for one in pipeline.read(names, whole=True)]


def first_ones(labels: list[str], number: int) -> list[str | None]:
    seen: dict[str, int] = {}
    told: list[str | None] = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        told.append(label if seen[label] <= number else None)
    return told


def quick(documents: list[Document]) -> Meanings:
    """Without the slow encoder, as on a machine that has none."""
    return meanings.read([one.text for one in documents], second=False)


@pytest.fixture(scope="module")
def filed() -> tuple[list[Document], list[str]]:
    return some(*THEMES)


@pytest.fixture(scope="module")
def taught(filed: tuple[list[Document], list[str]]) -> Learner:
    documents, labels = filed
    told = first_ones(labels, 3)
    return Learner().fit(documents, told, known(*THEMES), read=quick(documents))


def accuracy(learner: Learner, labels: list[str], told: list[str | None]) -> float:
    asked = [at for at, theme in enumerate(told) if theme is None]
    right = [learner.proposals_[at].theme == labels[at] for at in asked if learner.proposals_[at]]
    return sum(right) / len(asked)


def test_three_decisions_a_theme_file_most_of_the_rest(filed, taught):
    _documents, labels = filed
    assert accuracy(taught, labels, first_ones(labels, 3)) >= 0.8


def test_more_decisions_teach_more_and_none_leave_the_names(filed):
    documents, labels = filed
    read = quick(documents)
    found = []
    for number in (0, 1, 10):
        told = first_ones(labels, number)
        learner = Learner().fit(documents, told, known(*THEMES), read=read)
        found.append(accuracy(learner, labels, told))
    assert found[0] >= 0.5
    assert found[0] <= found[1] + 0.05
    assert found[1] < found[2]


def test_equal_decisions_give_equal_bytes(filed, taught):
    documents, labels = filed
    again = Learner().fit(documents, first_ones(labels, 3), known(*THEMES), read=quick(documents))
    assert again.to_bytes() == taught.to_bytes()
    assert again.proposals_ == taught.proposals_


def test_what_was_written_and_read_again_says_the_same(filed, taught):
    documents, _ = filed
    opened = Learner.from_bytes(taught.to_bytes())
    assert opened.place(documents, quick(documents)) == list(taught.proposals_)
    assert opened.to_bytes() == taught.to_bytes()
    words = documents[0].words
    assert opened.explain(words, THEMES[0]) == taught.explain(words, THEMES[0])


def test_a_proposal_shows_its_evidence(filed, taught):
    documents, labels = filed
    told = first_ones(labels, 3)
    at = told.index(None)
    proposal = taught.proposals_[at]
    assert proposal is not None
    assert 0 < proposal.confidence <= 1
    assert len(proposal.others) == 4
    assert proposal.confidence >= proposal.others[0][1] >= proposal.others[1][1]
    evidence = [taught.examples_[near] for near in proposal.nearest]
    assert evidence
    assert all(told[example] == proposal.theme for example in evidence)
    strongest = taught.explain(documents[at].words, proposal.theme)[0]
    assert strongest.weight > 0


def test_a_decision_teaches_nothing_about_what_is_decided(filed, taught):
    _documents, labels = filed
    told = first_ones(labels, 3)
    decided = np.array([theme is not None for theme in told])
    assert not taught.teaches_[decided].any()
    assert (taught.teaches_[~decided] > 0).all()
    assert (taught.teaches_ <= 1).all()


def test_two_equal_doubts_are_not_both_asked_first(filed):
    documents, labels = filed
    twin = Document(documents[0].text + "ぜひ。", documents[0].words, 999)
    told: list[str | None] = [None, *first_ones(labels, 3)[1:], None]
    learner = Learner().fit(
        [*documents, twin], told, known(*THEMES), read=quick([*documents, twin])
    )
    # Equal words stand in the learning once, so that the copy is not asked at all.
    assert learner.teaches_[-1] == 0


def test_what_resembles_nothing_known_is_offered_as_a_new_theme(filed):
    new = "マイナ保険証の不具合と資格確認書"
    documents, labels = some(*THEMES, new)
    told = [theme if theme != new else None for theme in first_ones(labels, 4)]
    learner = Learner().fit(documents, told, known(*THEMES), read=quick(documents))
    groups = [[labels[at] for at in group.documents] for group in learner.emerging_]
    assert any(group.count(new) >= 3 and group.count(new) / len(group) >= 0.8 for group in groups)
    assert all(group.voices >= 3 and group.label for group in learner.emerging_)


def test_a_campaign_is_no_crowd(filed):
    new = "マイナ保険証の不具合と資格確認書"
    documents, labels = some(*THEMES, new)
    documents = [
        Document(one.text, one.words, one.submission, 1 if label == new else None)
        for one, label in zip(documents, labels, strict=True)
    ]
    told = [theme if theme != new else None for theme in first_ones(labels, 4)]
    learner = Learner().fit(documents, told, known(*THEMES), read=quick(documents))
    for group in learner.emerging_:
        assert [labels[at] for at in group.documents].count(new) <= 1


def test_the_last_run_gives_a_hint_where_nothing_was_decided(filed):
    documents, labels = filed
    themes = [Known(theme, "") for theme in THEMES]
    nothing: list[str | None] = [None] * len(documents)
    hints = [Hint(label, 0.9) for label in labels]
    learner = Learner().fit(documents, nothing, themes, hints=hints, read=quick(documents))
    assert accuracy(learner, labels, nothing) >= 0.8


def test_one_theme_and_no_theme(filed):
    documents, _labels = filed
    few = documents[:5]
    learner = Learner().fit(few, [None] * 5, known(THEMES[0]), read=quick(few))
    assert {each.theme for each in learner.proposals_ if each} == {THEMES[0]}
    with pytest.raises(ValueError, match="no theme"):
        Learner().fit(few, [None] * 5, [], read=quick(few))


def test_texts_without_words_are_placed_nowhere(filed, taught):
    assert taught.predict([Document("Hello", (), 0)]) == [None]
    assert taught.predict([Document("！！", (), 0), filed[0][0]])[1] in THEMES


def test_what_the_encoders_say_is_kept_without_loss(filed):
    documents, _ = filed
    read = quick(documents[:3])
    again = Meanings.from_rows([*read.to_rows(), None])
    assert np.array_equal(again.whole[:3], read.whole)
    assert not again.whole[3].any()


def test_the_line_lies_where_nearly_all_are_right():
    sure = np.linspace(0, 1, 101)
    right = sure > 0.5
    line = calibration.trusted_from(sure, right)
    assert line is not None
    assert 0.46 < line <= 0.51
    assert right[sure >= line].mean() >= 0.95
    assert calibration.trusted_from(sure, np.zeros(101, dtype=bool)) is None
    assert calibration.trusted_from(sure[:5], np.ones(5, dtype=bool)) is None


def test_an_honest_confidence_has_no_calibration_error():
    generator = np.random.default_rng(0)
    sure = generator.random(20_000)
    assert calibration.calibration_error(sure, generator.random(20_000) < sure) < 0.02
    assert calibration.calibration_error(sure, np.zeros(20_000, dtype=bool)) > 0.4


def test_the_filed_opinions_are_what_their_readme_says():
    found = rows()
    sizes: dict[str, int] = {}
    for row in found:
        sizes[row["theme"]] = sizes.get(row["theme"], 0) + 1
    assert list(found[0]) == ["id", "theme", "voice", "text"]
    assert len(sizes) == 40
    assert min(sizes.values()) >= 20
    assert len({row["text"] for row in found}) == len(found)
    assert {row["voice"] for row in found} == set("abcdefg")
    described = PATH.with_name("README.md").read_text(encoding="utf-8")
    assert f"{len(found)} invented opinions" in described
