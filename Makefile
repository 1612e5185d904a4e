# nutgraf - build, run, test. `make` alone lists the targets.
# Out of tree: everything made lies in $(BUILD). Variants (asan, tsan, ubsan, clang) are builds of their own below build/.

CC      ?= cc
BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0
SHELL   := /bin/bash
MAKEFLAGS += --no-print-directory
JOBS    ?= $(shell nproc)

PACKAGES := libmicrohttpd jansson icu-uc icu-i18n libcurl gumbo zlib
# The oldest versions known to work (Debian 12's).
OLDEST   := libmicrohttpd:0.9.75 jansson:2.14 icu-uc:72.1 icu-i18n:72.1 libcurl:7.88 gumbo:0.10 zlib:1.2.13

WARN   := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
WERROR ?= $(if $(CI),-Werror,)
OPT    ?= -O2 -g
SAN    ?=
# one reading of floating point everywhere, so that the same input gives the same bytes
FLOAT  := -ffp-contract=off

PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
PKG_LIBS   = $(shell pkg-config --libs $(PACKAGES))
CPPFLAGS_ALL = -I. -D_GNU_SOURCE -DNUTGRAF_VERSION='"$(VERSION)"' -DNUTGRAF_DATADIR='"$(PREFIX)/share/nutgraf"' $(CPPFLAGS)
CFLAGS_ALL   = -std=gnu17 $(WARN) $(WERROR) $(OPT) $(FLOAT) $(SAN) -fno-strict-aliasing -pthread $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL  = $(SAN) -pthread $(LDFLAGS)
LIBS         = $(PKG_LIBS) -lm

