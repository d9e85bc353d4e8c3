package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Session is a kept session. Those of signed-in officers have an ID by which they are
// listed and ended, and say where they come from.
type Session struct {
	Token     string // hashed
	Data      []byte
	Expiry    time.Time
	OfficerID grievance.ID
	ID        grievance.ID // 0 before the sign-in is complete
	Began     time.Time
	Seen      time.Time // of the last request that was noted
	Address   string    // of the network
	Agent     string    // as the browser names itself
}

// Session reads a session that has neither expired nor been ended; ErrNotFound otherwise.
func (tx *Tx) Session(ctx context.Context, token string, now time.Time) (Session, error) {
	s := Session{Token: token}
	var expiry int64
	err := tx.QueryRowContext(ctx, `SELECT data, expiry, officer_id FROM sessions WHERE token = $1 AND expiry > $2 AND ended_at = 0`, token, ms(now)).Scan(&s.Data, &expiry, &s.OfficerID)
	s.Expiry = at(expiry)
	return s, err
}

// SaveSession adds or changes a session. One that was ended meanwhile stays so, under a
// fresh token too.
func (tx *Tx) SaveSession(ctx context.Context, s Session) error {
	if s.ID != 0 {
		var ended int
		err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM sessions WHERE officer_id = $1 AND id = $2 AND ended_at <> 0`, s.OfficerID, s.ID).Scan(&ended)
		if err != nil || ended > 0 {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO sessions (token, data, expiry, officer_id, id, began_at, seen_at, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry, officer_id = excluded.officer_id, id = excluded.id,
			began_at = excluded.began_at, seen_at = excluded.seen_at, address = excluded.address, agent = excluded.agent
		WHERE sessions.ended_at = 0`,
		s.Token, s.Data, ms(s.Expiry), s.OfficerID, s.ID, ms(s.Began), ms(s.Seen), s.Address, s.Agent)
	return err
}

// DeleteSession forgets a session that its own visitor leaves.
func (tx *Tx) DeleteSession(ctx context.Context, token string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE token = $1 AND ended_at = 0`, token)
	return err
}

// Sessions lists the sessions in which the officer is signed in, the newest first.
func (tx *Tx) Sessions(ctx context.Context, officer grievance.ID, now time.Time) ([]Session, error) {
	rows, err := tx.QueryContext(ctx, `SELECT token, id, began_at, seen_at, address, agent FROM sessions
		WHERE officer_id = $1 AND id <> 0 AND expiry > $2 AND ended_at = 0 ORDER BY seen_at DESC, id DESC`, officer, ms(now))
	return collect(rows, err, func(r *sql.Rows) (s Session, err error) {
		var began, seen int64
		err = r.Scan(&s.Token, &s.ID, &began, &seen, &s.Address, &s.Agent)
		s.OfficerID, s.Began, s.Seen = officer, at(began), at(seen)
		return s, err
	})
}

// EndSession ends one session of the officer; ErrNotFound when there is none.
func (tx *Tx) EndSession(ctx context.Context, officer, session grievance.ID, now time.Time) error {
	r, err := tx.ExecContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE officer_id = $2 AND id = $3 AND id <> 0 AND ended_at = 0`, ms(now), officer, session)
	return changedOne(r, err, grievance.ErrNotFound)
}

// EndSessions ends all sessions of the officer, those half signed in too, but for the one
// named (0: none is spared).
func (tx *Tx) EndSessions(ctx context.Context, officer, spared grievance.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE sessions SET ended_at = $1 WHERE officer_id = $2 AND ended_at = 0 AND (id <> $3 OR id = 0)`, ms(now), officer, spared)
	return err
}

// attemptsKept is how long a failed sign-in is counted at most.
const attemptsKept = 24 * time.Hour

// ForgetSignIns forgets sessions and one-time links that are over, and failed sign-ins of
// the day before.
func (tx *Tx) ForgetSignIns(ctx context.Context, now time.Time) error {
	for q, before := range map[string]time.Time{
		`DELETE FROM sessions WHERE expiry <= $1`:        now,
		`DELETE FROM invitations WHERE expires_at <= $1`: now,
		`DELETE FROM sign_in_attempts WHERE since <= $1`: now.Add(-attemptsKept),
	} {
		if _, err := tx.ExecContext(ctx, q, ms(before)); err != nil {
			return err
		}
	}
	return nil
}
