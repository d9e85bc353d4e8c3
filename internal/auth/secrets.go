package auth

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"nivaran/internal/grievance"
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// Credentials make what the store keeps of an officer's password and shared secret; an
// empty secret lets the officer set up the authenticator app at the first sign-in.
func Credentials(keys *secret.Keys, officer grievance.ID, password, shared string) (store.Credentials, error) {
	if err := checkLength(password); err != nil {
		return store.Credentials{}, err
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

// EnrolmentPicture is Enrolment as a square code for the app's camera, a PNG.
func (a *Auth) EnrolmentPicture(ctx context.Context) ([]byte, error) {
	_, address, err := a.Enrolment(ctx)
	if err != nil {
		return nil, err
	}
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		return nil, fmt.Errorf("picture of enrolment: %w", err)
	}
	picture, err := key.Image(pictureSize, pictureSize)
	if err != nil {
		return nil, fmt.Errorf("picture of enrolment: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("picture of enrolment: %w", err)
	}
	return b.Bytes(), nil
}

// pictureSize is the width and height of the square code, in pixels.
const pictureSize = 240

// pending is the offered secret, sealed in the session, made on first sight.
func (a *Auth) pending(ctx context.Context) (string, error) {
	shared, err := a.getSealed(ctx, pendingKey)
	if shared != "" || err != nil {
		return shared, err
	}
	shared = NewSharedSecret()
	return shared, a.putSealed(ctx, pendingKey, shared)
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
	err = a.setUp(ctx, "app", func(tx *store.Tx, o grievance.Officer, c store.Credentials) error {
		sealed, err := a.Keys.Seal([]byte(shared), sealedFor(o.ID))
		if err != nil {
			return err
		}
		return tx.SaveCredentials(ctx, o.ID, store.Credentials{Password: c.Password, TOTP: sealed, TOTPLast: step})
	})
	if err != nil {
		return NeedEnrol, err
	}
	a.sessions.Remove(ctx, pendingKey)
	return NeedKeep, t.forget(ctx, 2)
}

// setUp keeps an officer's first second factor by save, and with it the recovery codes,
// which the officer notes down next.
func (a *Auth) setUp(ctx context.Context, factor string, save func(tx *store.Tx, o grievance.Officer, c store.Credentials) error) error {
	codes, hashes := newRecoveryCodes()
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, c, err := tx.OfficerByEmail(ctx, a.Email(ctx))
		if err != nil {
			return err
		}
		id, err := tx.Identity(ctx, o.ID, now)
		if err != nil {
			return err
		}
		if whom, err := a.officer(ctx); err != nil || whom != o.ID { // the address is another's by now
			return errors.Join(grievance.ErrConflict, err)
		}
		if id.Factor() || !o.SuspendedAt.IsZero() {
			return grievance.ErrConflict // set up meanwhile by somebody else with the password
		}
		if err := save(tx, o, c); err != nil {
			return err
		}
		if err := tx.SaveRecoveryCodes(ctx, o.ID, hashes); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, self(o.ID), "id.factor_set", map[string]any{"factor": factor}, now)
	})
	if err != nil {
		return errors.Join(a.sessions.Destroy(ctx), fmt.Errorf("set up second factor: %w", err))
	}
	if err := a.keepCodes(ctx, codes); err != nil {
		return err
	}
	a.sessions.Put(ctx, stageKey, string(NeedKeep))
	return nil
}

// self is an officer who acts on the own official ID, under no charge.
func self(officer grievance.ID) grievance.Actor {
	return grievance.Actor{Kind: grievance.OfficerActor, ID: officer}
}
