"""A theme's page quotes each voice once."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from feedback.accounts.models import Role
from feedback.screening.models import Statement
from feedback.storage import Database
from feedback.theming import service as theming
from feedback.theming.models import Assignment, Theme
from tests.builders import a_call
from tests.strict_client import StrictClient, text_of
from tests.theming.builders import a_campaign, bodies, opinions, standing_themes


def test_copies_of_one_text_are_quoted_once(
    database: Database, work: Callable[[], int], sign_in: Callable[..., StrictClient]
) -> None:
    with database.transaction() as session:
        call = a_call(session)
        opinions(session, call, bodies(10), government="tokyo")
        theming.enqueue_run(session, call.id, None)
    work()
    with database.reading() as session:
        theme_id = standing_themes(session)[0].id
        inside = session.execute(
            sa.select(Statement.submission_id, Statement.text)
            .join(Assignment, Assignment.statement_id == Statement.id)
            .join(Theme, Theme.id == Assignment.theme_id)
            .where(sa.or_(Theme.id == theme_id, Theme.parent_id == theme_id))
            .order_by(Statement.id)
        ).all()
    client = sign_in(Role.STAFF, "tokyo")

    def quoted() -> list[str]:
        page = client.page(f"/staff/themes/{theme_id}")
        return [text_of(each) for each in page.findall(".//blockquote")]

    assert len(quoted()) == 3
    said_alone = {row.text for row in inside if row.submission_id == inside[0].submission_id}
    copies = sorted({row.submission_id for row in inside} - {inside[0].submission_id})
    with database.transaction() as session:
        a_campaign(session, call, copies)
    after = quoted()
    assert len(after) == 2
    assert len(said_alone & set(after)) == 1
