# The commands of the project. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
export HF_HUB_OFFLINE = 1

.DEFAULT_GOAL := help
.PHONY: bench-forces bench-steering cases claims bench-summary bench-cost one-truth help install install-demo install-serve deps web openapi screenshots demo serve test test-processors lint bench bench-accuracy bench-table bench-ratings bench-text bench-fusion bench-fidelity bench-compress bench-faithful bench-literature bench-explain-speed bench-sanity bench-serve bench-slow-clients bench-page bench-look bench-concepts notebooks bench-privacy bench-neighbours bench-graph bench-again bench-kge bench-shilling bench-scale bench-hundred bench-domains bench-modalities crash mutate fuzz peers docs clean bench-min-support

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: .venv/all.stamp ## .venv with everything a user and a tester need

install-demo: .venv/demo.stamp ## .venv with what the demo needs (no torch)

.venv/bin/python:
	@echo "making .venv"
	@$(PYTHON) -m venv .venv

.venv/demo.stamp: pyproject.toml | .venv/bin/python
	@test -e .venv/all.stamp || { echo "installing whyrec"; $(BIN)/python -m pip install -q --disable-pip-version-check -e .; }
	@touch $@

install-serve: .venv/serve.stamp ## .venv with what the demo's service needs

.venv/serve.stamp: pyproject.toml | .venv/bin/python
	@test -e .venv/all.stamp || { echo "installing whyrec with its service"; $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[serve]'; }
	@touch $@

# torch first and pinned: a range would let pip take a build with gigabytes of CUDA.
.venv/all.stamp: pyproject.toml | .venv/bin/python
	@echo "installing torch"
	@$(BIN)/python -m pip install -q --disable-pip-version-check torch==2.13.0
	@echo "installing whyrec with all that users and testers need"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[text,viz,fuse,serve,compress,privacy,scale,dev]'
	@touch $@

deps: ## Debian packages that tests need, where missing (as root; else it says what to install)
	@sh scripts/deps.sh

# The page is built where a file of web/ or a text is newer; the wheel holds it, and needs no Node.
PAGE := src/whyrec/serve/page/index.html
WEB := $(shell find web -type f -not -path 'web/node_modules/*' -not -path web/src/api/schema.ts -not -path 'web/src/i18n/messages/*') \
  $(wildcard src/whyrec/messages/*/page-*.ftl)

web: $(PAGE) ## the page of the service, from web/ (Node 20.19 or newer)

web/node_modules/.stamp: web/package-lock.json
	@command -v npm >/dev/null || { echo "the page is built with Node 20.19 or newer and npm; neither is here. Install Node, then: make web"; exit 1; }
	@echo "installing what builds the page"
	@cd web && npm ci --silent
	@touch $@

$(PAGE): web/node_modules/.stamp $(WEB)
	@echo "building the page"
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@

openapi: install ## write the service's OpenAPI into web/openapi.json, from which the page's types are made
	@$(BIN)/python scripts/openapi.py

screenshots: install deps web ## pictures of the page's screens into docs/images/page; ALL=FOLDER: every form of each
	@$(BIN)/python scripts/screenshots.py $(if $(ALL),--all "$(ALL)") $(if $(ONLY),--only "$(ONLY)")

demo: install-demo ## the whole road on built-in data, or DATA=PATH [COLUMNS='user=...,item=...']
	@$(BIN)/whyrec demo --out demo $(if $(DATA),--data "$(DATA)") $(if $(COLUMNS),--columns '$(COLUMNS)')

serve: install-serve web ## the same, then the service with its page in the browser
	@$(BIN)/whyrec demo --out demo --serve $(if $(DATA),--data "$(DATA)") $(if $(COLUMNS),--columns '$(COLUMNS)')

test: install deps web ## every test; the coverage of lines and branches: of core all, of the rest as printed
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile --cov=whyrec --cov-branch --cov-report=
	@echo "covered, lines and branches of all of src: $$($(BIN)/python -m coverage report --format=total)%"
	@$(BIN)/python -m coverage report --include='*/whyrec/core/*' --fail-under=100 --show-missing --skip-covered

cases: install ## the inputs that failed at users: CASES=FOLDER of them (default: ../shared/cases)
	@WHYREC_CASE_FOLDER="$(CASES)" $(BIN)/python -m pytest -q --no-cov -rs tests/cases

test-processors: install ## the tests that learn, as on other processors and under load: FILES= ONLY='AVX2 (Zen),two threads'
	@$(BIN)/python scripts/processors.py $(if $(ONLY),--only '$(ONLY)') $(FILES)

lint: install deps web/node_modules/.stamp ## style, types, architecture, sizes: of the Python code and of the page
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/size.py
	@$(BIN)/hadolint Dockerfile
	@cd web && npm run --silent lint

claims: install ## the documents' figures and promises against kept results and tests: writes docs/claims.md; fails if one is wrong
	@$(BIN)/python scripts/claims.py --write --run

bench-summary: install ## the summary tables of docs/benchmarks.md measured anew, kept in docs/results: DATA=FOLDER SETS= ARGS='--models additive --budget best --refit'
	@$(BIN)/python -m bench.accuracy.summary $(if $(DATA),--data $(DATA)) $(if $(SETS),--sets $(SETS)) $(ARGS)

bench: install ## speed beside the same work by hand, truth of the reasons, memory of loading 20 million events
	@$(BIN)/python -m bench.scale.speed $(if $(DATA),--data "$(DATA)")
	@$(BIN)/python -m bench.explanation.reasons $(if $(DATA),--data "$(DATA)")
	@$(BIN)/python -m bench.scale.load_memory

# The peers need numpy < 2, so they have an environment of their own; torch first, as above. LightFM is
# built from source: where there is no C compiler, its row is left out.
.venv-peers/all.stamp: bench/peers/requirements.txt
	@echo "installing the peers into .venv-peers"
	@$(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install -q --disable-pip-version-check torch==2.13.0
	@.venv-peers/bin/python -m pip install -q --disable-pip-version-check -r bench/peers/requirements.txt
	@.venv-peers/bin/python -m pip install -q --disable-pip-version-check rectools-lightfm==1.17.3 || echo "no LightFM: it needs a C compiler"
	@touch $@

peers: .venv-peers/all.stamp ## .venv-peers with RecTools, implicit and LightFM, for bench-accuracy and bench-table

bench-accuracy: install peers ## accuracy beside RecTools: DATA=FOLDER SETS= ROWS= MINUTES= SEEDS=0,1 THREADS= ARGS='--refit'
	@$(BIN)/python -m bench.accuracy.accuracy $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(if $(ROWS),--rows $(ROWS)) \
	  $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(THREADS),--threads $(THREADS)) $(ARGS)

bench-table: install peers ## the README's table, tuned baselines and peers: DATA=FOLDER SETS= ROWS= SEEDS=0,1,2 THREADS= ARGS='--refit --reuse'
	@$(BIN)/python -m bench.accuracy.table $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(if $(ROWS),--rows $(ROWS)) \
	  $(if $(SEEDS),--seeds $(SEEDS)) $(if $(THREADS),--threads $(THREADS)) $(ARGS)

# Surprise needs numpy >= 2, RecTools numpy < 2: an environment of its own again, and a small one.
.venv-surprise/all.stamp: bench/peers/surprise.txt
	@echo "installing Surprise into .venv-surprise"
	@$(PYTHON) -m venv .venv-surprise
	@.venv-surprise/bin/python -m pip install -q --disable-pip-version-check -r bench/peers/surprise.txt
	@touch $@

bench-ratings: install .venv-surprise/all.stamp ## RMSE of predicted ratings beside a tuned SVD: DATA=FOLDER SETS= ROWS= SEEDS=0,1,2
	@$(BIN)/python -m bench.accuracy.ratings $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(if $(ROWS),--rows $(ROWS)) \
	  $(if $(SEEDS),--seeds $(SEEDS)) $(ARGS)

bench-fusion: install ## accuracy against explained share, exactness, a million items: SETS= ARGS='--people 2000 --models FOLDER'
	@$(BIN)/python -m bench.accuracy.fusion $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-text: install ## what text brings, warm and cold items; seconds to read a catalogue and to score
	@$(BIN)/python -m bench.accuracy.text_ablation $(if $(SETS),--sets $(SETS)) $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)
	@$(BIN)/python -m bench.scale.sequence_speed

bench-fidelity: install ## how faithfully tree, rules and EBM follow a large model: TEACHER=FOLDER SET=amazon-games.zip
	@$(BIN)/python -m bench.explanation.fidelity --teacher $(TEACHER) $(if $(SET),--set $(SET)) $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-faithful: install ## how true explanations are, every explainer on the same people: MODELS=FOLDER ARGS='--people 200'
	@$(BIN)/python -m bench.explanation.faithful --models $(MODELS) $(ARGS)

bench-literature: install ## explainers of the literature and ours on its protocol (MF, VAE, NCF): DATA=FOLDER ARGS='--rows VAE'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.explanation.literature $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-explain-speed: install ## milliseconds of each method of explaining: MODEL=FOLDER of a sequence model, DATA=FOLDER
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.explanation.explain_speed --model "$(MODEL)" $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-sanity: install ## eleven sanity checks over models and explainers, with two controls that must fail: ARGS='--models ease'
	@$(BIN)/python -m bench.explanation.sanity $(ARGS)

bench-compress: install ## the large model made small: bytes, milliseconds, accuracy and reasons: SETS= ARGS='--models FOLDER'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.trust.compress $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-look: install ## what the views find, how stable it is, seconds of each view: MODEL=FOLDER of a sequence model
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.explanation.views $(if $(DATA),--data "$(DATA)") $(if $(MODEL),--model "$(MODEL)") $(ARGS)

bench-concepts: install ## concepts against their bars, seeds, nulls and other directions: MODEL=FOLDER of a sequence model
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.explanation.concepts $(if $(MODEL),--model "$(MODEL)") --films $(ARGS)

bench-domains: install ## people cold in one domain, known in another; domains without a common person: DATA=FOLDER ARGS=
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.accuracy.domains $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-modalities: install ## whether the glass box names the sense by which people choose, in a world where it is known
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.accuracy.modalities $(ARGS)
bench-shilling: install ## fake profiles found, and what they and titles that copy popular items do for new items: DATA=FOLDER ARGS='--only titles'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.trust.shilling $(if $(DATA),--data "$(DATA)") $(ARGS)

notebooks: install ## execute the notebooks of docs/examples into OUT=FOLDER (default: demo/notebooks); WHYREC_DATA: real data
	@$(BIN)/python scripts/notebooks.py $(or $(OUT),demo/notebooks) $(ONLY)

bench-graph: install ## graph models beside item-kNN and additive, paths cut, friends, following, people, ten million links: SETS=ml-100k,ml-1m ARGS=
	@$(BIN)/python -m bench.accuracy.graph $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-again: install ## items that come again: the term of own use against what was used most; sessions: DATA=FOLDER SETS= ARGS=
	@$(BIN)/python -m bench.accuracy.repeat_consumption $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-min-support: install ## what min_support costs in accuracy, on validation people: DATA=FOLDER SETS= ARGS=
	@$(BIN)/python -m bench.accuracy.min_support $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-cost: install ## CPU seconds and memory of additive's default fit against their bars, its counts beside implicit: DATA=FOLDER SETS=
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.accuracy.cost $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) $(ARGS)

bench-kge: install ## a graph embedded: warm and cold items with and without: DATA=FOLDER ARGS=
	@$(BIN)/python -m bench.accuracy.knowledge_graph_embedding $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-steering: install ## whether wishes in words hold: obedience, unasked movement, cost: DATA=FOLDER ARGS='--people 40'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.forces.steering $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-privacy: install ## accuracy against epsilon, attacks, people taken out, accountants: DATA=FOLDER ARGS='--only curve'
	@$(BIN)/python -m bench.trust.privacy $(if $(DATA),--data "$(DATA)") $(ARGS)

bench-neighbours: install ## 200 pairs of data sets that differ by one person, through all that private models save: ARGS='--pairs 20'
	@$(BIN)/python -m bench.trust.neighbours $(ARGS)

bench-forces: install ## a person's no, fatigue and variety: on MovieLens-1M and on a simulated audience: DATA=FOLDER ARGS='--publish'
	@$(BIN)/python -m bench.forces.real_lists $(if $(DATA),--data $(DATA)) $(ARGS)
	@$(BIN)/python -m bench.forces.simulated_audience $(ARGS)

bench-serve: install ## the service under a constant load beside a wrapper around implicit: RATE=300 SECONDS=60 STORE=URL ARGS=
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.serve.serve $(if $(RATE),--rate $(RATE)) $(if $(SECONDS),--seconds $(SECONDS)) \
	  $(if $(STORE),--store $(STORE)) $(ARGS)

bench-slow-clients: install ## health checks while one address holds CONNECTIONS=2000 unfinished requests for SECONDS=60
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.serve.slow_clients $(or $(CONNECTIONS),2000) $(or $(SECONDS),60)

bench-page: install deps web ## how quick the page is, by the browser's own clock: DATA=FOLDER with ml-latest-small.zip
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.serve.page $(if $(DATA),--data "$(DATA)")
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.serve.page_map

crash: install deps ## kill -9 while the store writes, KILLS=1000 times: nothing acknowledged may be lost
	@OMP_NUM_THREADS=1 WHYREC_KILLS=$(or $(KILLS),1000) $(BIN)/python -m pytest -q tests/serve/test_crash.py

mutate: install ## change the code and see whether the nearest tests notice: FILES='src/whyrec/core/*.py' MUTANTS=200 SEED=0 SECONDS=1800
	@set -f; OMP_NUM_THREADS=1 $(BIN)/python scripts/mutate.py $(FILES) --mutants $(or $(MUTANTS),200) --seed $(or $(SEED),0) --seconds $(or $(SECONDS),1800)

fuzz: install ## CASES=10000 requests of every shape that the OpenAPI page allows or forbids
	@OMP_NUM_THREADS=1 WHYREC_CASES=$(or $(CASES),10000) $(BIN)/python -m pytest -q tests/serve/test_openapi.py

bench-scale: install ## a million items, lists for everyone, events by pieces, killed workers, growth curves (needs the extra scale): ARGS='--publish'
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[scale]'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.neighbours
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.answer_latency
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.batch --engines local,ray
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.prepare
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.fault_injection
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.scale $(ARGS)

one-truth: install deps web ## every sentence of CLI, API and page done over and compared, each explaining model: DATA=FOLDER SETS= MODELS= PEOPLE=
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.explanation.one_truth $(if $(DATA),--data "$(DATA)") $(if $(SETS),--sets $(SETS)) \
	  $(if $(MODELS),--models $(MODELS)) $(if $(PEOPLE),--people $(PEOPLE)) $(ARGS)

bench-hundred: install ## 100 million simulated events from a file to lists with reasons: FOLDER=, 10 GB free there; ARGS='--events 1e7 --sizes 1'
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.scale.hundred_million --folder $(or $(FOLDER),$(error give FOLDER=)) $(ARGS)

.venv/docs.stamp: pyproject.toml | .venv/bin/python
	@test -e .venv/all.stamp || { echo "installing whyrec and what builds its documentation"; $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[docs]'; }
	@touch $@

docs: .venv/docs.stamp ## the documentation as a site in site/ (English, Chinese, offline); the command line's help in docs/guide/cli.md anew
	@$(BIN)/python scripts/cli_docs.py
	@out=$$(NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict 2>&1) || { echo "$$out" | grep -v '^INFO'; exit 1; }
	@echo "open site/index.html"

clean: ## what was built, not your data
	@rm -rf .venv .venv-peers .venv-surprise web/node_modules src/whyrec/serve/page bench/results demo build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .import_linter_cache
