"""Forms of the administrators' pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from feedback.accounts.forms import typed
from feedback.accounts.models import Role
from feedback.accounts.service import LONGEST_LOGIN, LONGEST_NAME

ROLE_CHOICES = [SelectChoice(role.value, role.label) for role in Role]
ROLE_HINTS = {
    Role.STAFF: "意見の仕分け、テーマの整理、回答と報告の下書き",
    Role.APPROVER: "職員の仕事に加え、回答の公開、報告の承認、意見の原文の確認、意見募集の公開",
    Role.CIO: "月次報告とテーマの閲覧",
    Role.ADMINISTRATOR: "職員の登録と役割の管理、意見募集の公開、監査記録の閲覧",
}


class RoleForm(FlaskForm):
    """One role for one government."""

    government = SelectField("自治体", invalid_choice_message="自治体を選んでください。")
    role = SelectField(
        "役割", choices=ROLE_CHOICES, invalid_choice_message="役割を選んでください。"
    )

    def offer(self, governments: Sequence[tuple[str, str]]) -> None:
        """Set the governments to choose from: slug and name."""
        self.government.choices = [SelectChoice(*each) for each in governments]


class MemberForm(RoleForm):
    """A new member of staff with a first role."""

    name = StringField(
        "氏名",
        [
            DataRequired("氏名を入力してください。"),
            Length(max=LONGEST_NAME, message=f"氏名は{LONGEST_NAME}文字以内で入力してください。"),
            Regexp(r"[^\x00-\x1f\x7f]+\Z", message="氏名に使えない文字が含まれています。"),
        ],
        filters=[typed],
    )
    login = StringField(
        "職員ID",
        [
            DataRequired("職員IDを入力してください。"),
            Length(max=LONGEST_LOGIN, message=f"職員IDは{LONGEST_LOGIN}文字以内にしてください。"),
            Regexp(
                r"[A-Za-z0-9][A-Za-z0-9._@-]*\Z",
                message="職員IDには、半角の英数字と . - _ @ だけが使えます。",
            ),
        ],
        description="サインインに使います。半角の英数字で入力します。大文字と小文字は区別しません。",
        filters=[typed],
    )


class EmailForm(FlaskForm):
    """The office's address of a member of staff."""

    email = StringField(
        "メールアドレス（任意）",
        [Length(max=254, message="メールアドレスが長すぎます。")],
        description="期限の近い意見などの件数を、開庁日の朝に1通知らせます。意見の内容は送りません。",
        filters=[typed],
    )


class ExistingMemberForm(RoleForm):
    """A role for somebody who has an account already."""

    login = StringField(
        "登録済みの職員ID", [DataRequired("職員IDを入力してください。")], filters=[typed]
    )
