# Brevstemme. "make help" lists what there is.
SHELL := /bin/bash
GO ?= go
TOOL := $(GO) tool -modfile=build/tools.mod
RELEASE ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 15s

.PHONY: help demo run build test race fuzz bench lint install image

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the binary, bin/brevstemme
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X main.release=$(RELEASE)" -o bin/brevstemme ./app

demo: install-postgresql build ## an example municipality in the middle of an election; Ctrl-C stops all
	bin/brevstemme demo

run: install-postgresql build ## the service on its private database in ./var
	bin/brevstemme serve

test: install ## everything: unit, database, browser, forms
	$(GO) test -timeout 22m ./...

race: install ## the same under the race detector, without the browser
	$(GO) test -race -timeout 30m $$($(GO) list ./... | grep -v /e2e)

fuzz: ## every fuzz target for FUZZTIME each (15s, or a number: 2000x)
	build/fuzz.sh $(FUZZTIME)

bench: install-postgresql build ## the figures of PERFORMANCE.md, each as a ratio to its baseline
	for b in journal forms roster pages; do bin/brevstemme bench $$b || exit 1; done

lint: ## gofmt, vet, staticcheck, the tests of architecture and size
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "not gofmt-ed:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(GO) test ./app -run 'TestArchitecture|TestNothingIsTooLong' -count=1

install: ## what the tests need (Debian packages and one npm package); asks for nothing
	build/install.sh postgresql chromium poppler-utils coinor-cbc axe

install-postgresql:
	build/install.sh postgresql

image: ## the container image (needs docker or buildah)
	docker build --build-arg RELEASE=$(RELEASE) -t brevstemme:$(RELEASE) .
