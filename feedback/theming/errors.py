"""What can be refused, each with words for the reader.

::

    ThemeError
    ├── UnknownTheme       the theme is not there, or no longer stands
    ├── StaleTheme         somebody else changed the theme meanwhile
    ├── StaleStatement     the statement has moved meanwhile
    ├── StaleReview        what was to be confirmed is no longer what was seen
    ├── StaleEmerging      somebody decided about the new topic, or it is no longer found
    ├── MergeRefused       these two cannot become one
    ├── SplitRefused       nothing would be split, or not into clean levels
    ├── ParentRefused      the theme cannot stand there
    ├── ApartRefused       the two are kept apart already, or are one
    └── NameRefused        the name is empty, too long or taken
"""

from __future__ import annotations


class ThemeError(Exception):
    """A change of themes was refused; the text is for the reader."""


class UnknownTheme(ThemeError):
    """The theme is not there, or no longer stands."""

    def __init__(self) -> None:
        super().__init__("選んだテーマは今はありません。テーマを選び直してください。")


class StaleTheme(ThemeError):
    """Somebody else changed the theme meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、ほかの職員がこのテーマを変更しました。"
            "最新の内容を確認して、もう一度操作してください。"
        )


class StaleStatement(ThemeError):
    """The statement has moved meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、選んだ意見文のテーマが変わりました。"
            "最新の内容を確認して、もう一度操作してください。"
        )


class StaleReview(ThemeError):
    """What was to be confirmed is no longer what was seen."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、境目より上の意見文が変わりました。まだ何も確定していません。"
            "最新の内容を確認して、もう一度確定してください。"
        )


class StaleEmerging(ThemeError):
    """Somebody decided about the new topic, or it is no longer found."""

    def __init__(self) -> None:
        super().__init__(
            "表示した後に、この話題の候補が変わったか、ほかの職員が決めました。"
            "最新の候補を確認してください。"
        )


class MergeRefused(ThemeError):
    """These two themes cannot become one."""


class SplitRefused(ThemeError):
    """Nothing would be split, or not into clean levels."""


class ParentRefused(ThemeError):
    """The theme cannot stand there."""


class ApartRefused(ThemeError):
    """The two are kept apart already, or are one."""


class NameRefused(ThemeError):
    """The name is empty, too long or taken."""
