PYTHON ?= python3
VENV := .venv/bin
PREPARE := $(PYTHON) tools/prepare_environment.py
# Demo mode unless the environment says otherwise; see docs/operations.md for production.
MEYASUBAKO_MODE ?= demo
export MEYASUBAKO_MODE

.PHONY: run demo test lint format bench screenshots runtime development

run: runtime
	@$(VENV)/python -m feedback run

demo: runtime
	@$(VENV)/python -m feedback demo

test: lint
	@$(VENV)/python tools/find_browser.py
	$(VENV)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: development
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/lint-imports

format: development
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

bench: development
	$(VENV)/python -m benchmarks.tokens
	$(VENV)/python -m benchmarks.statements
	$(VENV)/python -m benchmarks.screening
	$(VENV)/python -m benchmarks.themes --quick
	$(VENV)/python -m benchmarks.campaigns
	$(VENV)/python -m benchmarks.agreement
	$(VENV)/python benchmarks/form_posts.py
	$(VENV)/python -m benchmarks.page_weights
	$(VENV)/python -m benchmarks.queue_pages --submissions 20000 --repeats 5

screenshots: development
	$(VENV)/python -m tests.browser.screenshots

runtime:
	@$(PREPARE) requirements.txt requirements-vectors.txt

development:
	@$(PREPARE) requirements-dev.txt requirements-vectors.txt
