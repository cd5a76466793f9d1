# Answerprint. `make help` lists what can be made.
PORT ?= 8300
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo run test check bench openapi translations pictures format lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## Serve a made-up facility on http://127.0.0.1:8300 (PORT= changes it)
	@$(BIN)/answerprint demo --port $(PORT)

run: .venv/ready ## Serve this facility; an empty one prints a one-time set-up link
	@$(BIN)/answerprint run --port $(PORT)

test: .venv/ready-dev ## Run the whole suite, on SQLite and on a PostgreSQL of its own
	@$(BIN)/pytest -q -n auto --maxprocesses 4 --dist worksteal

check: .venv/ready-dev ## Hold the style: ruff, mypy, import-linter, deptry, vulture, architecture tests
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/lint-imports --no-cache > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/deptry . --no-ansi 2> .venv/deptry.log || { cat .venv/deptry.log; exit 1; }
	@$(BIN)/vulture
	@$(BIN)/pytest -q tests/architecture

bench: .venv/ready-dev ## Measure, as ratios taken in one run
	@$(BIN)/python -m bench

openapi: .venv/ready-dev ## Write openapi/openapi.json and the tables in docs/ from the code
	@$(BIN)/python -m answerprint.web.generated

translations: .venv/ready-dev ## Gather what the gate says into its catalogues, and compile them
	@cd reviews && ../$(BIN)/pybabel -q extract -F translations/babel.cfg -k Sentence --no-wrap --sort-by-file --add-location=file --omit-header -o ../.venv/messages.pot .
	@cd reviews && ../$(BIN)/pybabel -q update -i ../.venv/messages.pot -d translations --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@cd reviews && ../$(BIN)/pybabel -q compile -d translations

pictures: .venv/ready-dev ## Take the pictures in docs/pictures anew, in a browser
	@ANSWERPRINT_PICTURES=docs/pictures ANSWERPRINT_BROWSER=required $(BIN)/pytest -q tests/browser -k story

format: .venv/ready-dev ## Format the code
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lock: ## Write the lock files anew (needs uv)
	uv pip compile pyproject.toml --extra install --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra install --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## Remove what was made, but not var/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# The environment is made from hashed locks; the project itself is installed in place, with nothing fetched for it.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: install the package python3-venv."; exit 1; }
	@echo "Making .venv from requirements.lock (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/ready-dev: requirements-dev.lock .venv/ready
	@echo "Adding the tools for tests and checks to .venv (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
