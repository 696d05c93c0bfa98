"""The seed data of the calls room: municipalities, governments and initiatives."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "feedback" / "calls" / "data"
FILES = ("municipalities.csv", "governments.csv", "initiatives.csv")
HIRAGANA = re.compile(r"[ぁ-ゖー]+")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KINDS = {
    "特別区": ("区", "く", "City"),
    "市": ("市", "し", "City"),
    "町": ("町", "まち", "Town"),
    "村": ("村", "むら", "Village"),
}
MUNICIPALITIES_PER_PREFECTURE = {"11": 63, "12": 54, "13": 62, "14": 33}
LANGUAGES = ("", "_en", "_easy", "_zh", "_ko")


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def check_digit(code: str) -> int:
    """The sixth digit of a local government code (総務省「全国地方公共団体コード」)."""
    weighted = sum(
        int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True)
    )
    return (11 - weighted % 11) % 10


@pytest.fixture(scope="module")
def municipalities() -> list[dict[str, str]]:
    return read("municipalities.csv")


@pytest.fixture(scope="module")
def governments() -> list[dict[str, str]]:
    return read("governments.csv")


@pytest.fixture(scope="module")
def initiatives() -> list[dict[str, str]]:
    return read("initiatives.csv")


@pytest.mark.parametrize("name", FILES)
def test_files_are_plain_utf8_with_lf_and_full_rows(name: str) -> None:
    raw = (DATA / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    header, *rows = csv.reader(raw.decode("utf-8").splitlines(), strict=True)
    assert {len(row) for row in rows} == {len(header)}
    assert all(cell == cell.strip() for row in rows for cell in row)


@pytest.mark.parametrize(
    ("code", "digit"),
    [
        ("131016", 6),  # 千代田区
        ("141003", 3),  # 横浜市
        ("130001", 1),  # 東京都: the weighted sum leaves 10
        ("131041", 1),  # 新宿区: it leaves 0, so 11, written 1
        ("132080", 0),  # 調布市: it leaves 1, so 10, written 0
    ],
)
def test_the_check_digit_formula(code: str, digit: int) -> None:
    assert check_digit(code) == digit


def test_every_municipality_of_the_four_prefectures_is_listed(
    municipalities: list[dict[str, str]],
) -> None:
    assert Counter(row["prefecture"] for row in municipalities) == MUNICIPALITIES_PER_PREFECTURE
    assert len(municipalities) == 212


def test_the_four_prefectures_have_as_many_of_each_kind_as_they_should(
    municipalities: list[dict[str, str]],
) -> None:
    assert Counter((row["prefecture"], row["kind"]) for row in municipalities) == {
        ("11", "市"): 40,
        ("11", "町"): 22,
        ("11", "村"): 1,
        ("12", "市"): 37,
        ("12", "町"): 16,
        ("12", "村"): 1,
        ("13", "特別区"): 23,
        ("13", "市"): 26,
        ("13", "町"): 5,
        ("13", "村"): 8,
        ("14", "市"): 19,
        ("14", "町"): 13,
        ("14", "村"): 1,
    }


def test_municipality_codes_are_well_formed_unique_and_in_official_order(
    municipalities: list[dict[str, str]],
) -> None:
    codes = [row["code"] for row in municipalities]
    assert codes == sorted(set(codes))
    for row in municipalities:
        assert re.fullmatch(r"\d{6}", row["code"], re.ASCII), row
        assert row["code"].startswith(row["prefecture"]), row
        assert int(row["code"][5]) == check_digit(row["code"]), row


def test_a_designated_city_is_one_entry_without_its_wards(
    municipalities: list[dict[str, str]],
) -> None:
    names = {row["code"]: row["name"] for row in municipalities}
    assert {names[code] for code in ("111007", "121002", "141003", "141305", "141500")} == {
        "さいたま市",
        "千葉市",
        "横浜市",
        "川崎市",
        "相模原市",
    }
    wards = [row["name"] for row in municipalities if row["name"].endswith("区")]
    assert all(code.startswith("131") for code, name in names.items() if name in wards)


def test_names_are_unique_within_a_prefecture(municipalities: list[dict[str, str]]) -> None:
    # The kind keeps 三郷市 from 美里町 and 豊島区 from 利島村 in kana and English.
    for column in ("name", "kana", "name_en"):
        keys = [(row["prefecture"], row[column]) for row in municipalities]
        assert len(keys) == len(set(keys)), column


def test_name_kana_and_english_name_agree_on_the_kind(
    municipalities: list[dict[str, str]],
) -> None:
    for row in municipalities:
        written, read_aloud, english = KINDS[row["kind"]]
        assert row["name"].endswith(written), row
        assert HIRAGANA.fullmatch(row["kana"]), row
        assert row["kana"].endswith(read_aloud), row
        assert re.fullmatch(rf"[A-Z][a-z]+ {english}", row["name_en"]), row


def test_hiragana_in_a_name_is_read_as_written(municipalities: list[dict[str, str]]) -> None:
    for row in municipalities:
        for part in HIRAGANA.findall(row["name"]):
            assert part in row["kana"], row


def test_each_prefecture_is_a_government_and_the_region_has_no_code(
    governments: list[dict[str, str]],
) -> None:
    codes = {row["slug"]: row["code"] for row in governments}
    assert codes == {
        "tokyo": "130001",
        "saitama": "110001",
        "chiba": "120006",
        "kanagawa": "140007",
        "region": "",
    }
    for code in filter(None, codes.values()):
        assert int(code[5]) == check_digit(code)


def test_every_municipality_lies_in_a_government(
    municipalities: list[dict[str, str]], governments: list[dict[str, str]]
) -> None:
    prefectures = {row["code"][:2] for row in governments if row["code"]}
    assert {row["prefecture"] for row in municipalities} == prefectures


def test_governments_are_named_and_ordered(governments: list[dict[str, str]]) -> None:
    orders = [int(row["order"]) for row in governments]
    assert orders == sorted(set(orders))
    for row in governments:
        assert SLUG.fullmatch(row["slug"]), row
        assert HIRAGANA.fullmatch(row["kana"]), row
        assert row["name"].startswith(row["short_name"]), row
        assert row["name_en"].isascii(), row
        assert row["name_en"], row


def test_every_initiative_belongs_to_a_government_and_other_to_none(
    initiatives: list[dict[str, str]], governments: list[dict[str, str]]
) -> None:
    per_government = Counter(row["government"] for row in initiatives)
    assert set(per_government) - {""} == {row["slug"] for row in governments}
    assert per_government == {
        "tokyo": 4,
        "saitama": 2,
        "chiba": 3,
        "kanagawa": 4,
        "region": 6,
        "": 1,
    }
    assert [row["slug"] for row in initiatives if not row["government"]] == ["other"]


def test_an_initiatives_slug_is_unique_and_begins_with_its_government(
    initiatives: list[dict[str, str]],
) -> None:
    slugs = [row["slug"] for row in initiatives]
    assert len(slugs) == len(set(slugs))
    for row in initiatives:
        assert SLUG.fullmatch(row["slug"]), row
        assert row["slug"].startswith(row["government"]), row


def test_initiatives_are_in_order_and_other_comes_last(
    initiatives: list[dict[str, str]],
) -> None:
    orders = [int(row["order"]) for row in initiatives]
    assert orders == sorted(set(orders))
    assert initiatives[-1]["slug"] == "other"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_initiative_speaks_every_language(
    initiatives: list[dict[str, str]], language: str
) -> None:
    scripts = {"_zh": r"[一-鿿]", "_ko": r"[가-힣]", "_en": r"[A-Za-z]"}
    script = re.compile(scripts.get(language, r"[ぁ-ヿ]"))
    full_stop = "." if language in ("_en", "_ko") else "。"
    for row in initiatives:
        assert row[f"name{language}"], row["slug"]
        assert script.search(row[f"description{language}"]), row["slug"]
        assert row[f"description{language}"].endswith(full_stop), row["slug"]


def test_no_japanese_kana_is_left_in_a_translation(initiatives: list[dict[str, str]]) -> None:
    kana = re.compile(r"[ぁ-ゖァ-ヺ]")
    for row in initiatives:
        for language in ("_en", "_zh", "_ko"):
            assert not kana.search(row[f"name{language}"] + row[f"description{language}"]), row


def test_a_description_is_one_sentence_and_easy_japanese_stays_short(
    initiatives: list[dict[str, str]],
) -> None:
    for row in initiatives:
        assert row["description"].count("。") == 1, row["slug"]
        for sentence in row["description_easy"].split("。"):
            assert len(sentence) <= 50, (row["slug"], sentence)
