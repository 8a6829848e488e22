# Everything a person does with Everfill. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := node_modules/.bin
EVERFILL := node dist/cli/main.js
SOURCE_FOLDERS := domain invariants bench workflows activities api workers schema platform cli sdk chaos
SOURCES := $(shell find $(SOURCE_FOLDERS) -name '*.ts' ! -name '*.test.ts' 2>/dev/null)

# What `make up` passes on.
UP_OPTIONS = $(if $(DETACH),--detach) $(if $(REPLAY),--replay '$(REPLAY)') \
  $(if $(SYMBOL),--symbol '$(SYMBOL)') $(if $(SPEED),--speed '$(SPEED)') \
  $(if $(LIVE),--live '$(LIVE)')
# What `make chaos` passes on.
CHAOS_OPTIONS = $(if $(SEED),--seed '$(SEED)') $(if $(ORDERS),--orders '$(ORDERS)') \
  $(if $(FAULTS),--faults '$(FAULTS)') $(LONG_OPTION)
# LONG=1 and LONG=0 are the two there are; the command says so of any other.
LONG_OPTION = $(if $(filter-out 0 1,$(LONG)),--long='$(LONG)',$(if $(filter 1,$(LONG)),--long))
# What `make bench` passes on.
BENCH_OPTIONS = $(if $(FULL),--full) $(if $(ROUNDS),--rounds '$(ROUNDS)') \
  $(if $(ONLY),--only '$(ONLY)')

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make up DETACH=1                                    returns when everything is ready'
	@echo '  make up LIVE=NVDA,AMD                               real prices; needs keys, see README.md'
	@echo '  make up REPLAY=prices.csv SYMBOL=ACME SPEED=10      plays an OHLCV file, 10 bars a second'
	@echo '  make chaos SEED=7 FAULTS=commit-cut,postgres-stop   these drills, always the same way'
	@echo '  make chaos LONG=1                                   5,000 orders under a barrage'
	@echo '  make bench FULL=1                                   also what takes many minutes'

# npm writes this file at the end of every install.
node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --no-update-notifier
	@touch $@

dist/.built: node_modules/.package-lock.json tsconfig.json tsconfig.build.json $(SOURCES)
	@$(BIN)/tsc -p tsconfig.build.json
	@if [ -f dist/workers/build-bundle.js ]; then node dist/workers/build-bundle.js; fi
	@touch $@

.PHONY: build
build: dist/.built ## compiles the sources that changed

.PHONY: up
up: dist/.built ## starts Everfill; Ctrl-C stops it
	@exec $(EVERFILL) up $(UP_OPTIONS)

.PHONY: down
down: dist/.built ## stops Everfill; data stays
	@exec $(EVERFILL) down

.PHONY: doctor
doctor: ## names what is missing on this machine and how to get it
	@command -v node > /dev/null || { echo 'MISSING  Node.js 20.3 or newer: https://nodejs.org'; exit 1; }
	@$(MAKE) dist/.built || echo 'The build failed; what follows is about the machine.'
	@exec $(EVERFILL) doctor

.PHONY: check
check: node_modules/.package-lock.json ## format, lint, types, import rules, dead code
	@npm run --silent check

.PHONY: test
test: dist/.built ## all tests, with servers of their own
	@npm test --silent

.PHONY: demo
demo: dist/.built ## watch orders survive kill -9, in a minute and a half
	@exec $(EVERFILL) demo

.PHONY: recording
recording: dist/.built ## films `make demo` into docs/demo.svg
	@node dist/chaos/record.js docs/demo.svg

.PHONY: chaos
chaos: dist/.built ## breaks everything under load, checks that nothing was lost
	@exec $(EVERFILL) chaos $(CHAOS_OPTIONS)

.PHONY: bench
bench: dist/.built ## measures this machine: orders beside empty workflows
	@exec $(EVERFILL) bench $(BENCH_OPTIONS)

.PHONY: bench-check
bench-check: dist/.built ## the same, and fails when a ratio fell well below bench/baseline.json
	@exec $(EVERFILL) bench --check $(BENCH_OPTIONS)

.PHONY: bench-tables
bench-tables: dist/.built ## writes the tables of docs/performance.md from the newest report
	@node dist/bench/tables.js

.PHONY: replay
replay: dist/.built ## replays recorded histories; WORKFLOW_ID=order:... or LONGEST=100 running ones
	@exec $(EVERFILL) replay $(if $(WORKFLOW_ID),--workflow-id '$(WORKFLOW_ID)') \
	  $(if $(LONGEST),--longest '$(LONGEST)')
