"""Nobody is shown by name where there is anybody else to quote."""

from analysis import minority, pipeline
from analysis.campaigns import find_campaigns
from analysis.personal import personal_data
from analysis.themes import ThemeModel
from tests.analysis.texts import SUBJECTS

NAMED = [
    "図書館の予約の件で 090-1234-5678 までお電話ください。図書館の予約をスマホにしてほしい。",
    "鷹匠の田中健二です。tanaka@example.com 宛に庁舎の鳩を追う鷹の訓練計画を送ってください。",
]


def test_who_gives_a_number_or_an_address_is_not_quoted():
    texts = [*(text for texts in SUBJECTS.values() for text in texts), *NAMED]
    pieces = pipeline.read(texts, whole=True)
    documents = pipeline.documents(pieces, find_campaigns(texts))
    model = ThemeModel(themes=6).fit(documents)
    assert all(personal_data(text) for text in NAMED)
    quoted = [quote.text for theme in model.themes_ for quote in theme.quotes]
    assert len(quoted) > 12
    assert not set(NAMED) & set(quoted)
    assert not any(documents[one.document].text in NAMED for one in minority.find(model, documents))
