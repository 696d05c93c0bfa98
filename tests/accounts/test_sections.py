"""Sections（課）, kept by administrators, and the address for the daily digest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from feedback.accounts import members, sections
from feedback.accounts import service as accounts
from feedback.accounts.models import Role, Staff, active_sections, sections_with
from feedback.audit.models import AuditEntry
from feedback.storage import Database
from feedback.web.actor import NotPermitted
from feedback.web.errors import NotFound
from tests.strict_client import StrictClient, text_of
from tests.triage.builders import a_member, an_actor

SignIn = Callable[..., StrictClient]


def test_an_administrator_makes_moves_and_closes_sections(database: Database) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session:
        first = sections.add_section(session, "tokyo", " 広報課 ", actor=admin)
        second = sections.add_section(session, "tokyo", "デジタル課", actor=admin)
        assert list(active_sections(session, "tokyo").values()) == ["広報課", "デジタル課"]
        sections.change_section(
            session, second.id, name="デジタル戦略課", position=0, is_active=True, actor=admin
        )
        assert list(active_sections(session, "tokyo").values()) == ["デジタル戦略課", "広報課"]
        sections.change_section(
            session, first.id, name="広報課", position=1, is_active=False, actor=admin
        )
        assert list(active_sections(session, "tokyo").values()) == ["デジタル戦略課"]
        with pytest.raises(sections.SectionNameRefused, match="すでにあります"):
            sections.add_section(session, "tokyo", "広報課", actor=admin)
        with pytest.raises(NotPermitted):
            sections.add_section(session, "chiba", "広報課", actor=admin)


def test_only_those_who_work_for_the_government_sit_in_its_section(database: Database) -> None:
    admin = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session:
        section = sections.add_section(session, "tokyo", "広報課", actor=admin)
        own, cio = a_member(session, "担当"), a_member(session, "統括", Role.CIO)
        stranger = a_member(session, "千葉", Role.STAFF, "chiba")
        sections.set_members(session, section.id, [own.id], actor=admin)
        assert [each.name for each in sections_with(session, own.id)] == ["広報課"]
        for outsider in (cio, stranger):
            with pytest.raises(sections.OutsiderRefused):
                sections.set_members(session, section.id, [own.id, outsider.id], actor=admin)
        sections.set_members(session, section.id, [], actor=admin)
        assert sections_with(session, own.id) == []
        events = list(session.scalars(sa.select(AuditEntry.event)))
        assert events.count("accounts.section_members_set") == 2


def test_sections_in_a_browser(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        a_member(session, "担当 花子")
    admin = sign_in(Role.ADMINISTRATOR)
    url = "/staff/sections"
    assert "課の名称を入力" in admin.post_form(url, {"government": "tokyo", "name": ""}).text
    assert admin.post_form(url, {"government": "tokyo", "name": "広報課"}).status_code == 302
    tree = admin.page(url)
    link = next(each.get("href") for each in tree.iter("a") if text_of(each) == "広報課")
    assert link is not None
    page = admin.page(link)
    person = next(each.get("value") for each in page.iter("input") if each.get("name") == "members")
    form = {"name": "広報広聴課", "position": "3", "is_active": "y", "members": [person]}
    assert admin.post_form(link, {**form, "position": "x"}).status_code == 200
    assert admin.post_form(link, form).status_code == 302
    assert "広報広聴課" in admin.get(f"/staff/members/{person}").text
    other = sign_in(Role.ADMINISTRATOR, "chiba")
    assert other.get(link).status_code == 404
    assert sign_in(Role.STAFF).get(url).status_code == 403


def test_the_address_of_a_member_is_theirs_alone_to_be_refused(
    database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        person = a_member(session, "担当 花子").id
        both = a_member(session, "兼務", Role.STAFF, "chiba")
        accounts.give_role(session, both, Role.STAFF, "tokyo", actor=None)
        both_id = both.id
    admin = sign_in(Role.ADMINISTRATOR)
    url = f"/staff/members/{person}"
    admin.post_form(f"{url}/email", {"email": "not an address"}, page_url=url)
    assert "メールアドレスの形になっていません" in admin.get(url).text
    admin.post_form(f"{url}/email", {"email": " hanako@example.lg.jp "}, page_url=url)
    with database.reading() as session:
        assert session.get_one(Staff, person).email == "hanako@example.lg.jp"
        logged = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.event == "accounts.email_set")
        ).one()
        assert "hanako@" not in str(logged.details)
    admin.post_form(f"{url}/email", {"email": ""}, page_url=url)
    actor = an_actor(database, "管理", Role.ADMINISTRATOR)
    with database.transaction() as session:
        assert session.get_one(Staff, person).email is None
        with pytest.raises(members.BelongsElsewhere):
            members.set_email(session, both_id, "a@example.jp", actor=actor)
        with pytest.raises(NotFound):
            members.set_email(session, 987654, "a@example.jp", actor=actor)