not_lib   := %_fuzz.c
CORE_SRC  := $(filter-out $(not_lib),$(sort $(shell find core -name '*.c')))
APP_SRC   := $(filter-out $(not_lib),$(sort $(wildcard server/*.c handlers/*.c cli/*.c)))
TEST_SRC  := $(sort $(wildcard tests/unit/test_*.c))
FUZZ_SRC  := $(sort $(shell find core handlers -name '*_fuzz.c'))
TOOL_SRC  := $(sort $(wildcard tools/train/*.c))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE_OBJ  := $(call obj,$(CORE_SRC))
APP_OBJ   := $(call obj,$(filter-out cli/main.c,$(APP_SRC)))
MAIN_OBJ  := $(call obj,$(filter cli/main.c,$(APP_SRC)))
TEST_BIN  := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(TEST_SRC))
FUZZ      := $(patsubst %_fuzz.c,%,$(notdir $(FUZZ_SRC)))
TOOL_BIN  := $(patsubst tools/train/%.c,$(BUILD)/tools/%,$(filter %_main.c,$(TOOL_SRC)))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY:

##@ Everyday
.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9_-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo

.PHONY: all
all: check-deps $(BUILD)/nutgraf ## build the program, build/nutgraf

$(BUILD)/libnutgraf.a: $(CORE_OBJ)
	@echo "  AR      $@"
	@rm -f $@ && ar rcs $@ $(CORE_OBJ)

$(BUILD)/nutgraf: $(MAIN_OBJ) $(APP_OBJ) $(BUILD)/libnutgraf.a
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(APP_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lcmocka

# a fuzz target without a fuzzer: a program that feeds it the files it is given (tests/fuzz/<name>/)
vpath %_fuzz.c $(sort $(dir $(FUZZ_SRC)))
$(BUILD)/replay/%: %_fuzz.c tests/fuzz/replay.c $(APP_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter-out %.h,$^) $(LIBS)

# the same with libFuzzer
$(BUILD)/fuzz/%: %_fuzz.c $(APP_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -fsanitize=fuzzer $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# programs that measure
$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# the contract is part of the program (.incbin)
$(BUILD)/obj/handlers/info.o: openapi.yaml handlers/openapi.json

# the trainer: its parts and the core
TOOL_OBJ  := $(call obj,$(filter-out %_main.c,$(TOOL_SRC)))
$(BUILD)/tools/%: $(BUILD)/obj/tools/train/%.o $(TOOL_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(BUILD)/tests/unit/test_train: $(BUILD)/obj/tests/unit/test_train.o $(TOOL_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS) -lcmocka

TRAINED = $(patsubst [%],%,$(shell grep '^\[' tools/train/ner.conf))
.PHONY: train
train: $(BUILD)/tools/ner_train_main ## train the recogniser's models anew (../shared/datasets; LANGS="fr es": these alone)
	@for l in $(if $(filter command,$(origin LANGS)),$(LANGS),$(TRAINED)); do $(BUILD)/tools/ner_train_main train $$l || exit 1; done

.PHONY: train-events
train-events: $(BUILD)/tools/event_pairs_main ## train data/event.bin anew, from the annotated news and the examples of the frames (3 min)
	@/usr/bin/python3 tools/train/roles.py

-include $(patsubst %.o,%.d,$(call obj,$(TOOL_SRC)) $(CORE_OBJ) $(APP_OBJ) $(MAIN_OBJ) $(call obj,$(TEST_SRC)))

.PHONY: deps
deps: ## install what is missing (Debian 12 or newer; root or sudo)
	@bash tools/deps.sh

.PHONY: run
run: all ## start the server on port 8080
	$(BUILD)/nutgraf serve

.PHONY: demo
demo: ## build, start the server, analyse a bundled German article, print the result
	@bash tools/deps.sh && $(MAKE) -j$(JOBS) all && bash tools/demo.sh $(BUILD)/nutgraf

##@ Tests
ASAN := BUILD=build/asan SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" OPT="-O1 -g"
TSAN := BUILD=build/tsan SAN="-fsanitize=thread" OPT="-O1 -g"

.PHONY: test
test: ## every test: unit tests plain and under ASan and UBSan, fuzz corpora, the server over HTTP, quality
	@bash tools/deps.sh test && $(MAKE) -j$(JOBS) all unit && $(MAKE) -j$(JOBS) $(ASAN) all unit replay && bash tests/run.sh build build/asan

.PHONY: quick
quick: all unit ## the unit tests alone, without sanitizers
	@bash tests/run.sh $(BUILD)

.PHONY: unit
unit: $(TEST_BIN)

.PHONY: replay
replay: $(addprefix $(BUILD)/replay/,$(FUZZ))

.PHONY: asan
asan: ## unit tests and fuzz corpora under AddressSanitizer and UBSan
	@bash tools/deps.sh test && $(MAKE) -j$(JOBS) $(ASAN) all unit replay && bash tests/run.sh build/asan

.PHONY: tsan
tsan: ## the server and its workers under ThreadSanitizer
	@bash tools/deps.sh test && $(MAKE) -j$(JOBS) $(TSAN) all unit && bash tests/tsan.sh build/tsan

SOAK_SECONDS ?= 600
.PHONY: soak
soak: all ## a long mixed load on one server: same bytes, no growth (SOAK_SECONDS)
	@bash tools/deps.sh test && SOAK_SECONDS=$(SOAK_SECONDS) NUTGRAF=$(BUILD)/nutgraf /usr/bin/python3 tests/e2e/soak.py

FUZZ_SECONDS ?= 600
.PHONY: fuzz
fuzz: ## fuzz every parser with libFuzzer, FUZZ_SECONDS each (FUZZ="event value" for some)
	@bash tools/deps.sh fuzz && $(MAKE) CC=clang BUILD=build/fuzz SAN="-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all" OPT="-O1 -g" \
	  $(addprefix build/fuzz/fuzz/,$(FUZZ))
	@for f in $(FUZZ); do mkdir -p build/fuzz/corpus/$$f tests/fuzz/$$f; echo "== $$f, $(FUZZ_SECONDS) s"; \
	  NUTGRAF_DATA=$(CURDIR)/data build/fuzz/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
	  -artifact_prefix=build/fuzz/ build/fuzz/corpus/$$f tests/fuzz/$$f 2>&1 | tail -n 12; test $${PIPESTATUS[0]} -eq 0 || exit 1; done

.PHONY: quality
quality: all ## score the analyses on the annotated news texts (and on ../shared/gold where it is)
	@bash tests/quality/run.sh $(BUILD)/nutgraf

.PHONY: golden-update
golden-update: all unit ## write what the program now gives into tests/golden; review the diff
	@NUTGRAF_DATA=$(CURDIR)/data GOLDEN_UPDATE=1 bash tests/run.sh $(BUILD) && /usr/bin/python3 tests/golden/article.py --update $(BUILD)/nutgraf && /usr/bin/python3 tests/golden/summaries.py --update $(BUILD)/nutgraf
	@bash tests/quality/run.sh --update $(BUILD)/nutgraf

ORACLE  ?= ../shared/oracle
.PHONY: oracle
oracle: all ## compare the translation engine with the original one (needs npm and the scripts in ORACLE); prints a table
	@bash tests/nmt/oracle.sh $(ORACLE) $(BUILD)

.PHONY: arm
arm: ## the translation engine for 64-bit Arm: cross-compiled, its tests run under qemu
	@bash tests/nmt/arm.sh $(BUILD)

.PHONY: lint
lint: ## clang-tidy and cppcheck
	@bash tools/deps.sh lint
	cppcheck -q -j2 --std=c17 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem --suppress=arrayIndexThenCheck --suppress=duplicateAssignExpression --error-exitcode=1 -I. core handlers server cli
	clang-tidy --quiet $(CORE_SRC) $(APP_SRC) -- -std=gnu17 $(CPPFLAGS_ALL) $(PKG_CFLAGS)

##@ Measuring
.PHONY: bench
bench: all ## speed: stages by language and length, the server over HTTP, start-up, memory
	@bash bench/run.sh $(BUILD)/nutgraf

.PHONY: format
format: ## clang-format the C sources in place
	clang-format -i $$(git ls-files '*.c' '*.h')

##@ Installing
LANGS ?= de zh vi
.PHONY: models
models: all ## fetch translation models, both ways from and to English (LANGS="de zh vi")
	$(BUILD)/nutgraf models pull $(LANGS)

.PHONY: install
install: all ## install the program, its data and its man page below DESTDIR and PREFIX
	install -Dm755 $(BUILD)/nutgraf $(DESTDIR)$(PREFIX)/bin/nutgraf
	install -Dm644 docs/nutgraf.1 $(DESTDIR)$(PREFIX)/share/man/man1/nutgraf.1
	cd data && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/nutgraf/{} \;

.PHONY: uninstall
uninstall: ## remove what install installed
	rm -f $(DESTDIR)$(PREFIX)/bin/nutgraf $(DESTDIR)$(PREFIX)/share/man/man1/nutgraf.1
	rm -rf $(DESTDIR)$(PREFIX)/share/nutgraf

.PHONY: check-deps
check-deps:
	@command -v pkg-config >/dev/null || { echo "pkg-config is missing: run 'make deps'"; exit 1; }
	@for want in $(OLDEST); do p=$${want%%:*}; v=$${want##*:}; \
	  pkg-config --atleast-version=$$v $$p || { echo "$$p >= $$v is missing: run 'make deps'"; exit 1; }; done

.PHONY: clean
clean: ## remove everything that was made
	rm -rf build
