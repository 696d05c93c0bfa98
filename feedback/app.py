"""Wire the rooms together and nothing else."""

from __future__ import annotations

from datetime import time
from pathlib import Path

from flask import Flask

from feedback import settings as settings_module
from feedback.accounts import guard, member_views, section_views, token_views
from feedback.accounts import views as accounts_views
from feedback.answering import reply_jobs, reply_views, task_views, template_views, theme_panel
from feedback.answering import views as answering_views
from feedback.audit import views as audit_views
from feedback.calls import names as calls_names
from feedback.calls import views as calls_views
from feedback.intake import (
    api_views,
    import_jobs,
    import_step_views,
    import_views,
    paper_views,
)
from feedback.intake import views as intake_views
from feedback.publishing import open_data_views
from feedback.publishing import views as publishing_views
from feedback.queue.service import Registry
from feedback.reporting import coverage_views
from feedback.reporting import jobs as reporting_jobs
from feedback.reporting import views as reporting_views
from feedback.screening import jobs as screening_jobs
from feedback.screening import mask_views
from feedback.screening import undoing as screening_undoing
from feedback.screening import views as screening_views
from feedback.settings import Settings
from feedback.storage import Database
from feedback.theming import jobs as theming_jobs
from feedback.theming import learning_views as theming_learning_views
from feedback.theming import panels as theming_panels
from feedback.theming import review_views as theming_review_views
from feedback.theming import split_views as theming_split_views
from feedback.theming import undoing as theming_undoing
from feedback.theming import views as theming_views
from feedback.theming import workshop_views as theming_workshop_views
from feedback.triage import acts as triage_acts
from feedback.triage import bulk as triage_bulk
from feedback.triage import deadline_views, handover_views, saved_views
from feedback.triage import jobs as triage_jobs
from feedback.triage import saved as triage_saved
from feedback.triage import views as triage_views
from feedback.undo import views as undo_views
from feedback.undo.service import Undoers
from feedback.web import (
    database as web_database,
)
from feedback.web import errors, filters, health, languages, look_ups, navigation, security
from feedback.web.navigation import Entrance
from feedback.web.permissions import Permission

ROOT = Path(__file__).resolve().parent.parent

BLUEPRINTS = (
    health.blueprint,
    accounts_views.blueprint,
    member_views.blueprint,
    section_views.blueprint,
    deadline_views.blueprint,
    calls_views.blueprint,
    token_views.blueprint,
    audit_views.blueprint,
    undo_views.blueprint,
    intake_views.blueprint,
    import_views.blueprint,
    screening_views.blueprint,
    mask_views.blueprint,
    import_step_views.blueprint,
    api_views.blueprint,
    paper_views.blueprint,
    saved_views.blueprint,
    triage_views.blueprint,
    handover_views.blueprint,
    theming_views.blueprint,
    theming_review_views.blueprint,
    theming_learning_views.blueprint,
    theming_split_views.blueprint,
    theming_workshop_views.blueprint,
    answering_views.blueprint,
    reply_views.blueprint,
    template_views.blueprint,
    task_views.blueprint,
    reporting_views.blueprint,
    coverage_views.blueprint,
    publishing_views.blueprint,
    open_data_views.blueprint,
)

ENTRANCES = (
    Entrance("やること", "tasks.show_tasks", Permission.TRIAGE_CASES, also=("reply_templates",)),
    Entrance(
        "意見一覧",
        "triage.show_queue",
        Permission.READ_CASES,
        also=("masks", "handovers", "replies", "saved_views"),
    ),
    Entrance("仕分け", "screening.list_proposals", Permission.TRIAGE_CASES),
    Entrance(
        "テーマ",
        "theming.list_themes",
        Permission.READ_THEMES,
        also=("answering", "review", "split", "workshop", "learning"),
    ),
    Entrance(
        "取込",
        "imports.list_imports",
        Permission.IMPORT_OPINIONS,
        also=("import_steps", "paper"),
    ),
    Entrance("月次報告", "reporting.list_reports", Permission.READ_REPORTS),
    Entrance("声の偏り", "coverage.show_coverage", Permission.READ_REPORTS),
    Entrance("監査記録", "audit.list_entries", Permission.READ_AUDIT),
    Entrance("意見募集", "calls.list_calls", Permission.MANAGE_CALLS),
    Entrance(
        "職員", "members.list_members", Permission.MANAGE_STAFF, also=("sections", "deadlines")
    ),
    Entrance("システム連携", "tokens.list_tokens", Permission.MANAGE_STAFF),
)


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """The application.

    Raises:
        SettingsError: when the environment is incomplete.
    """
    settings = settings or settings_module.from_environment()
    database = database or Database(settings.database_url)
    app = Flask(
        "feedback", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.extensions["meyasubako_root"] = ROOT
    web_database.init_app(app, database, settings)
    security.init_app(app, settings)
    languages.init_app(app)
    filters.init_app(app)
    calls_names.init_app(app)
    reply_views.init_app(app)
    errors.init_app(app)
    look_ups.init_app(app)
    guard.init_app(app)
    navigation.init_app(app, ENTRANCES)
    app.extensions[undo_views.EXTENSION] = create_undoers()
    app.extensions[theming_panels.EXTENSION] = (theme_panel.positions,)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def create_registry(settings: Settings | None = None) -> Registry:
    """Every room's job handlers and daily schedules, for the worker.

    Without settings no mail is sent, and the key to contacts is read from the environment when a
    job first needs it.
    """

    def known() -> Settings:
        return settings or settings_module.from_environment()

    registry = Registry()
    import_jobs.register(registry, lambda: known().contact_key)
    screening_jobs.register(registry)
    theming_jobs.register(registry)
    triage_jobs.register(registry)
    reply_jobs.register(registry, settings)
    reporting_jobs.register(registry)
    registry.every_day("theming.run_all", time(2, 0))
    registry.every_day("triage.refresh_call", time(3, 30))
    registry.every_day("intake.clear_imports", time(3, 0))
    registry.every_day("reporting.draft_last_month", time(5, 0))
    registry.every_day(reply_jobs.REMIND_JOB, time(8, 0))
    return registry


def create_undoers() -> Undoers:
    """How every room takes back its own acts."""
    undoers = Undoers()
    triage_saved.register_undo(undoers)
    theming_undoing.register_undo(undoers)
    screening_undoing.register_undo(undoers)
    triage_acts.register_undo(undoers)
    triage_bulk.register_undo(undoers)
    return undoers
