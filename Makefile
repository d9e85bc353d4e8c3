# What a working day needs. `make test` is all of it, as CI runs it.
.PHONY: build demo test soak vuln assets generate

build:
	go build -trimpath -ldflags '-s -w' -o nivaran ./cmd/nivaran

demo:
	go run ./cmd/nivaran demo

# Installs what is missing, then format, vet, staticcheck, generated files, the
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

generate:
	go generate ./...
