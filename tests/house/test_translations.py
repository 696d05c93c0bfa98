"""Citizens' pages are whole in every language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from feedback.app import ROOT
from feedback.web.languages import BY_CODE, LANGUAGES, SOURCE
from tests.strict_client import StrictClient

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
KEYWORDS = {"_": None, "gettext": None, "_l": None}
METHODS = [("feedback/**.py", "python"), ("templates/**.html", "jinja2")]


def folder(locale: str) -> Path:
    return ROOT / "translations" / locale / "LC_MESSAGES"


def catalogue(locale: str) -> Catalog:
    with (folder(locale) / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def texts_in_the_source() -> Iterator[str]:
    for part in ("feedback", "templates"):
        methods = [(pattern.removeprefix(f"{part}/"), how) for pattern, how in METHODS]
        for found in extract_from_dir(str(ROOT / part), methods, keywords=KEYWORDS):
            assert isinstance(found[2], str), f"{found[0]}: plural forms are not used here"
            yield found[2]


@pytest.fixture(scope="module")
def sources() -> set[str]:
    return set(texts_in_the_source())


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_every_text_is_translated_and_no_translation_is_left_over(
    language: object, sources: set[str]
) -> None:
    locale = getattr(language, "locale", "")
    translated = {str(message.id) for message in catalogue(locale) if message.id and message.string}
    assert sources - translated == set()
    assert translated - sources == set()


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_placeholders_are_those_of_the_source(language: object) -> None:
    for message in catalogue(getattr(language, "locale", "")):
        wanted = sorted(PLACEHOLDER.findall(str(message.id)))
        assert sorted(PLACEHOLDER.findall(str(message.string))) == wanted or not message.id
        assert not message.fuzzy or not message.id, message.id


@pytest.mark.parametrize("language", TRANSLATED, ids=lambda each: each.code)
def test_what_the_program_reads_is_what_translators_wrote(language: object) -> None:
    locale = getattr(language, "locale", "")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(locale))
    shipped = (folder(locale) / "messages.mo").read_bytes()
    assert shipped == compiled.getvalue(), "run: pybabel compile -d translations"


def test_translations_into_other_scripts_hold_no_japanese() -> None:
    kana = re.compile(r"[ぁ-ゖァ-ヺ]")
    for locale in ("en", "zh", "ko"):
        left = [message.id for message in catalogue(locale) if kana.search(str(message.string))]
        assert left == [], locale


def test_plain_japanese_is_a_language_of_its_own(app: Flask) -> None:
    with app.test_request_context("/"), force_locale(BY_CODE["ja-easy"].locale):
        assert gettext("今後の方針") == "これからすること"
    with app.test_request_context("/"), force_locale(SOURCE.locale):
        assert gettext("今後の方針") == "今後の方針"


@pytest.mark.parametrize(
    ("code", "tag", "words"),
    [
        ("ja", "ja", "ページが見つかりません"),
        ("ja-easy", "ja", "ページがありません"),
        ("en", "en", "Page not found"),
        ("zh", "zh-Hans", "找不到页面"),
        ("ko", "ko", "페이지를 찾을 수 없습니다"),
    ],
)
def test_a_page_comes_in_the_language_that_was_chosen(
    client: StrictClient, code: str, tag: str, words: str
) -> None:
    answer = client.get(f"/no-such-page?lang={code}")
    assert words in answer.text
    assert f'<html lang="{tag}"' in answer.text


def test_the_choice_is_remembered_and_staff_pages_stay_japanese(client: StrictClient) -> None:
    client.get("/no-such-page?lang=en")
    assert "Page not found" in client.get("/another").text
    assert "職員サインイン" in client.get("/staff/sign-in").text


def test_a_browsers_language_is_the_first_guess(client: StrictClient) -> None:
    korean = client.get("/x", headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"})
    assert "페이지를 찾을 수 없습니다" in korean.text
    other = client.get("/x", headers={"Accept-Language": "fr"})
    assert "ページが見つかりません" in other.text
