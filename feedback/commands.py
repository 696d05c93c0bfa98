"""``python -m feedback …``: what operators and ``make`` call."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from analysis.tokens import tokenizer
from feedback import serve
from feedback import settings as settings_module
from feedback.accounts import service as accounts
from feedback.accounts.models import Role, staff_by_login
from feedback.app import ROOT, create_registry
from feedback.audit import service as audit
from feedback.calls import callfile, population
from feedback.calls import service as calls
from feedback.calls.models import all_governments
from feedback.demo import load, people
from feedback.queue.worker import Worker
from feedback.screening import rescreening
from feedback.settings import Settings, SettingsError
from feedback.storage import Database, utc_now
from feedback.triage import rebuilding


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Meyasubako（目安箱）を動かす命令."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        context.obj = settings_module.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """データベースを最新の形にし、自治体・市区町村・取組の一覧を入れる."""
    prepare_database(settings)
    click.echo("データベースは最新です。")


def prepare_database(settings: Settings) -> None:
    """Bring the schema and the reference data up to date."""
    try:
        serve.check_folder(settings)
        alembic.upgrade(alembic_config(settings.database_url), "head")
        database = Database(settings.database_url)
        with database.transaction() as session:
            calls.load_reference_data(session)
        database.dispose()
    except OperationalError as error:
        raise click.ClickException(str(serve.database_problem(settings, error))) from error
    except serve.CannotStart as error:
        raise click.ClickException(str(error)) from error


def alembic_config(url: str) -> Config:
    """Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(Path(ROOT) / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


@main.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """準備をすべて済ませ、Webサーバーとワーカーを動かす（Ctrl-Cで止まる）."""
    try:
        serve.check_port(settings)
    except serve.CannotStart as error:
        raise click.ClickException(str(error)) from error
    prepare_database(settings)
    if settings.is_demo:
        load_demo(settings)
    sys.exit(serve.Supervisor(settings, lambda: serve.say(_welcome(settings))).run())


@main.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """空のデータベースに見本データを入れる（demoモードのみ）."""
    if not settings.is_demo:
        raise click.ClickException(
            "見本データは MEYASUBAKO_MODE=demo のときだけ入れられます。"
            " / Demo data is for demo mode only."
        )
    prepare_database(settings)
    is_loaded = load_demo(settings)
    click.echo("見本データを入れました。" if is_loaded else "すでにデータがあります。")


def load_demo(settings: Settings) -> bool:
    """Load the demo into an empty database; whether it did."""
    database = Database(settings.database_url)
    try:
        return load.load(database, settings, serve.say)
    finally:
        database.dispose()


def _welcome(settings: Settings) -> str:
    home = serve.address(settings)
    lines = ["", f"  市民のページ  {home}", f"  職員のページ  {home}staff/", ""]
    return "\n".join([*lines, *(people.announcement() if settings.is_demo else [])])


@main.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """ワーカー（分析などの後処理）を動かす."""
    database = Database(settings.database_url)
    Worker(
        database,
        create_registry(settings),
        tokenizer=settings.tokenizer,
        poll_seconds=settings.poll_seconds,
    ).run_forever()
    database.dispose()


@main.command("open-call")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def open_call(settings: Settings, file: Path | None) -> None:
    """意見募集を始める（FILEを省くと、常設の意見募集）."""
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            call = callfile.open_call(session, file or callfile.STANDING_CALL, opens_at=utc_now())
    except callfile.CallFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"意見募集「{call.slug}」を始めました。")


@main.command("load-population")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def load_population(settings: Settings, file: Path) -> None:
    """人口を新しい年のものに替える（FILEは総務省の年齢階級別人口（市区町村別）【総計】のExcel）."""
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            as_of = population.load_workbook_file(session, file)
    except population.PopulationFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"人口を{as_of:%Y年%-m月%-d日}現在のものに替えました。")


@main.command("add-staff")
@click.argument("login")
@click.argument("name")
@click.option("--role", type=click.Choice([each.value for each in Role]), required=True)
@click.option("--government", required=True, help="tokyo・saitama・chiba・kanagawa・region")
@click.password_option(help="最初のパスワード（最初のサインインで変更します）")
@click.pass_obj
def add_staff(
    settings: Settings, login: str, name: str, role: str, government: str, password: str
) -> None:
    """職員を登録する（最初の管理者もこの命令で作る）."""
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            known = [each.slug for each in all_governments(session)]
            if government not in known:
                raise click.ClickException(
                    f"自治体「{government}」はありません。{'・'.join(known)} から選びます。"
                )
            staff = staff_by_login(session, login) or accounts.add_staff(
                session, login=login, name=name, password=password, actor=None
            )
            accounts.give_role(session, staff, Role(role), government, actor=None)
    except accounts.AccountError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"職員ID「{login}」に役割「{Role(role).label}」を与えました。")


@main.command()
@click.option("--all", "everything", is_flag=True, help="新しい規則で確認済みのものも含める")
@click.pass_obj
def rescreen(settings: Settings, *, everything: bool) -> None:
    """今の規則で、届いている意見を確認し直す（職員の判断は変えない）."""
    database = Database(settings.database_url)
    with database.transaction() as session:
        count = rescreening.request(session, everything=everything)
    click.echo(f"{count:,}件の確認のやり直しを予約しました。ワーカーが順に行います。")


@main.command("rebuild-queue")
@click.pass_obj
def rebuild_queue(settings: Settings) -> None:
    """意見一覧の並びと検索の索引を、保存されている意見から作り直す."""
    database = Database(settings.database_url)
    count = rebuilding.rebuild(
        database, tokenizer(settings.tokenizer), lambda done: click.echo(f"{done:,}件…")
    )
    database.dispose()
    click.echo(f"{count:,}件の意見一覧と検索の索引を作り直しました。")


@main.command("verify-audit")
@click.pass_obj
def verify_audit(settings: Settings) -> None:
    """監査記録の連鎖を確かめる（問題があれば終了コード1）."""
    database = Database(settings.database_url)
    with database.reading() as session:
        found = audit.verify(session)
    for problem in found.problems:
        click.echo(problem, err=True)
    click.echo(f"{found.entries}件を確認し、問題は{len(found.problems)}件でした。")
    sys.exit(1 if found.problems else 0)
