package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// A recovery code has 16 letters of 32: 80 random bits, which nobody finds out from the
// hash. Letters that are taken for others are left out.
const (
	recoveryCodes   = 10
	recoveryLength  = 16
	recoveryLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)

// newRecoveryCodes makes codes to be shown once and what is kept of them.
func newRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		var b [recoveryLength]byte
		rand.Read(b[:])
		var code strings.Builder
		for i, x := range b {
			if i > 0 && i%4 == 0 {
				code.WriteByte('-')
			}
			code.WriteByte(recoveryLetters[int(x)%len(recoveryLetters)])
		}
		codes = append(codes, code.String())
		hashes = append(hashes, hashRecovery(code.String()))
	}
	return codes, hashes
}

// hashRecovery is what is kept of a code, however it was typed.
func hashRecovery(code string) []byte {
	code = strings.Map(func(r rune) rune {
		if strings.ContainsRune(recoveryLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
	sum := sha256.Sum256([]byte("recovery:" + code))
	return sum[:]
}

// keepCodes holds fresh codes, sealed, until the officer says that they are noted down.
func (a *Auth) keepCodes(ctx context.Context, codes []string) error {
	return a.putSealed(ctx, codesKey, strings.Join(codes, "\n"))
}

// RecoveryCodes are the fresh codes of this session that are still to be noted down;
// empty when there are none.
func (a *Auth) RecoveryCodes(ctx context.Context) ([]string, error) {
	text, err := a.getSealed(ctx, codesKey)
	if text == "" || err != nil {
		return nil, err
	}
	return strings.Split(text, "\n"), nil
}

// CodesKept forgets the fresh codes once the officer has noted them down, and goes on
// where they were the last step of a sign-in.
func (a *Auth) CodesKept(ctx context.Context) (Stage, error) {
	st := a.Stage(ctx)
	if st != NeedKeep && st != SignedIn {
		return NeedPassword, grievance.ErrForbidden
	}
	a.sessions.Remove(ctx, codesKey)
	if st == SignedIn {
		return SignedIn, nil
	}
	return a.admit(ctx)
}

// NewRecoveryCodes replaces the actor's own codes; RecoveryCodes gives them.
func (a *Auth) NewRecoveryCodes(ctx context.Context, by grievance.Actor) error {
	codes, hashes := newRecoveryCodes()
	now := a.Now()
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.SaveRecoveryCodes(ctx, by.ID, hashes); err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: by.ID, Kind: "notice.recovery_new", At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "id.recovery_made", nil, now)
	})
	if err != nil {
		return fmt.Errorf("new recovery codes: %w", err)
	}
	return a.keepCodes(ctx, codes)
}

// Recovery takes a recovery code in place of the second factor. Each works once, and the
// officer is told.
func (a *Auth) Recovery(ctx context.Context, code, address string) (Stage, error) {
	if a.Stage(ctx) != NeedCode {
		return NeedPassword, grievance.ErrForbidden
	}
	t, err := a.try(ctx, a.Email(ctx), address)
	if err != nil {
		return NeedCode, err
	}
	id, err := a.officer(ctx)
	if err != nil {
		return NeedCode, err
	}
	now := a.Now()
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		left, err := tx.UseRecoveryCode(ctx, id, hashRecovery(code), now)
		if err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.Notice{OfficerID: id, Kind: "notice.recovery_used", Data: strconv.Itoa(left), At: now}); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, self(id), "id.recovery_used", map[string]any{"left": left}, now)
	})
	if errors.Is(err, grievance.ErrNotFound) {
		return NeedCode, t.refused("auth.wrong_recovery")
	}
	if err != nil {
		return NeedCode, fmt.Errorf("use recovery code: %w", err)
	}
	return a.pass(ctx, t)
}

// putSealed keeps a secret in the session so that who reads the table cannot.
func (a *Auth) putSealed(ctx context.Context, key, text string) error {
	sealed, err := a.Keys.Seal([]byte(text), "session:"+key)
	if err != nil {
		return fmt.Errorf("seal %s: %w", key, err)
	}
	a.sessions.Put(ctx, key, base64.StdEncoding.EncodeToString(sealed))
	return nil
}

// getSealed reads what putSealed kept; empty when there is nothing, or when the key that
// sealed it was dropped meanwhile: sessions are too short to be sealed anew.
func (a *Auth) getSealed(ctx context.Context, key string) (string, error) {
	text := a.sessions.GetString(ctx, key)
	if text == "" {
		return "", nil
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	plain, err := a.Keys.Open(sealed, "session:"+key)
	if err != nil {
		a.Log.WarnContext(ctx, "what a session held is forgotten: its key was dropped", "what", key)
		a.sessions.Remove(ctx, key)
		return "", nil
	}
	return string(plain), nil
}
