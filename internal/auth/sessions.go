package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// kept keeps sessions in the store's table under the hash of their token: who reads the
// table cannot take up a session.
type kept struct {
	store *store.Store
	now   func() time.Time
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FindCtx reads a session that is not over.
func (k *kept) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = k.store.View(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(ctx, hashed(token), k.now())
		b = s.Data
		return err
	})
	if errors.Is(err, grievance.ErrNotFound) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// CommitCtx keeps a session, with the officer whose suspension ends it.
func (k *kept) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	var d data
	if err := json.Unmarshal(b, &d); err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	s := store.Session{Token: hashed(token), Data: b, Expiry: expiry}
	if text := d.Values[officerKey]; text != "" {
		id, err := grievance.ParseID(text)
		if err != nil {
			return fmt.Errorf("keep session: %w", err)
		}
		s.OfficerID = id
	}
	d.describe(&s)
	return k.store.Tx(ctx, func(tx *store.Tx) error { return tx.SaveSession(ctx, s) })
}

// DeleteCtx ends a session.
func (k *kept) DeleteCtx(ctx context.Context, token string) error {
	return k.store.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteSession(ctx, hashed(token)) })
}

// Find, Commit and Delete are those without a context, which the session manager asks for
// and never calls.

// Find is FindCtx without a context.
func (k *kept) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (k *kept) Commit(token string, b []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (k *kept) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }

// data is a session as it is kept: plain text values only, so that nothing but text can
// come out of the table.
type data struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// describe fills in what the list of sessions shows of one that is signed in.
func (d data) describe(s *store.Session) {
	id, err := grievance.ParseID(d.Values[idKey])
	if err != nil {
		return // not yet signed in
	}
	s.ID, s.Address, s.Agent = id, d.Values[addressKey], d.Values[agentKey]
	s.Began, _ = time.Parse(time.RFC3339, d.Values[beganKey])
	s.Seen, _ = time.Parse(time.RFC3339, d.Values[seenKey])
}

// codec writes sessions as JSON.
type codec struct{}

// Encode refuses values that are no text.
func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := data{Deadline: deadline, Values: map[string]string{}}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is no text", k)
		}
		d.Values[k] = text
	}
	return json.Marshal(d)
}

// Decode reads what Encode wrote.
func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	var d data
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, fmt.Errorf("read session: %w", err)
	}
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, nil
}
