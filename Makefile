# Two commands: `make run` and `make test`. Both set up what they need in .venv/ on the first go.
# Variables: PORT=8000, DEMO=1 (0: no demo town), ARGS="…" (for pytest, or for the benchmark), PYTHON=python3.

# Empty counts as not given, as it does for every setting.
override PORT := $(or $(strip $(PORT)),8000)
override DEMO := $(or $(strip $(DEMO)),1)
ARGS ?=
# Of the base that `make bench` measures on.
SIZE ?= 10000
DB ?= sqlite
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

IN := .venv/bin/
INSTALL = $(IN)python -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes -r
OFFLINE = { echo "Could not install the packages. This step, and only this one, needs the network." >&2; exit 1; }
COMPILE = uv pip compile pyproject.toml
LOCKED = --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
# What a production site would have in its environment, with keys that are thrown away.
PRODUCTION = env -u DEMO -u DEBUG -u DATABASE_REPLICA_URLS DATABASE_URL=sqlite://:memory: ALLOWED_HOSTS=steady.example \
	SITE_ORIGIN=https://steady.example \
	SECRET_KEY="$$($(IN)python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	PRIVATE_DATA_KEYS="$$($(IN)python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())')"

.PHONY: run dev bench test coverage soak check messages lock clean
.DELETE_ON_ERROR:

run: .venv/.run-stamp
	@DEMO="$(DEMO)" DEBUG=0 exec $(IN)python manage.py serve --port "$(PORT)"

dev: .venv/.dev-stamp
	@DEMO="$(DEMO)" DEBUG=1 exec $(IN)python manage.py serve --debug --port "$(PORT)"

bench: .venv/.dev-stamp
	@exec $(IN)python -m benchmarks "$(SIZE)" "$(DB)" $(ARGS)

test: .venv/.dev-stamp
	@exec $(IN)python -m tests.run $(ARGS)

# Brings locale/ up to the texts of today; those without a translation are the next thing to write.
messages: .venv/.dev-stamp
	@$(IN)python manage.py collect_texts

# Which lines and branches the tests on SQLite run. Measuring nearly doubles their time, so `make test` does without.
coverage: .venv/.dev-stamp
	@exec $(IN)python -m pytest -q -n 2 --dist loadgroup -m "not browser" --cov --cov-report=term $(ARGS)

# The same tests with the whole figures: more kills, more queries, more cases. Takes hours; ARGS picks a part.
soak: .venv/.dev-stamp
	@STEADY_SOAK=1 exec $(IN)python -m tests.run $(ARGS)

check: .venv/.dev-stamp
	$(IN)ruff format --check .
	$(IN)ruff check .
	find templates -name '*.html' -exec $(IN)djade --check --target-version 5.2 {} +
	$(IN)python -m mypy
	$(IN)python manage.py makemigrations --check --dry-run
	$(IN)python manage.py compile_catalogs
	@echo "manage.py check --deploy --fail-level WARNING"
	@$(PRODUCTION) $(IN)python manage.py check --deploy --fail-level WARNING
	$(IN)python -m pytest -q tests/test_project_rules.py tests/docs

lock:
	$(COMPILE) $(LOCKED) -o requirements/run.txt
	$(COMPILE) --group dev $(LOCKED) -o requirements/dev.txt

# Keeps var/, where the database and its keys are.
clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Steady needs Python 3.11 or newer; found: $$($(or $(PYTHON),python3) --version 2>/dev/null || echo none)." \
		"PYTHON=/path/to/python3 names another." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments." \
		"On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Making .venv/ …"
	@"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; exit 1; }

.venv/.run-stamp: requirements/run.txt | .venv/bin/python
	@echo "Installing what Steady runs on into .venv/ (about half a minute, once) …"
	@$(INSTALL) requirements/run.txt || $(OFFLINE)
	@touch $@

.venv/.dev-stamp: requirements/dev.txt | .venv/bin/python
	@echo "Installing what the tests need into .venv/ (about a minute, once) …"
	@$(INSTALL) requirements/dev.txt || $(OFFLINE)
	@touch $@
