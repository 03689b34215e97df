# Both commands make all that they need, each in an environment of its own.
PYTHON ?= python3
REQUIRE = 3.11

.DEFAULT_GOAL := help
.PHONY: help demo test test-quick clients docs pictures test-later coverage mutants soak bench lint lock sbom supported reference clean

ROOM ?= api

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

.venv-demo/.ready: requirements/demo.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "techinfo needs Python $(REQUIRE) or later: make PYTHON=python3.11 …"; exit 2; }
	@echo "getting the demo's packages, about a minute the first time …"
	$(PYTHON) -m venv .venv-demo
	@.ci/get-packages .venv-demo/bin/pip requirements/demo.txt
	.venv-demo/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv-test/.ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "techinfo needs Python $(REQUIRE) or later: make PYTHON=python3.11 …"; exit 2; }
	@echo "getting the tests' packages, about a minute the first time …"
	$(PYTHON) -m venv .venv-test
	@.ci/get-packages .venv-test/bin/pip requirements/dev.txt
	.venv-test/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: .venv-demo/.ready  ## recorded switches and the service on 127.0.0.1, port 8080 or PORT
	@exec .venv-demo/bin/techinfo demo

test: .venv-test/.ready  ## every test
	.venv-test/bin/pytest -q -n auto --dist loadfile

test-quick: .venv-test/.ready  ## the tests of one room without the long ones, in under a minute: make test-quick ROOM=api
	.venv-test/bin/pytest -q -n auto --dist worksteal -m "not long" tests/$(ROOM)

test-later: .venv-test/.ready  ## every test with the date 400 days on: no test depends on the day it runs
	TESTS_DAYS_LATER=400 PYTHONPATH=$(CURDIR)/tests/later .venv-test/bin/pytest -q -n auto --dist loadfile \
	  -W ignore::pytest.PytestAssertRewriteWarning

.venv-test/.mutants: requirements/mutants.txt .venv-test/.ready
	@.ci/get-packages .venv-test/bin/pip requirements/mutants.txt
	@touch $@

mutants: .venv-test/.mutants  ## small bugs put in, one at a time: which survive the tests? An hour at most; goes on where it stopped
	.venv-test/bin/python -m tests.mutants

.venv-clients/.ready: requirements/clients.txt
	$(PYTHON) -m venv .venv-clients
	@.ci/get-packages .venv-clients/bin/pip requirements/clients.txt
	@touch $@

tests/clients/node_modules/.ready: tests/clients/package-lock.json
	npm --prefix tests/clients ci --ignore-scripts --no-audit --no-fund
	@touch $@

clients: .venv-test/.ready .venv-clients/.ready tests/clients/node_modules/.ready  ## lint the OpenAPI documents, make clients of them in Python and TypeScript, and drive the demo by those
	.venv-test/bin/pytest -q tests/clients

.venv-docs/.ready: requirements/docs.txt
	$(PYTHON) -m venv .venv-docs
	@.ci/get-packages .venv-docs/bin/pip requirements/docs.txt
	@touch $@

docs: .venv-test/.ready .venv-docs/.ready  ## these pages as a site in build/site; a link that leads nowhere is an error
	NO_MKDOCS_2_WARNING=1 .venv-docs/bin/mkdocs build --quiet --strict
	.venv-test/bin/pytest -q tests/docs/test_site.py

pictures: .venv-test/.ready  ## the pictures of docs/pictures anew, by Chromium and the demo: look at them before they are committed
	.venv-test/bin/python -m tests.docs.pictures

coverage: .venv-test/.ready  ## every test, with the share of lines and branches that they ran
	.venv-test/bin/pytest -q -n auto --dist loadfile --cov --cov-report=term:skip-covered

