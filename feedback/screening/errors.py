"""What staff may be told when a change of screening is refused.

Errors, each with words for the reader::

    ScreeningError
    ├── ScreeningChanged   somebody else changed it meanwhile; nothing was overwritten
    ├── SelectionRefused   there is nothing in the selection, or it is masked already
    ├── WordsNotFound      the words to mask do not stand in the text
    └── KindRefused        a kind that there is not
"""

from __future__ import annotations


class ScreeningError(Exception):
    """A change was refused; the text is for the reader."""


class ScreeningChanged(ScreeningError):
    """Somebody else changed it meanwhile; nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、ほかの職員がこの意見の確認結果を変更しました。今の内容を確かめて、もう一度操作してください。"
        )


class SelectionRefused(ScreeningError):
    """There is nothing in the selection, or it is masked already."""


class WordsNotFound(ScreeningError):
    """The words to mask do not stand in the text."""

    def __init__(self) -> None:
        super().__init__(
            "入力した文言は、表示している文章の中に見つかりません。文字の全角・半角や改行も、表示のとおりに入力してください。"
        )


class KindRefused(ScreeningError):
    """A kind that there is not."""

    def __init__(self) -> None:
        super().__init__("種類を選んでください。")
