# All that a person or the CI does with Shop; `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UI := web-ui
UI_SOURCES := $(shell find $(UI)/src $(UI)/public $(UI)/build $(UI)/index.html $(UI)/vite.config.ts -type f 2>/dev/null)
CHROMIUM := /usr/bin/chromium
FFMPEG := /usr/bin/ffmpeg
NEXTEST := $(shell command -v cargo-nextest 2>/dev/null)

.PHONY: help run demo test check test-storage test-server test-ui test-browser size bench release ui deny screenshots chromium ffmpeg

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ui ## build everything (release) and start on http://localhost:3000
	cargo build --release
	./target/release/shop serve

demo: ui ## build everything (release) and open the sample community
	cargo build --release
	./target/release/shop demo

test: check test-ui test-storage test-server test-browser ## all that CI runs; installs what is missing

check: ## formatting, lints, documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet

test-storage: ## the store: models, crashes, power cuts
ifdef NEXTEST
	cargo nextest run -p shop-storage --no-fail-fast
else
	cargo test -p shop-storage
endif

test-server: ui ffmpeg ## the server over HTTP, and the unit tests
ifdef NEXTEST
	cargo nextest run -p shop --no-fail-fast
else
	cargo test -p shop
endif

test-ui: ui ## types, units and size of the web app
	cd $(UI) && npm run --silent check && npm test --silent && npm run --silent size

test-browser: ui chromium ## the web app in a browser against real servers
	cargo build --bin shop
	cd $(UI) && SHOP_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/debug/shop" npm run --silent e2e

bench: ui ## load generator and store benches; prints one table each
	cargo build --release
	cargo bench --bench load
	cargo bench -p shop-storage

ui: $(UI)/dist/index.html ## build the web app

$(UI)/node_modules/.package-lock.json: $(UI)/package-lock.json
	cd $(UI) && npm ci --no-audit --no-fund --silent
	touch $@

$(UI)/dist/index.html: $(UI)/node_modules/.package-lock.json $(UI_SOURCES)
	cd $(UI) && npm run --silent build

release: ui ## the stripped binary in target/release/shop
	cargo build --release

deny: ## licences, duplicate crates and advisories (needs cargo-deny and its database)
	cargo deny check

screenshots: ui chromium ## the pictures of README, from the sample community
	cargo build --release
	cd $(UI) && SHOP_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/release/shop" npm run --silent screenshots

chromium: ## Debian's chromium for the browser tests, when it is missing
	@[ -x $(CHROMIUM) ] || { (command -v sudo >/dev/null && SUDO=sudo || SUDO=; $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core); }

ffmpeg: ## Debian's ffmpeg for the tests of video and sound, when it is missing
	@[ -x $(FFMPEG) ] || { (command -v sudo >/dev/null && SUDO=sudo || SUDO=; $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends ffmpeg); }