soak: .venv-test/.ready  ## a million mutated answers; a thousand kills under load of tickets; crowds; random networks; 10,000 polled switches; every public walk
	.venv-test/bin/python -m tests.access.soak
	.venv-test/bin/python -m tests.tickets.soak --kills 1000
	.venv-test/bin/python -m tests.history.cuts --rounds 20
	.venv-test/bin/python -m tests.polling.cut_lines
	.venv-test/bin/python -m tests.polling.soak
	SIMULATED_WEEKS=50 FLAPPING_DAYS=100 .venv-test/bin/pytest -q tests/history/test_simulated_week.py tests/history/test_links.py
	CLI_MUTATIONS=200000 .venv-test/bin/pytest -q tests/drivers/cli/test_hostile.py
	.venv-test/bin/python -m tests.cli.crowd --rounds 20
	FOLLOWED_ORDERS=2000 .venv-test/bin/pytest -q tests/cli/test_onapi.py -k killed
	STORAGE_FAULTS=every .venv-test/bin/pytest -q tests/cli/test_broken_storage.py
	HOSTILE_REQUESTS=5000 .venv-test/bin/pytest -q tests/cli/test_hostile.py
	OPENAPI_EXAMPLES=50 .venv-test/bin/pytest -q tests/api/test_schemathesis.py
	TRAP_FLOOD=2000000 .venv-test/bin/pytest -q tests/traps/test_receiver.py
	TECHINFO_FUZZ_IMPORTS=5000 .venv-test/bin/pytest -q tests/inventory/test_hostile_imports.py
	DRAWN_ANEW=1 .venv-test/bin/pytest -q -m hypothesis tests
	ISOLATION_EXAMPLES=50 .venv-test/bin/pytest -q tests/api/test_isolation_property.py
	TECHINFO_WALKS="**/*.snmprec*" .venv-test/bin/pytest -q tests/drivers/test_optics_owned.py
	TECHINFO_WALKS="**/*.snmprec*" .venv-test/bin/pytest -q tests/drivers/test_no_false_empty.py

BENCHMARKS = api cold crowd door lookup poll start v3 whole
bench: .venv-test/.ready  ## how fast it is, as ratios to others in one run; fails where one is beyond its aim. Half an hour
	@failed=""; for name in $(BENCHMARKS); do echo "== $$name"; \
	  .venv-test/bin/python -m benchmarks.$$name || failed="$$failed $$name"; done; \
	  [ -z "$$failed" ] || { echo "beyond their aims:$$failed"; exit 1; }

lint: .venv-test/.ready  ## style, types, directions of imports, the list of supported devices
	.venv-test/bin/ruff check .
	.venv-test/bin/ruff format --check .
	.venv-test/bin/mypy
	.venv-test/bin/lint-imports
	.venv-test/bin/python -m techinfo.cli.supported --check SUPPORTED.md
	.venv-test/bin/python -m techinfo.cli.reference_pages --check

supported: .venv-test/.ready  ## write the list of supported devices anew
	.venv-test/bin/python -m techinfo.cli.supported --write SUPPORTED.md

reference: .venv-test/.ready  ## write the pages that are made from the code anew: docs/inventory.md, docs/settings.md, docs/openapi/
	.venv-test/bin/python -m techinfo.cli.reference_pages --write

COMPILE = .venv-test/bin/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host
lock: .venv-test/.ready  ## write the lock files anew, with the hash of every file, and the bill of materials
	$(COMPILE) -o requirements/run.txt pyproject.toml
	for kind in clients docs; do $(COMPILE) -o requirements/$$kind.txt requirements/$$kind.in; done
	for kind in demo dev; do $(COMPILE) --extra $$kind -o requirements/$$kind.txt pyproject.toml; done
	$(COMPILE) -o requirements/mutants.txt requirements/mutants.in
	$(MAKE) sbom

sbom: .venv-test/.ready  ## what the service is made of (CycloneDX), from its lock file
	.venv-test/bin/cyclonedx-py requirements requirements/run.txt --pyproject pyproject.toml -i '' \
	  --output-reproducible -o - | .venv-test/bin/python -c 'import json, sys; \
	  bill = json.load(sys.stdin); bill["metadata"].pop("tools", None); \
	  json.dump(bill, sys.stdout, indent=1); print()' > requirements/sbom.cdx.json

clean:  ## remove the environments
	rm -rf .venv-demo .venv-test .venv-clients .venv-docs build tests/clients/node_modules
