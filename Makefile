# The front door. Everything is built by Meson and Ninja; this file only says how to ask.
PREFIX ?= /usr/local
DESTDIR ?=
T ?= 60
N ?= 2000
SEED ?= 1
BROWSERS ?= chromium chromium-no3pc firefox webkitgtk
TWICE ?=
RESUME ?=

.PHONY: help run build test check fuzz bench browsers install clean

help:
	@echo 'make run        set up, build, probe a broken login on a real nginx, mend it, put a gateway before it'
	@echo 'make test       set up, build with gcc and with clang sanitizers, run every test'
	@echo 'make build      set up and build the command and the library (build-release/)'
	@echo 'make check      format, lint, layers, purity of the core'
	@echo 'make fuzz T=60  fuzz every target for T seconds'
	@echo 'make bench      measure speed beside libsoup'
	@echo 'make browsers   hold the model against real browsers: N=2000 SEED=1 BROWSERS="chromium=5000 firefox"'
	@echo '                TWICE=1 runs every journey twice, RESUME=1 goes on after Ctrl-C'
	@echo 'make install    install below PREFIX (/usr/local); DESTDIR for packagers'
	@echo 'make clean      remove what was built'

run: build
	@tools/setup.sh run
	@demo/run.sh

build:
	@tools/setup.sh build
	@tools/build.sh release

test:
	@tools/setup.sh test
	@tools/setup.sh browsers || echo 'browsers: what is missing is skipped'
	@tools/test.sh

check:
	@tools/setup.sh check
	@tools/check.sh

fuzz:
	@tools/setup.sh fuzz
	@tools/fuzz.sh $(T)

bench:
	@tools/setup.sh bench
	@tools/bench.sh

browsers: build
	@tools/setup.sh browsers || echo 'browsers: going on with what is installed'
	@tools/browsers.sh --count '$(N)' --seed '$(SEED)' --browser '$(BROWSERS)' --doc $(if $(TWICE),--twice) $(if $(RESUME),--resume)

install:
	@tools/setup.sh install
	@tools/build.sh release
	@tools/build.sh install '$(PREFIX)' '$(DESTDIR)'

clean:
	rm -rf build-release build-asan build-fuzz build-bench build-browsers
