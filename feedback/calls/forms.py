"""Forms of calls: they hold shape, ``calls/draft.py`` holds the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from unicodedata import category

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from feedback.calls.draft import PARTS, CallDraft, Choices, Part, Problems, word_field
from feedback.calls.models import SOURCE_LANGUAGE
from feedback.calls.service import CallWords
from feedback.web.fields import DayField
from feedback.web.languages import LANGUAGES, Language

OTHER_LANGUAGES = tuple(each for each in LANGUAGES if each.code != SOURCE_LANGUAGE)
_TITLE, _QUESTION, _DESCRIPTION = PARTS
_HINTS = {
    "title": "意見募集の名前です。一覧とページの見出しになります。",
    "question": "市民に何をたずねるかを、1つの問いで書きます。意見を書く欄の上に表示されます。",
    "description": "募集の趣旨と、いただいた意見をどう使うかを書きます。",
}


class Wanted:
    """Marks a field as 必須; the rules ask for it themselves."""

    field_flags = {"required": True}  # noqa: RUF012 (WTForms reads a class attribute)

    def __call__(self, form: FlaskForm, field: Any) -> None:
        """Accept everything."""


def written(text: str | None) -> str:
    """Words with one kind of line break, without control characters and blanks around them."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each == "\n" or category(each) != "Cc").strip()


def _words(part: Part, language: str) -> StringField | TextAreaField:
    kind = StringField if part is _TITLE else TextAreaField
    is_source = language == SOURCE_LANGUAGE
    return kind(
        part.label,
        [Wanted()] if is_source else [],
        filters=[written],
        description=_HINTS[part.name] if is_source else "",
    )


class StepForm(FlaskForm):
    """The version that was looked at, for a step of one button."""

    version = HiddenField()

    def seen(self) -> int:
        """The version that was sent; 0, which no call has, when there was none."""
        said = next(iter(self.version.raw_data or ()), "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


class CallForm(StepForm):
    """A call; the words of the other languages are added below the class."""

    title_ja = _words(_TITLE, SOURCE_LANGUAGE)
    question_ja = _words(_QUESTION, SOURCE_LANGUAGE)
    description_ja = _words(_DESCRIPTION, SOURCE_LANGUAGE)
    slug = StringField(
        "アドレス",
        [Wanted()],
        filters=[written],
        description="ページのアドレス（/calls/ の後ろ）です。半角の英小文字・数字・ハイフンで"
        "入力します（例：online-2027）。公開した後は変えられません。",
    )
    opens_on = DayField(
        "受付の開始日",
        [Optional(), Wanted()],
        description="この日の午前0時（日本時間）に受付が始まります。",
    )
    closes_on = DayField(
        "受付の最終日",
        [Optional()],
        description="この日の終わり（日本時間の24時）に受付が終わります。"
        "空にすると、期限なしになります。",
    )
    governments = SelectMultipleField(
        "自治体", [Wanted()], invalid_choice_message="自治体を選び直してください。"
    )
    initiatives = SelectMultipleField(
        "取組", [Wanted()], invalid_choice_message="取組を選び直してください。"
    )

    def offer(self, choices: Choices) -> None:
        """Set what there is to choose from."""
        self.governments.choices = [
            SelectChoice(each.slug, each.name) for each in choices.governments
        ]
        self.initiatives.choices = [
            SelectChoice(each.slug, each.name) for each in choices.initiatives
        ]

    def draft(self, before: CallDraft | None = None) -> CallDraft:
        """What was written; what the form does not ask stays as it was before."""
        is_fixed = before is not None and "slug" not in self
        return CallDraft(
            slug=before.slug if before and is_fixed else self.slug.data,
            opens_on=before.opens_on if before and is_fixed else self.opens_on.data,
            closes_on=self.closes_on.data,
            words=self._all_words(),
            governments=tuple(self.governments.data or ()),
            initiatives=tuple(self.initiatives.data or ()),
        )

    def fix(self) -> None:
        """Ask no more for what is fixed once a call is public."""
        del self.slug, self.opens_on

    def show(self, problems: Problems) -> None:
        """Say each problem beside its field; what a field says itself comes first."""
        for name, message in problems.items():
            if name in self and not self[name].errors:
                self[name].errors = [message]

    def is_filled(self, language: Language) -> bool:
        """Whether something was written, or is wrong, in a language."""
        fields = [self[word_field(part.name, language.code)] for part in PARTS]
        return any(each.data or each.errors for each in fields)

    def _all_words(self) -> dict[str, CallWords]:
        every = {
            each.code: CallWords(*(self[word_field(part.name, each.code)].data for part in PARTS))
            for each in LANGUAGES
        }
        empty = CallWords("", "", "")
        return {
            code: words
            for code, words in every.items()
            if code == SOURCE_LANGUAGE or words != empty
        }


for _language in OTHER_LANGUAGES:
    for _part in PARTS:
        setattr(
            CallForm,
            word_field(_part.name, _language.code),
            _words(_part, _language.code),
        )


def values_of(draft: CallDraft) -> dict[str, object]:
    """What the form of a stored call begins with."""
    words = {
        word_field(part.name, language): getattr(texts, part.name)
        for language, texts in draft.words.items()
        for part in PARTS
    }
    return {
        **words,
        "slug": draft.slug,
        "opens_on": draft.opens_on,
        "closes_on": draft.closes_on,
        "governments": list(draft.governments),
        "initiatives": list(draft.initiatives),
    }


def initiative_hints(choices: Choices) -> dict[str, str]:
    """Whose each initiative is, for the line under it."""
    names: dict[str | None, str] = {each.slug: each.name for each in choices.governments}
    names[None] = "すべての自治体"
    return {each.slug: names[each.government_slug] for each in choices.initiatives}


def comparison(mine: CallDraft, now: CallDraft, choices: Choices) -> Sequence[tuple[str, str, str]]:
    """Where what was written differs from what is stored: label, mine, now."""
    rows = [
        (f"{each.label.text}{_language_of(each.name)}", _told(each.name, mine, choices), stored)
        for each in CallForm(formdata=None)
        if (stored := _told(each.name, now, choices)) != _told(each.name, mine, choices)
    ]
    return [(label, one or "（なし）", other or "（なし）") for label, one, other in rows]


def _language_of(field: str) -> str:
    names = {word_field(part.name, each.code): each.name for each in LANGUAGES for part in PARTS}
    return f"（{names[field]}）" if field in names else ""


def _told(field: str, draft: CallDraft, choices: Choices) -> str:
    value = values_of(draft).get(field)
    if isinstance(value, list):
        return "、".join(name for slug, name in choices.names.items() if slug in value)
    return str(value) if value else ""
