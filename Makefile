# nutgraf - build, run, test. `make` alone lists the targets.
# Out of tree: everything made lies in $(BUILD). Variants (asan, tsan, ubsan, clang) are builds of their own below build/.

CC      ?= cc
BUILD   ?= build
PREFIX  ?= /usr/local
VERSION := 0.1.0
SHELL   := /bin/bash
MAKEFLAGS += --no-print-directory

PACKAGES := libmicrohttpd jansson icu-uc icu-i18n libcurl gumbo
# The oldest versions known to work (Debian 12's).
OLDEST   := libmicrohttpd:0.9.75 jansson:2.14 icu-uc:72.1 icu-i18n:72.1 libcurl:7.88 gumbo:0.10

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
FUZZ_BIN  := $(patsubst %.c,$(BUILD)/fuzz/%,$(notdir $(FUZZ_SRC)))
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

# the contract is part of the program (.incbin)
$(BUILD)/obj/handlers/info.o: openapi.yaml handlers/openapi.json

# the trainer: its parts and the core
TOOL_OBJ  := $(call obj,$(filter-out %_main.c,$(TOOL_SRC)))
$(BUILD)/tools/%: $(BUILD)/obj/tools/train/%.o $(TOOL_OBJ) $(BUILD)/libnutgraf.a
	@mkdir -p $(@D)
	@echo "  LD      $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

-include $(patsubst %.o,%.d,$(call obj,$(TOOL_SRC)) $(CORE_OBJ) $(APP_OBJ) $(MAIN_OBJ) $(call obj,$(TEST_SRC)))

.PHONY: deps
deps: ## install what is missing (Debian 12 or newer; root or sudo)
	@bash tools/deps.sh

.PHONY: run
run: all ## start the server on port 8080
	$(BUILD)/nutgraf serve

.PHONY: demo
demo: ## build, start the server, analyse a bundled German article, print the result
	@bash tools/deps.sh && $(MAKE) all && bash tools/demo.sh $(BUILD)/nutgraf

##@ Tests
.PHONY: test
test: ## every test: unit tests plain and under ASan and UBSan, the server over HTTP
	@bash tools/deps.sh && $(MAKE) all unit && $(MAKE) BUILD=build/asan SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" OPT="-O1 -g" all unit \
	  && bash tests/run.sh build build/asan

.PHONY: quick
quick: all unit ## the unit tests alone, without sanitizers
	@bash tests/run.sh $(BUILD)

.PHONY: unit
unit: $(TEST_BIN)

.PHONY: lint
lint: ## clang-tidy and cppcheck
	cppcheck -q --std=c17 --enable=warning,portability --inline-suppr --suppress=missingIncludeSystem --error-exitcode=1 -I. core handlers server cli
	clang-tidy --quiet $(CORE_SRC) $(APP_SRC) -- -std=gnu17 $(CPPFLAGS_ALL) $(PKG_CFLAGS)

.PHONY: format
format: ## clang-format the C sources in place
	clang-format -i $$(git ls-files '*.c' '*.h')

##@ Installing
.PHONY: install
install: all ## install the program, its data and its man page below DESTDIR and PREFIX
	install -Dm755 $(BUILD)/nutgraf $(DESTDIR)$(PREFIX)/bin/nutgraf
	cd data && find . -type f -exec install -Dm644 {} $(DESTDIR)$(PREFIX)/share/nutgraf/{} \;

.PHONY: uninstall
uninstall: ## remove what install installed
	rm -f $(DESTDIR)$(PREFIX)/bin/nutgraf
	rm -rf $(DESTDIR)$(PREFIX)/share/nutgraf

.PHONY: check-deps
check-deps:
	@command -v pkg-config >/dev/null || { echo "pkg-config is missing: run 'make deps'"; exit 1; }
	@for want in $(OLDEST); do p=$${want%%:*}; v=$${want##*:}; \
	  pkg-config --atleast-version=$$v $$p || { echo "$$p >= $$v is missing: run 'make deps'"; exit 1; }; done

.PHONY: clean
clean: ## remove everything that was made
	rm -rf build
