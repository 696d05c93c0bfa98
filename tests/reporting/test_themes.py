"""The themes of a month: figures at both levels, what is new, quotes, answers, what is owed."""

from __future__ import annotations

from feedback.answering.models import AnswerState
from feedback.storage import Database
from tests.builders import a_call
from tests.reporting.builders import (
    SEPTEMBER,
    a_busy_october,
    a_campaign,
    a_submission,
    a_theme,
    an_answer,
)
from tests.reporting.test_figures import drafted


def test_themes_come_at_two_levels_with_last_month_beside(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        a_busy_october(session, call)
        found = drafted(session, call)
    payments, wifi = found.themes
    assert payments.name == "手数料のキャッシュレス化"
    assert (payments.figures.submissions, payments.figures.previous_submissions) == (5, 2)
    assert [(child.name, child.figures.submissions) for child in payments.children] == [
        ("証明書の手数料", 4),
        ("駐車場の支払い", 1),
    ]
    assert (wifi.figures.submissions, wifi.figures.voices) == (3, 1)
    assert found.unthemed.submissions == 2


def test_themes_are_ranked_by_voices_not_by_copies(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        copied, plain = a_theme(session, call, "呼びかけ"), a_theme(session, call, "ふつうの声")
        first = a_submission(session, call, "同じ文です。", theme=copied)
        campaign = a_campaign(session, call, first)
        for _ in range(30):
            a_submission(session, call, "同じ文です。", theme=copied, campaign=campaign)
        for number in range(3):
            a_submission(session, call, f"別々の文です {number}", theme=plain)
        a_submission(session, call, "呼びかけとは別の人の言葉です。", theme=copied, confidence=0.1)
        found = drafted(session, call)
    assert [theme.name for theme in found.themes] == ["ふつうの声", "呼びかけ"]
    assert len(found.themes[1].quotes) == 2, "copies do not crowd out the other voice"


def test_a_theme_is_new_only_when_others_were_heard_before(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        themes = a_busy_october(session, call)
        robots = a_theme(session, call, "生成AIの窓口案内")
        a_submission(session, call, "生成AIの案内が間違っていました。", theme=robots)
        a_submission(session, call, "埼玉のWi-Fi", theme=themes["wifi"], government="saitama")
        found = drafted(session, call)
        saitama = drafted(session, call, "saitama")
    is_new = {theme.name: theme.is_new for theme in found.themes}
    assert is_new == {
        "手数料のキャッシュレス化": False,
        "公共Wi-Fiの整備": False,
        "生成AIの窓口案内": True,
    }
    assert found.themes[0].children[1].is_new, "the subtheme on car parks"
    assert not saitama.themes[0].is_new, "nothing came before: everything would be new"


def test_quotes_are_masked_consented_and_one_for_each_voice(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "窓口")
        a_submission(session, call, "断った人の言葉は載せません。", theme=theme, consents=False)
        a_submission(session, call, "窓口に火をつけると書いた文。", theme=theme, is_urgent=True)
        a_submission(session, call, "先月の窓口の話は載せません。", theme=theme, at=SEPTEMBER)
        first = a_submission(session, call, "窓口を夜も開けてほしいと思います。", theme=theme)
        campaign = a_campaign(session, call, first)
        a_submission(
            session, call, "窓口を夜も開けてほしいと思います！", theme=theme, campaign=campaign
        )
        a_submission(session, call, "窓口で【電話番号】を聞かれました。", theme=theme)
        a_submission(session, call, "窓口を夜も開けてほしいと思います。", theme=theme)
        found = drafted(session, call)
    texts = [quote.text for quote in found.themes[0].quotes]
    assert texts == ["窓口を夜も開けてほしいと思います。", "窓口で【電話番号】を聞かれました。"]
    assert found.themes[0].quotes[0].source == "40代・千代田区"
    assert not any("原文" in text for text in texts)


def test_representative_statements_are_quoted_first(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "図書館")
        for number in range(5):
            a_submission(
                session, call, f"図書館の予約を{number}時まで受けてください。", theme=theme
            )
        drafted(session, call)
        theme.quote_ids = [5, 4]
        found = drafted(session, call)
    texts = {quote.text for quote in found.themes[0].quotes[:2]}
    assert texts == {f"図書館の予約を{number}時まで受けてください。" for number in (3, 4)}
    assert len(found.themes[0].quotes) == 3


def test_a_long_quote_is_cut_to_a_paragraph(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        theme = a_theme(session, call, "長文")
        a_submission(session, call, "長い\n文です。" * 100, theme=theme)
        found = drafted(session, call)
    (quote,) = found.themes[0].quotes
    assert len(quote.text) == 240
    assert quote.text.endswith("…")
    assert "\n" not in quote.text


def test_published_answers_stand_with_their_theme(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        themes = a_busy_october(session, call)
        an_answer(session, themes["wifi"], government="region")
        draft = an_answer(session, themes["wifi"], government="tokyo")
        draft.state = AnswerState.DRAFT
        an_answer(session, themes["wifi"], government="saitama")
        found = drafted(session, call)
    payments, wifi = found.themes
    assert [answer.government for answer in payments.answers] == ["東京都"]
    assert payments.answers[0].published_on.isoformat() == "2026-10-10"
    assert [answer.government for answer in wifi.answers] == ["一都三県"]
    assert found.owed == ()


def test_a_theme_without_an_answer_of_its_own_is_owed_one(database: Database) -> None:
    with database.transaction() as session:
        call = a_call(session)
        themes = a_busy_october(session, call)
        office = a_theme(session, call, "庁舎")
        room = a_theme(session, call, "会議室", parent=office)
        a_submission(session, call, "会議室の予約を簡単にしてください。", theme=room)
        an_answer(session, room)
        found = drafted(session, call)
    owed = {each.theme_id: each for each in found.owed}
    assert set(owed) == {themes["wifi"].id, office.id}
    assert owed[themes["wifi"].id].since.isoformat() == "2026-09-10"
    assert not owed[themes["wifi"].id].is_partly_answered
    assert owed[office.id].is_partly_answered
    assert "1テーマの一部に回答を公表し、1テーマはこれから回答します。" in found.summary[2]
