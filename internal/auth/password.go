package auth

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"nivaran/internal/grievance"
)

// hashParams are those that OWASP recommends for a server with little memory to spare.
func hashParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// MinPassword is how many letters a password needs, and maxPassword how many it may have.
const (
	MinPassword = 12
	maxPassword = 200
)

// HashPassword makes what is kept of a password.
func HashPassword(password string) (string, error) {
	h, err := argon2id.CreateHash(password, hashParams())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// compare checks a password, a few at a time.
func (a *Auth) compare(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > maxPassword*utf8.UTFMax {
		password = ""
	}
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return right, nil
}

// common are passwords that are tried first everywhere, and long enough otherwise.
//
//go:embed common.txt
var common string

func checkLength(password string) error {
	if n := utf8.RuneCountInString(password); n < MinPassword || n > maxPassword {
		return grievance.Invalid("password", "auth.password_length")
	}
	return nil
}

// checkPassword refuses a password that is too short, that is little more than the
// officer's own name or address, or that everybody thinks of.
func checkPassword(o grievance.Officer, password string) error {
	if err := checkLength(password); err != nil {
		return err
	}
	folded := fold(password)
	local, _, _ := strings.Cut(o.Email, "@")
	for _, own := range []string{o.Email, local, o.NameEN, o.NameHI} {
		if own = fold(own); len(own) > 2 && strings.Contains(folded, own) && len(folded)-len(own) < 6 {
			return grievance.Invalid("password", "auth.password_own")
		}
	}
	if monotonous(folded) {
		return grievance.Invalid("password", "auth.password_common")
	}
	for line := range strings.Lines(common) {
		if strings.TrimSpace(line) == folded {
			return grievance.Invalid("password", "auth.password_common")
		}
	}
	return nil
}

// fold leaves letters and digits, in small.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// monotonous says whether a password is made of fewer than four different signs.
func monotonous(folded string) bool {
	seen := map[rune]bool{}
	for _, r := range folded {
		seen[r] = true
	}
	return len(seen) < 4
}
