# Every target is a command that anybody can type; `make help` lists them.
# Without a C compiler Go builds with CGO_ENABLED=0 by itself; nothing here needs one.
REVISION := $(shell git describe --always --dirty 2>/dev/null)
GOFLAGS_BUILD := -trimpath -ldflags "-X main.revision=$(REVISION)"
SUITE ?= quick
# go-nvml names calls that NVIDIA has deprecated; the warnings are of no use here.
export CGO_CFLAGS ?= -O2 -g -Wno-deprecated-declarations

.PHONY: bench build test race lint cross emulated processors unplug fuzz speed peers gallery help

bench: build ## measure this machine: run folder, table and figures (SUITE=standard for intervals)
	bin/joulemark run --suite $(SUITE)

build: ## build bin/joulemark
	go build $(GOFLAGS_BUILD) -o bin/joulemark ./bench

TESTFLAGS ?=
test: build ## all tests
	go test -timeout 20m $(TESTFLAGS) ./...

# Left to `make test`: packages in which no goroutines meet, sweeps over vendor libraries, which the detector cannot see
# into, and the longest of kernels and checkers, whose references it makes ten times as slow. Package bench goes first and
# alone: its windows are of real time, and a window in which a card waited for a CPU is void.
RACE_NOT := /(bench|asm|dl|gen|guard|isa|joules|plots|resultstest|stablehlo|vector)$$
RACE_SKIP := TestAFailingSensorLosesItsJoulesAndNotTheRun/(stands|runs|is)|TestPJRT|TestOneDNN|TestBLAS|TestRealBLAS|TestMKL|TestOpenCL|TestTorch|OnPoCL|Oclgrind|TestEveryRunnerDoes|TestCheckOfHonestRunners/cpu|TestCheckOfHonestRunners/torch|TestCommandsOfTheReadmeRun|TestAStepTooSlowForTheSuite|TestATwoPackageServer|TestCeilingsAreMeasured|TestCPUComputes|TestCheckOfWicked|TestMatmulBeyondABlock|TestManyBlocks|TestRandomBlocks|TestRandomSizes/./^\#[2-9]|TestModelsOfTheTable|TestByteProductsByStandIn|TestHonestInt8LayersPass|TestWrongInt8LayersFail|TestRandomLayers|TestLayers/avx/(tf32|fp16|bf16)|TestMatmulOfEveryTypeAndSet|TestALibraryThatDoesNotStart|TestLayers/_(bf16|fp16|int8|tf32)|TestMatmulCheck|TestOneScaleForAllRowsFails|TestWrongLayersFail|TestPeakTells|TestBF16MultipliersFail|TestRealLengths|TestLayerReferenceIsTheTextbook
race: ## tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -timeout 20m $(TESTFLAGS) -skip '$(RACE_SKIP)' ./bench
	CGO_ENABLED=1 go test -race -timeout 20m $(TESTFLAGS) -skip '$(RACE_SKIP)' $$(go list ./... | grep -vE '$(RACE_NOT)')

lint: ## gofmt, go vet, staticcheck
	@test -z "$$(gofmt -l bench workloads runners results plots)" || { gofmt -l bench workloads runners results plots; exit 1; }
	go vet ./...
	go tool staticcheck ./...

cross: ## builds without cgo for the machines we do not have
	CGO_ENABLED=0 go build -o /dev/null ./bench
	CGO_ENABLED=0 go build -tags nodl -o /dev/null ./bench
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go vet ./...
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -o /dev/null ./bench
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 go vet ./...
	CGO_ENABLED=0 GOOS=darwin GOARCH=arm64 go build -o /dev/null ./bench

emulated: ## tests of the kernels for arm64, riscv64, ppc64le and s390x under qemu-user
	.ci/emulated

processors: ## tests of the kernels for AVX-512 and AVX-VNNI in an emulated processor (needs Debian on amd64; ALL=1 for more)
	.ci/processors

unplug: ## a CPU taken out in mid-window, in a virtual machine (needs Debian on amd64)
	.ci/unplug

# A run that ends while an input is being executed can fail with "context deadline
# exceeded" (golang/go#75804). A second try tells: an input that really fails has been
# written to testdata and fails again, at once.
FUZZTIME ?= 5s
fuzz: ## every fuzz target for FUZZTIME, two at a time
	@grep -roE '^func Fuzz[A-Za-z0-9]+' --include='*_test.go' bench workloads runners results plots | sed 's,\(.*\)/[^/]*:func ,./\1 ,' | sort | \
	xargs -n 2 -P 2 sh -c 'try="go test -run ^$$2\$$ -fuzz ^$$2\$$ -fuzztime $(FUZZTIME) -parallel 1 $$1"; echo "$$1 $$2"; $$try || $$try || exit 255' fuzz

speed: ## the benchmarks of this repository (ratios within one run count; machines are noisy)
	go test -run '^$$' -bench . -benchtime 1x ./...

peers: build ## each library through joulemark against its own simplest loop (needs .ci/parts)
	go run ./runners/internal/peers --joulemark bin/joulemark

gallery: build ## draw the published figures again from results/record
	@for d in plots/gallery/*/; do bin/joulemark plot results/record/$$(basename $$d) --out $$d; done

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12
