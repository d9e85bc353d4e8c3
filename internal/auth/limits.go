package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Wrong tries that are allowed within tryWindow, for one account and for one address of
// the network, behind which a whole office may sit. Then both wait for tryWindow.
const (
	accountTries = 5
	addressTries = 50
	tryWindow    = 15 * time.Minute
)

// RefusedError says why a sign-in was refused, as a message key: how many tries are left,
// or how long to wait.
type RefusedError struct {
	Key  string
	Left int
	Wait time.Duration
}

func (e *RefusedError) Error() string { return "sign-in refused: " + e.Key }

// try is one try to sign in, counted as wrong before it is looked at, so that many at
// once are not free.
type try struct {
	auth            *Auth
	account, source string // account is empty where the try names none
	left            int
}

// limit is how many wrong tries a key may have.
type limit struct {
	key   string
	tries int
}

// try counts the try, or refuses it where too many were wrong. A link or a passkey that
// names no account (email empty) counts for the address of the network alone.
func (a *Auth) try(ctx context.Context, email, address string) (*try, error) {
	t := &try{auth: a, source: tryKey("address", address)}
	limits := []limit{{t.source, addressTries}}
	if email != "" {
		t.account = tryKey("account", email)
		limits = []limit{{t.account, accountTries}, limits[0]}
	}
	now := a.Now()
	var refused *RefusedError
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		refused = nil
		for i, k := range limits {
			n, err := tx.Attempts(ctx, k.key)
			if err != nil {
				return err
			}
			if now.Before(n.Until) {
				refused = &RefusedError{Key: "auth.too_many", Wait: n.Until.Sub(now)}
				return nil
			}
			if now.Sub(n.Since) > tryWindow {
				n = store.Attempts{Since: now}
			}
			n.N++
			n.Until = time.Time{}
			if n.N >= k.tries {
				n = store.Attempts{N: n.N, Since: now, Until: now.Add(tryWindow)}
			}
			if i == 0 {
				t.left = k.tries - n.N
			}
			if err := tx.SaveAttempts(ctx, k.key, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count sign-in: %w", err)
	}
	if refused != nil {
		return nil, refused
	}
	return t, nil
}

func (t *try) refused(key string) error {
	if t.left <= 0 {
		return &RefusedError{Key: "auth.too_many", Wait: tryWindow}
	}
	return &RefusedError{Key: key, Left: t.left}
}

// forget takes the tries back after a sign-in that worked: all of the account, and of the
// address this one's own.
func (t *try) forget(ctx context.Context, own int) error {
	return t.auth.Store.Tx(ctx, func(tx *store.Tx) error {
		if t.account != "" {
			if err := tx.ForgetAttempts(ctx, t.account); err != nil {
				return err
			}
		}
		n, err := tx.Attempts(ctx, t.source)
		if err != nil {
			return err
		}
		n.N, n.Until = max(n.N-own, 0), time.Time{}
		return tx.SaveAttempts(ctx, t.source, n)
	})
}

// tryKey hides addresses of people and machines in the table.
func tryKey(kind, text string) string {
	sum := sha256.Sum256([]byte(text))
	return kind + ":" + hex.EncodeToString(sum[:16])
}

// Unlock lets an officer try again at once.
func (a *Auth) Unlock(ctx context.Context, by grievance.Actor, officer grievance.ID) error {
	return a.manage(ctx, by, officer, "id.unlocked", control, func(tx *store.Tx, o grievance.Officer, now time.Time) error {
		if err := tx.ForgetAttempts(ctx, tryKey("account", clean(o.Email))); err != nil {
			return err
		}
		return tx.Notify(ctx, store.Notice{OfficerID: officer, Kind: "notice.unlocked", At: now})
	})
}
