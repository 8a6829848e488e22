# Everything a person does with Everfill. `make help` lists it.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := node_modules/.bin
EVERFILL := node dist/cli/main.js
SOURCE_FOLDERS := domain invariants workflows activities api workers schema platform cli
SOURCES := $(shell find $(SOURCE_FOLDERS) -name '*.ts' ! -name '*.test.ts' 2>/dev/null)

# What `make up` passes on.
UP_OPTIONS = $(if $(DETACH),--detach) $(if $(REPLAY),--replay '$(REPLAY)') \
  $(if $(SYMBOL),--symbol '$(SYMBOL)') $(if $(SPEED),--speed '$(SPEED)')

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make up DETACH=1                                    returns when everything is ready'
	@echo '  make up REPLAY=prices.csv SYMBOL=ACME SPEED=10      plays an OHLCV file, 10 bars a second'

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
