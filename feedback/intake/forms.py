"""The citizen's form（意見フォーム）: its fields, choices and messages. Rules live in rules.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from feedback.calls.models import Municipality
from feedback.calls.service import CallPage
from feedback.intake import before_sending, service, words
from feedback.intake.models import AgeBand, Kind, Relation
from feedback.intake.rules import Draft, Problem
from feedback.web.languages import Language

Value = TypeVar("Value", bound=StrEnum)

_FORM_ID = re.compile(r"[A-Za-z0-9_-]{32}")


def _required(field: str) -> DataRequired:
    return DataRequired(words.PROBLEMS[field, "missing"])


class OpinionForm(FlaskForm):
    """One opinion. Choices are checked by the rules, so that each has its own message."""

    government = RadioField(
        _l("ご意見を届ける先"), [_required("government")], validate_choice=False
    )
    initiative = SelectField(
        _l("どの取組についてのご意見ですか"), [_required("initiative")], validate_choice=False
    )
    kind = RadioField(_l("ご意見の種類"), [_required("kind")], validate_choice=False)
    title = StringField(_l("題名"), description=_l("短くまとめると、伝わりやすくなります。"))
    body = TextAreaField(
        _l("ご意見"),
        [_required("body")],
        description=_l(
            "いつ、どこで、何に困ったか、どうなるとよいかを具体的に書いていただけると助かります。"
            "お名前や電話番号など、個人が分かることは書かないでください。"
        ),
    )
    municipality = SelectField(_l("お住まい・お勤め・通学先の市区町村"), validate_choice=False)
    age_band = SelectField(_l("年代"), validate_choice=False)
    relation = RadioField(_l("その市区町村とのつながり"), validate_choice=False)
    consents_to_publish = BooleanField(
        _l("ご意見の文章を、個人が分からない形で公表してもよい"),
        description=_l(
            "公表した文章は、出典を示せばだれでも使えるオープンデータ（CC BY 4.0）になります。"
            "選ばない場合も、職員がすべて読み、件数や分析には含めます。"
        ),
    )
    contact_name = StringField(_l("お名前"), render_kw={"autocomplete": "name"})
    contact_email = StringField(
        _l("メールアドレス"),
        description=_l("返信を希望する方だけ入力してください。暗号化して保管し、公表しません。"),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    form_id = HiddenField()

    def offer(self, call: CallPage, language: Language) -> None:
        """Fill in the choices of a call, in a language."""
        self.government.choices = [
            (each.slug, words.GOVERNMENTS[each.slug]) for each in call.governments
        ]
        self.initiative.choices = [
            SelectChoice("", words.CHOOSE),
            *_initiatives(call, language.code),
        ]
        self.kind.choices = list(words.KINDS.items())
        self.age_band.choices = [("", words.NO_ANSWER), *words.AGE_BANDS.items()]
        self.relation.choices = [("", words.NO_ANSWER), *words.RELATIONS.items()]
        if self.relation.data is None:
            self.relation.data = ""
        # Anything else could be shared by two people, who would then share a receipt.
        if not _FORM_ID.fullmatch(self.form_id.data or ""):
            self.form_id.data = service.new_form_id()

    def offer_municipalities(
        self, call: CallPage, municipalities: Sequence[Municipality], language: Language
    ) -> None:
        """Fill in the longest list, which only a page that shows the form needs."""
        self.municipality.choices = [
            SelectChoice("", words.NO_ANSWER),
            *_municipalities(call, municipalities, language.code),
        ]

    def tidy(self, draft: Draft) -> None:
        """Go on with the words as they are counted and kept."""
        self.title.data = draft.title
        self.body.data = draft.body
        self.contact_name.data = draft.contact_name
        self.contact_email.data = draft.contact_email

    def hide_personal_data(self) -> None:
        """Put the name of its kind in place of each personal part of the text."""
        self.title.data = before_sending.without_personal_data(self.title.data or "")
        self.body.data = before_sending.without_personal_data(self.body.data or "")

    def draft(self, call_id: int, language: Language) -> tuple[Draft, tuple[Problem, ...]]:
        """What was filled in, and which choices are not ours."""
        kind, age_band, relation = (
            _member(Kind, self.kind.data),
            _member(AgeBand, self.age_band.data),
            _member(Relation, self.relation.data),
        )
        chosen = {"kind": kind, "age_band": age_band, "relation": relation}
        forged = [
            Problem(field, "unknown")
            for field, member in chosen.items()
            if self[field].data and member is None
        ]
        draft = Draft(
            call_id=call_id,
            government=self.government.data or "",
            initiative=self.initiative.data or "",
            kind=kind or Kind.REQUEST,
            title=self.title.data or "",
            body=self.body.data or "",
            consents_to_publish=bool(self.consents_to_publish.data),
            language=language.code,
            municipality=self.municipality.data or None,
            age_band=age_band,
            relation=relation,
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
        )
        return draft, tuple(forged)

    def show(self, problems: Iterable[Problem]) -> None:
        """Put problems beside their fields, in words; a field that has one already keeps it."""
        for problem in problems:
            if not self[problem.field].errors:
                self[problem.field].errors = [self._words_for(problem)]

    def _words_for(self, problem: Problem) -> str:
        text = words.PROBLEMS.get((problem.field, problem.code))
        if text is None:
            return str(_("入力し直してください。"))
        if problem.code == "of_another_government":
            chosen = _chosen(self.initiative)
            return str(text) % {"initiative": chosen.label, "owner": chosen.optgroup}
        if problem.field == "body" and problem.code != "missing":
            # Without a script there is no live counter: the answer itself says how far it is.
            length = f"{len(self.body.data or ''):,}"
            now = _("現在%(length)s文字です。", length=length)
            return f"{text}{now}"
        return str(text)

    def forget_expiry(self) -> bool:
        """Whether the page had expired; that alone is not a mistake of the person's."""
        was_expired = bool(self.csrf_token.errors)
        self.csrf_token.errors = []
        return was_expired


def _member(enum: type[Value], text: str | None) -> Value | None:
    return enum(text) if text in set(enum) else None


def _chosen(field: SelectField) -> SelectChoice:
    chosen: SelectChoice = next(each for each in field.choices if each.value == field.data)
    return chosen


def _initiatives(call: CallPage, language: str) -> list[SelectChoice]:
    """By government in their order; what belongs to all comes last."""
    groups = [(each.slug, words.GOVERNMENTS[each.slug]) for each in call.governments]
    return [
        SelectChoice(each.slug, each.name_in(language), optgroup=str(label))
        for slug, label in (*groups, (None, words.INITIATIVES_OF_ALL))
        for each in call.initiatives
        if each.government_slug == slug
    ]


def _municipalities(
    call: CallPage, municipalities: Sequence[Municipality], language: str
) -> list[SelectChoice]:
    """By prefecture in their order, with the reading for scripts."""
    groups = [(each.slug, str(words.GOVERNMENTS[each.slug])) for each in call.governments]
    return [
        SelectChoice(each.code, _municipality_name(each, language), {"data-kana": each.kana}, label)
        for slug, label in groups
        for each in municipalities
        if each.government_slug == slug
    ]


def _municipality_name(municipality: Municipality, language: str) -> str:
    match language:
        case "ja":
            return municipality.name
        case "ja-easy":
            return f"{municipality.name}（{municipality.kana}）"
        case _:
            return f"{municipality.name_en}（{municipality.name}）"
