package grievance

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // the zone must exist on a machine without zone files
)

// India is the time zone of every office of the state.
var India = mustZone("Asia/Kolkata")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // tzdata is embedded
	}
	return z
}

// RegistrationNumber is what a citizen quotes: GRV, the year in India, the running
// number of that year in at least six digits, and a check digit, as in
// GRV-2026-0042117: case 4211 of 2026, check digit 7.
func RegistrationNumber(at time.Time, serial int64) string {
	year := at.In(India).Year()
	body := fmt.Sprintf("%06d", serial)
	return fmt.Sprintf("GRV-%d-%s%d", year, body, checkDigit(fmt.Sprintf("%d%s", year, body)))
}

var numberPattern = regexp.MustCompile(`(?i)\bGRV[- ]?(20\d\d)[- ]?(\d{7,12})\b`)

// FindRegistrationNumbers returns the well-formed numbers that a text quotes, in their
// usual form, each once; a wrong check digit is no number.
func FindRegistrationNumbers(text string) []string {
	var found []string
	seen := map[string]bool{}
	for _, m := range numberPattern.FindAllStringSubmatch(text, -1) {
		year, digits := m[1], m[2]
		body, check := digits[:len(digits)-1], digits[len(digits)-1]
		if checkDigit(year+body) != int(check-'0') {
			continue
		}
		n := "GRV-" + year + "-" + digits
		if !seen[n] {
			seen[n] = true
			found = append(found, n)
		}
	}
	return found
}

// ParseRegistrationNumber reads one number as typed: any case, with or without dashes.
func ParseRegistrationNumber(s string) (string, error) {
	s = strings.TrimSpace(s)
	if found := FindRegistrationNumbers(s); len(found) == 1 && len(s) <= len(found[0])+2 {
		return found[0], nil
	}
	return "", Invalid("number", "error.number_malformed")
}

// checkDigit is Damm's: it finds every single wrong digit and every swap of neighbours.
func checkDigit(digits string) int {
	c := byte(0)
	for _, d := range []byte(digits) {
		c = damm[c][d-'0']
	}
	return int(c)
}

var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}
