# sencod — one Makefile, not recursive. `make help` lists what it can do.
SHELL := /bin/bash
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
VERSION := 0.1.0
B := build$(if $(DEV),/dev)
V ?=
Q := $(if $(V),,@)
comma := ,
say = @printf '  %-5s %s\n' $(1) $(2)

CC ?= gcc
PKGS := libevent libpq openssl jansson libxml-2.0 libcurl zlib sqlite3 xlsxwriter
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wpointer-arith -Wvla \
	-Wmissing-prototypes -Wformat=2 -Wno-missing-field-initializers
HARD := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	-fPIE -fcf-protection
CFLAGS += -std=gnu11 -D_GNU_SOURCE -g $(WARN) -I$(B) -Iprotocol -Idaemon -Itools/lib \
	-DSENCOD_VERSION='"$(VERSION)"' -include protocol/banned.h -MMD -MP $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
ifdef DEV
CFLAGS += -O1 -Werror -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
else
CFLAGS += -O2 $(HARD)
LDFLAGS += -pie -Wl,-z,relro,-z,now
endif
LIBS = $(shell pkg-config --libs $(1) 2>/dev/null)

src = $(wildcard $(addsuffix /*.c,$(1)))
obj = $(patsubst %.c,$(B)/%.o,$(call src,$(1)))
PROTOCOL := $(call obj,protocol)
DAEMON := $(call obj,daemon daemon/resources)
UNITS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
PROGRAMS := $(addprefix $(B)/,sencod sencoctl senco-sync generate)

.PHONY: all run demo demo-stop check test bench fuzz soak lint format install clean help deps units
.SECONDARY:
.DELETE_ON_ERROR:

all: deps ## build everything (installs what is missing)
	@$(MAKE) --no-print-directory $(PROGRAMS)

deps: ## install the packages needed to build and run
	$(Q)tools/bootstrap build

demo: all ## a running server with the registers of Trafford and fictional children
	$(Q)tools/demo start

run: demo ## the same

demo-stop: ## stop the demonstration (its data stays until make clean)
	$(Q)tools/demo stop

check: ## install, build, lint and run all tests (under 15 minutes)
	$(Q)tools/bootstrap test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(MAKE) --no-print-directory DEV=1 lint test

test: $(PROGRAMS) units $(FUZZERS)
	$(Q)B='$(B)' tests/run

units: $(UNITS)

lint: ## doors, formatter, headers, missing tests; sizes reported
	$(Q)tools/lint

format: ## put every C file into the shape of .uncrustify.cfg
	$(Q)uncrustify -q -c .uncrustify.cfg --no-backup $$(git ls-files '*.c' '*.h')

fuzz: $(FUZZERS) ## fuzz each parser for FUZZ_SECONDS (default 600)
	$(Q)FUZZ_SECONDS=$${FUZZ_SECONDS:-600} tests/run tests/fuzz

bench: all ## measure against nginx, COPY, bare SQL and other servers; prints ratios
	$(Q)tools/bootstrap bench
	$(Q)tools/bench/run

soak: all ## more than 10,000 faults that hit (hours)
	$(Q)SOAK=1 tests/run tests/fault

install: all ## into DESTDIR/PREFIX (default /usr/local)
	install -D -m 755 -t '$(DESTDIR)$(or $(PREFIX),/usr/local)/bin' $(PROGRAMS)
	install -D -m 644 -t '$(DESTDIR)/etc/sencod' config/sencod.conf
	install -D -m 644 -t '$(DESTDIR)$(or $(PREFIX),/usr/local)/lib/systemd/system' config/senco-sync.service config/senco-sync-push.service config/senco-sync-push.timer

clean: ## remove build/ and var/ (stops the demonstration)
	$(Q)tools/demo remove >/dev/null 2>&1 || true
	$(Q)rm -rf build var

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

$(B)/problems.h: protocol/problems.tsv tools/problems.awk
	@mkdir -p $(B)
	$(Q)awk -f tools/problems.awk $< > $@

$(B)/%.o: %.c | $(B)/problems.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<

# Its macros name calls that banned.h forbids, so they come before it.
$(B)/daemon/xlsx.o: CFLAGS := -include xlsxwriter.h $(CFLAGS)

$(B)/libprotocol.a: $(PROTOCOL)
	$(Q)rm -f $@ && ar rcs $@ $^

# A program: its own folder's objects and the libraries it needs.
define program
$(B)/$(1): $$(call obj,$(2)) $(B)/libprotocol.a
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(call LIBS,$(3)) $(4)
endef
$(eval $(call program,sencod,daemon daemon/resources,libevent libpq openssl jansson libxml-2.0 zlib xlsxwriter,-lcsv))
$(eval $(call program,sencoctl,tools/sencoctl tools/lib,libcurl jansson openssl,))
# What a school's computer may not have is linked in (tools/senco-sync/README.md).
$(eval $(call program,senco-sync,tools/senco-sync tools/lib,libcurl openssl libxml-2.0 zlib,-Wl$$(comma)-Bstatic -ljansson -lsqlite3 -lcsv -Wl$$(comma)-Bdynamic -lm))
$(eval $(call program,generate,tools/generate,openssl,-lcsv -lm))

# A unit test links the protocol and the daemon's files without its main, and
# what it needs of the tools.
$(B)/libtools.a: $(call obj,tools/lib)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/tests/unit/%: $(B)/tests/unit/%.o $(filter-out $(B)/daemon/main.o,$(DAEMON)) $(B)/libtools.a $(B)/libprotocol.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call LIBS,libevent libpq openssl jansson libxml-2.0 zlib xlsxwriter) -lcsv -lcmocka

$(B)/tests/unit/generate_%: $(B)/tests/unit/generate_%.o $(filter-out $(B)/tools/generate/main.o,$(call obj,tools/generate)) $(B)/libprotocol.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call LIBS,openssl) -lcsv -lcmocka

$(B)/tests/unit/sync_%: $(B)/tests/unit/sync_%.o $(filter-out $(B)/tools/senco-sync/main.o,$(call obj,tools/senco-sync)) $(B)/libtools.a $(B)/libprotocol.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(call LIBS,libcurl jansson openssl libxml-2.0 zlib sqlite3) -lcsv -lcmocka

# Fuzzers are clang's, of their own objects: release and DEV builds are not.
F := -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
build/fuzz/obj/%.o: %.c | $(B)/problems.h
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)clang -std=gnu11 $F -fsanitize=fuzzer-no-link -I$(B) -Iprotocol -include protocol/banned.h \
	  -MMD -MP $(shell pkg-config --cflags openssl libxml-2.0 jansson 2>/dev/null) -c -o $@ $<

build/fuzz/%: build/fuzz/obj/tests/fuzz/%.o $(patsubst %.c,build/fuzz/obj/%.o,$(call src,protocol))
	$(Q)clang $F -fsanitize=fuzzer -o $@ $^ $(call LIBS,openssl libxml-2.0 jansson zlib) -lcsv

-include $(shell find $(B) build/fuzz -name '*.d' 2>/dev/null)
