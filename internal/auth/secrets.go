package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"nivaran/internal/grievance"
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// hashParams are those that OWASP recommends for a server with little memory to spare.
func hashParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// MinPassword is how many letters a password needs, and maxPassword how many it may have.
const (
	MinPassword = 10
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

// Credentials make what the store keeps of an officer's password and shared secret; an
// empty secret lets the officer set up the authenticator app at the first sign-in.
func Credentials(keys *secret.Keys, officer grievance.ID, password, shared string) (store.Credentials, error) {
	if utf8.RuneCountInString(password) < MinPassword || utf8.RuneCountInString(password) > maxPassword {
		return store.Credentials{}, grievance.Invalid("password", "auth.password_length")
	}
	hash, err := HashPassword(password)
	if err != nil {
		return store.Credentials{}, err
	}
	c := store.Credentials{Password: hash}
	if shared != "" {
		c.TOTP, err = keys.Seal([]byte(shared), sealedFor(officer))
	}
	return c, err
}

func sealedFor(officer grievance.ID) string { return "totp:" + officer.String() }

// NewSharedSecret makes what the authenticator app and we both know.
func NewSharedSecret() string {
	var b [20]byte
	rand.Read(b[:])
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
}

// stepSeconds is how long a code shows; matchCode allows a clock that is one step off.
const stepSeconds = 30

// matchCode finds the time step to which the code belongs.
func matchCode(shared, code string, now time.Time) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code)
	present := now.Unix() / stepSeconds
	for _, s := range []int64{present - 1, present, present + 1} {
		want, err := hotp.GenerateCodeCustom(shared, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// Enrolment is the shared secret that this session offers to an authenticator app, as
// letters to type and as the address that the app understands.
func (a *Auth) Enrolment(ctx context.Context) (letters, address string, err error) {
	if a.Stage(ctx) != NeedEnrol {
		return "", "", grievance.ErrForbidden
	}
	shared, err := a.pending(ctx)
	if err != nil {
		return "", "", err
	}
	q := url.Values{"secret": {shared}, "issuer": {"Nivaran"}, "digits": {"6"}, "period": {"30"}}
	return shared, "otpauth://totp/Nivaran:" + url.PathEscape(a.Email(ctx)) + "?" + q.Encode(), nil
}

// pending is the offered secret, sealed in the session, made on first sight.
func (a *Auth) pending(ctx context.Context) (string, error) {
	if text := a.sessions.GetString(ctx, pendingKey); text != "" {
		sealed, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", fmt.Errorf("read enrolment: %w", err)
		}
		shared, err := a.Keys.Open(sealed, "enrolment")
		return string(shared), err
	}
	shared := NewSharedSecret()
	sealed, err := a.Keys.Seal([]byte(shared), "enrolment")
	if err != nil {
		return "", fmt.Errorf("seal enrolment: %w", err)
	}
	a.sessions.Put(ctx, pendingKey, base64.StdEncoding.EncodeToString(sealed))
	return shared, nil
}

// Enrol keeps the offered secret once the app has shown its first code.
func (a *Auth) Enrol(ctx context.Context, code, address string) (Stage, error) {
	if a.Stage(ctx) != NeedEnrol {
		return NeedPassword, grievance.ErrForbidden
	}
	t, err := a.try(ctx, a.Email(ctx), address)
	if err != nil {
		return NeedEnrol, err
	}
	shared, err := a.pending(ctx)
	if err != nil {
		return NeedEnrol, err
	}
	step, ok := matchCode(shared, code, a.Now())
	if !ok {
		return NeedEnrol, t.refused("auth.wrong_code")
	}
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, c, err := tx.OfficerByEmail(ctx, a.Email(ctx))
		if err != nil {
			return err
		}
		if len(c.TOTP) != 0 {
			return grievance.ErrConflict // set up meanwhile by somebody else with the password
		}
		if c.TOTP, err = a.Keys.Seal([]byte(shared), sealedFor(o.ID)); err != nil {
			return err
		}
		c.TOTPLast = step
		return tx.SaveCredentials(ctx, o.ID, c)
	})
	if err != nil {
		return NeedEnrol, errors.Join(a.sessions.Destroy(ctx), fmt.Errorf("set up second factor: %w", err))
	}
	a.sessions.Remove(ctx, pendingKey)
	return a.pass(ctx, t)
}
