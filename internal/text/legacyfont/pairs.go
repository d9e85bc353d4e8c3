package legacyfont

import (
	_ "embed" // the table of pairs
)

// Characters stand in the table by class: 0 is the edge of a word, then ASCII.
const (
	classDigit = iota + 95
	classKnown // a sign of the font outside ASCII
	classOther
	classes
)

// pairScale is how many steps of the table one nat has.
const pairScale = 16

// pairs holds for two characters in a row how much likelier they are in Hindi typed in
// Kruti Dev than in English or Hindi in Latin letters. A test writes it from the phrases of
// package seed (UPDATE=1 go test ./internal/text/legacyfont -run TestPairs).
//
//go:embed pairs.bin
var pairs string

// ratio is how many nats better the font explains the word.
func ratio(w string) float64 {
	sum, last := 0, 0
	for _, r := range w {
		c := class(r)
		sum += int(int8(pairs[last*classes+c]))
		last = c
	}
	sum += int(int8(pairs[last*classes]))
	return float64(sum) / pairScale
}
