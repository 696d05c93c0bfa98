import pytest

from analysis.language import guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("押印を廃止してほしい", "ja"),
        ("押印廃止希望", "ja"),
        ("DXを進めて", "ja"),
        ("", "ja"),
        ("😀", "ja"),
        ("Please add English forms.", "en"),
        ("Xin thêm tiếng Việt", "en"),
        ("请增加中文表格", "zh"),
        ("希望能增加中文服務，謝謝你們", "zh"),
        ("한국어로도 신청하고 싶습니다", "ko"),
    ],
)
def test_the_letters_tell_the_language(text, language):
    assert guess_language(text) == language
