# Both commands make all that they need, each in an environment of its own.
PYTHON ?= python3
REQUIRE = 3.11

.DEFAULT_GOAL := help
.PHONY: help demo test soak lint lock supported clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv-demo/.ready: requirements/demo.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "techinfo needs Python $(REQUIRE) or later: make PYTHON=python3.11 …"; exit 2; }
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/pip install --quiet --disable-pip-version-check -r requirements/demo.txt
	.venv-demo/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv-test/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "techinfo needs Python $(REQUIRE) or later: make PYTHON=python3.11 …"; exit 2; }
	$(PYTHON) -m venv .venv-test
	.venv-test/bin/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	.venv-test/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: .venv-demo/.ready  ## recorded switches and the service on 127.0.0.1, port 8080 or PORT
	@exec .venv-demo/bin/techinfo demo

test: .venv-test/.ready  ## every test
	.venv-test/bin/pytest -q -n auto --dist loadfile

soak: .venv-test/.ready  ## a million mutated answers; a thousand kills under load of tickets; random networks
	.venv-test/bin/python -m tests.service.soak
	.venv-test/bin/python -m tests.service.tickets.soak --kills 1000
	ISOLATION_EXAMPLES=50 .venv-test/bin/pytest -q tests/api/test_isolation_property.py

lint: .venv-test/.ready  ## style, types, directions of imports, the list of supported devices
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy
	.venv-test/bin/lint-imports
	.venv-test/bin/python -m techinfo.cli.supported --check SUPPORTED.md

supported: .venv-test/.ready  ## write the list of supported devices anew
	.venv-test/bin/python -m techinfo.cli.supported --write SUPPORTED.md

lock: .venv-test/.ready  ## write the lock files anew
	for kind in demo dev; do .venv-test/bin/pip-compile --quiet --upgrade --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --extra $$kind -o requirements/$$kind.txt pyproject.toml; done

clean:  ## remove both environments
	rm -rf .venv-demo .venv-test
