# A front for CMake: the build itself is in CMakeLists.txt and CMakePresets.json.
PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
BUILD = build/release
# Tests are known to CMake where cmocka is installed; `make` alone builds the two programs and asks for nothing else.
TESTS = $(shell pkg-config --exists cmocka 2>/dev/null && echo ON || echo OFF)
FUZZ_SECONDS ?= 60

.PHONY: all build demo lambda lambda-zip test bench fuzz install uninstall format lint clean help
.DEFAULT_GOAL := all

all: ## release build: build/release/lakewarden and build/release/synthea
	@command -v cmake >/dev/null && command -v ninja >/dev/null || \
	    { echo "cmake or ninja is missing: run 'tools/install-deps build' (or 'make demo', which does)" >&2; exit 1; }
	@$(MAKE) --no-print-directory build
	@echo "built $(BUILD)/lakewarden and $(BUILD)/synthea"

build:
	@tools/quietly cmake --preset release -DLW_TESTS=$(TESTS) -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	@tools/quietly cmake --build --preset release -j $(JOBS) --target lakewarden synthea

demo: ## install what is missing, build, scan the sample and move what is High (no cloud, no network)
	@tools/install-deps build
	@tools/demo

lambda: ## install what is missing, build the Lambda's package: build/lambda/lakewarden-lambda-x86_64.zip
	@tools/install-deps lambda
	@$(MAKE) --no-print-directory lambda-zip

lambda-zip:
	@tools/quietly cmake --preset lambda
	@tools/quietly cmake --build --preset lambda -j $(JOBS) --target bootstrap
	@tools/package-lambda build/lambda-program/bootstrap build/lambda/lakewarden-lambda-x86_64.zip

test: ## install what is missing, build, run all tests (two real S3 servers are started on loopback)
	@tools/install-deps test
	@tools/quietly cmake --preset release -DLW_TESTS=ON -DCMAKE_INSTALL_PREFIX=$(PREFIX)
	@tools/quietly cmake --build --preset release -j $(JOBS)
	@$(MAKE) --no-print-directory lambda-zip
	@ctest --preset release

bench: ## install what is missing, measure beside wc, grep, ripgrep and others; writes docs/performance.md
	@tools/install-deps bench
	@bench/run

fuzz: ## run every fuzz target for FUZZ_SECONDS (60)
	@tools/install-deps ci
	@tools/fuzz $(FUZZ_SECONDS)

install: ## install program, man page, completion and systemd units (PREFIX, DESTDIR)
	@[ -x $(BUILD)/lakewarden ] || $(MAKE) --no-print-directory all
	install -D -m 755 $(BUILD)/lakewarden $(DESTDIR)$(PREFIX)/bin/lakewarden
	install -D -m 644 docs/lakewarden.1 $(DESTDIR)$(PREFIX)/share/man/man1/lakewarden.1
	install -D -m 644 completions/lakewarden.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lakewarden
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/systemd/lakewarden.service.in >$(DESTDIR)$(PREFIX)/lib/systemd/system/lakewarden.service
	chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/lakewarden.service
	install -D -m 644 packaging/systemd/lakewarden.timer $(DESTDIR)$(PREFIX)/lib/systemd/system/lakewarden.timer
	install -D -m 644 packaging/systemd/lakewarden.env $(DESTDIR)$(PREFIX)/share/doc/lakewarden/lakewarden.env

uninstall: ## remove what install put there (not /etc/lakewarden and /var/lib/lakewarden, which are yours)
	rm -f $(DESTDIR)$(PREFIX)/bin/lakewarden $(DESTDIR)$(PREFIX)/share/man/man1/lakewarden.1
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lakewarden
	rm -f $(DESTDIR)$(PREFIX)/lib/systemd/system/lakewarden.service $(DESTDIR)$(PREFIX)/lib/systemd/system/lakewarden.timer
	rm -f $(DESTDIR)$(PREFIX)/share/doc/lakewarden/lakewarden.env
	-rmdir $(DESTDIR)$(PREFIX)/share/doc/lakewarden 2>/dev/null

format: ## lay all C out as .clang-format says
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint: ## the rules of the tree: layers, banned calls, function length, headers, layout
	@for rule in layers banned functions headers format; do echo "== $$rule"; tools/check-$$rule || exit 1; done

clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
