# Two commands matter: `make demo` and `make test`. The rest serve them.

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen --no-sync
PORT ?= 8000
export PORT
# City networks often have a certificate authority of their own.
export UV_SYSTEM_CERTS ?= true
# Python keeps what it compiled, whatever the shell says: the suite starts hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check lint types suite suite-sqlite suite-postgres test-cluster search messages format env dev-env

demo: env  ## A city in one command: environment, database, Kaohsiung's pack, the site
	@$(RUN) shizheng demo

test: dev-env check suite  ## Everything; with PostgreSQL reachable the suite runs on it as well

check: lint types

lint: dev-env
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) lint-imports
	$(RUN) djlint --lint --quiet src
	$(RUN) python scripts/messages.py check

types: dev-env
	$(RUN) mypy

suite: suite-sqlite suite-postgres

# Files stay whole and in the order of tests/conftest.py, which ends with the shortest.
TOGETHER := -n auto --dist loadfile --no-loadscope-reorder

suite-sqlite: dev-env
	env -u DATABASE_URL $(RUN) pytest $(TOGETHER) -q

# Rules, checks of packs, the command line's refusals and what browsers show ask no database: they
# ran on SQLite. Everything that reads or writes one runs on both.
suite-postgres: dev-env
	@url=$$($(RUN) python scripts/postgres.py); \
	if [ -n "$$url" ]; then \
	  echo "What asks the database, on PostgreSQL"; \
	  DATABASE_URL=$$url $(RUN) pytest $(TOGETHER) -q --database-only; \
	elif [ -n "$(SHIZHENG_REQUIRE_POSTGRES)" ]; then \
	  echo "PostgreSQL is required here and does not answer."; exit 1; \
	else \
	  echo "PostgreSQL is not reachable: the suite ran on SQLite only. Set TEST_DATABASE_URL for both."; \
	fi

search: dev-env  ## Look for new examples that break a rule; one found belongs into its test
	env -u DATABASE_URL $(RUN) pytest $(TOGETHER) -q --hypothesis-profile=search \
	  $$(grep -rl --include='test_*.py' '^@given' tests/unit)

# Needs Java 17 or 21, and 460 MB of packages that nothing else needs.
test-cluster: $(UV)  ## The same measures on Spark as on DuckDB
	@$(UV) sync --frozen --quiet --group cluster
	env -u DATABASE_URL $(RUN) pytest -q tests/cluster

messages: dev-env  ## Collect the texts of the source and compile the translations
	$(RUN) python scripts/messages.py extract
	$(RUN) python scripts/messages.py compile

format: dev-env
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

env: $(UV)
	@$(UV) sync --frozen --no-dev --quiet

dev-env: $(UV)
	@$(UV) sync --frozen --quiet

.tools/bin/uv:
	@echo "uv is not installed: putting it into .tools"
	@python3 -m venv .tools || { echo "Python needs its venv module: on Debian install python3-venv."; exit 1; }
	@.tools/bin/pip install --quiet "uv>=0.8"
