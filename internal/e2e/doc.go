// Package e2e walks the whole program as its users do: the real binary, a real browser,
// the stand-ins of the channels. Its tests carry the build tag browser; make test runs them.
package e2e
