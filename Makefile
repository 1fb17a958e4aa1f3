# All that a person or the CI does with Shop; `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

UI := web-ui
UI_SOURCES := $(shell find $(UI)/src $(UI)/public $(UI)/build $(UI)/index.html $(UI)/vite.config.ts -type f 2>/dev/null)
CHROMIUM := /usr/bin/chromium
FFMPEG := /usr/bin/ffmpeg
HEIF := /usr/bin/heif-enc
NEXTEST := $(shell command -v cargo-nextest 2>/dev/null)

.PHONY: help run demo test check one-build test-rust test-storage test-server test-ui test-browser size bench release ui deny screenshots readme-images chromium ffmpeg heif

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ui ## build everything (release) and start on http://localhost:3000
	cargo run --release -- serve

demo: ui ## build everything (release) and open the sample community
	cargo run --release -- demo

test: check test-ui test-rust test-browser ## all that CI runs; installs what is missing

check: one-build ## formatting, lints, documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet

one-build: ## the server, the tests and the benches share one build of every crate
	@crates() { cargo tree --prefix none --format '{p} {f}' "$$@" | sed 's/ (\*)$$//' | sort -u; }; \
		apart=$$(comm -23 <(crates --edges normal,build) <(crates --workspace --edges normal,build,dev)); \
		[ -z "$$apart" ] || { echo "built twice, since tests or benches want other features (see Cargo.toml):"; \
		echo "$$apart"; exit 1; } >&2

# One command for both packages: taken one by one, each would have its crates built with features of its own.
test-rust: ui ffmpeg heif ## all tests of server and store
ifdef NEXTEST
	cargo nextest run --workspace --no-fail-fast
else
	cargo test --workspace
endif

test-storage: ## the store alone: models, crashes, power cuts
	cargo test -p shop-storage

test-server: ui ffmpeg heif ## the server alone: over HTTP, and its units
	cargo test -p shop

test-ui: ui ## types, units and size of the web app
	cd $(UI) && npm run --silent check && npm test --silent && npm run --silent size

test-browser: ui chromium ## the web app in a browser against real servers
	cargo build --bin shop
	cd $(UI) && SHOP_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/debug/shop" npm run --silent e2e

bench: ui ## load generator and store benches; prints one table each
	cargo build --release
	cargo bench --workspace --bench load --bench store

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

screenshots: ui chromium ## every screen by day and night, on a desk and a phone, into web-ui/screenshots
	cargo build --release
	cd $(UI) && SHOP_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/release/shop" npm run --silent screenshots

readme-images: ui chromium ## the pictures of README, from the sample community
	cargo build --release
	cd $(UI) && SHOP_BIN="$${CARGO_TARGET_DIR:-$(CURDIR)/target}/release/shop" npm run --silent screenshots -- readme

chromium: ## Debian's chromium for the browser tests, when it is missing
	@[ -x $(CHROMIUM) ] || { (command -v sudo >/dev/null && SUDO=sudo || SUDO=; $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core); }

ffmpeg: ## Debian's ffmpeg for the tests of video and sound, when it is missing
	@[ -x $(FFMPEG) ] || { (command -v sudo >/dev/null && SUDO=sudo || SUDO=; $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends ffmpeg); }

heif: ## Debian's programs for HEIC for the tests of pictures of phones, when they are missing
	@[ -x $(HEIF) ] || { (command -v sudo >/dev/null && SUDO=sudo || SUDO=; $$SUDO apt-get update -qq && \
		$$SUDO apt-get install -y -qq --no-install-recommends libheif-examples); }
