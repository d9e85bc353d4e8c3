# What a working day needs. `make test` is all of it, as CI runs it.
.PHONY: build demo test soak vuln assets model

build:
	go build -trimpath -ldflags '-s -w' -o nivaran ./cmd/nivaran

demo:
	go run ./cmd/nivaran demo

# Installs what is missing, then format, vet, staticcheck, the
# suite on SQLite with -race and on PostgreSQL, and the browser journeys.
test:
	scripts/test

# The long version: more kills, hostile input, load.
soak:
	SOAK=1 scripts/test

# Needs the list of known vulnerabilities, so the network.
vuln:
	go tool -modfile=tools.mod govulncheck ./...

# Fetches the vendored files of the pages again; see scripts/assets for versions.
assets:
	scripts/assets

# Makes the shipped sorting model anew, after a change of its text or of how texts are
# read: four minutes on one core, and 7 MB to commit.
model:
	go run ./internal/sorting/internal/ship internal/sorting/shipped.model
