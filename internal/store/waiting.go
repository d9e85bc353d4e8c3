package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Stuck is a reply that waits for a person.
type Stuck struct {
	Reply  grievance.Reply
	Number string
}

// StuckReplies lists, within the scope, the replies that an officer must look at: refused,
// come back, sent back, or of doubtful end after the last look. The newest first.
func (tx *Tx) StuckReplies(ctx context.Context, s grievance.Scope, limit int) ([]Stuck, error) {
	w := &where{}
	w.and("(r.state IN ('refused', 'sent_back', 'bounced') OR r.state = 'doubtful' AND r.send_at = 0)")
	w.and("c.closed_at IS NULL")
	return tx.stuck(ctx, w, s, "DESC", limit)
}

// AwaitingReplies lists, within the scope, the replies that wait for approval at the
// accounts, but for those that the officer wrote: the oldest first.
func (tx *Tx) AwaitingReplies(ctx context.Context, s grievance.Scope, accounts []int, author grievance.ID, limit int) ([]Stuck, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	w := awaiting(accounts, author)
	return tx.stuck(ctx, w, s, "ASC", limit)
}

// CountAwaiting counts what AwaitingReplies lists, up to most.
func (tx *Tx) CountAwaiting(ctx context.Context, s grievance.Scope, accounts []int, author grievance.ID, most int) (n int, err error) {
	if len(accounts) == 0 {
		return 0, nil
	}
	w := awaiting(accounts, author)
	w.within(s, "c")
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM replies r JOIN cases c ON c.id = r.case_id WHERE `+w.String()+` LIMIT `+w.arg(most)+`) AS waiting`, w.args...).Scan(&n)
}

func awaiting(accounts []int, author grievance.ID) *where {
	w := &where{}
	w.and("r.state = 'awaiting_approval' AND r.author_id <> ?", author)
	inList(w, "r.account_id", accounts)
	return w
}

// RepliesFrom lists, within the scope, what went out or waits at one account, the newest
// first; before continues the list.
func (tx *Tx) RepliesFrom(ctx context.Context, s grievance.Scope, account int, before grievance.ID, limit int) ([]Stuck, error) {
	w := &where{}
	w.and("r.account_id = ?", account)
	if before != 0 {
		w.and("r.id < ?", before)
	}
	return tx.stuck(ctx, w, s, "DESC", limit)
}

func (tx *Tx) stuck(ctx context.Context, w *where, s grievance.Scope, order string, limit int) ([]Stuck, error) {
	w.within(s, "c")
	rows, err := tx.QueryContext(ctx, `SELECT r.id, c.number FROM replies r JOIN cases c ON c.id = r.case_id WHERE `+w.String()+` ORDER BY r.id `+order+` LIMIT `+w.arg(limit), w.args...)
	type found struct {
		id     grievance.ID
		number string
	}
	all, err := collect(rows, err, func(r *sql.Rows) (f found, err error) { return f, r.Scan(&f.id, &f.number) })
	if err != nil {
		return nil, err
	}
	stuck := make([]Stuck, 0, len(all))
	for _, f := range all {
		p, err := tx.Reply(ctx, f.id)
		if err != nil {
			return nil, err
		}
		stuck = append(stuck, Stuck{Reply: *p, Number: f.number})
	}
	return stuck, nil
}

// Heard is a case that came to an official account.
type Heard struct {
	CaseID, ComplainantID grievance.ID
	Number, Title         string
	At                    time.Time
}

// HeardAt lists, within the scope, the cases of those who wrote to an account, the newest
// first; before continues the list.
func (tx *Tx) HeardAt(ctx context.Context, s grievance.Scope, account int, before grievance.ID, limit int) ([]Heard, error) {
	w := &where{}
	w.and("k.account_id = ?", account)
	if before != 0 {
		w.and("k.id < ?", before)
	}
	w.within(s, "c")
	rows, err := tx.QueryContext(ctx, `SELECT c.id, k.id, c.number, c.title, k.joined_at FROM complainants k JOIN cases c ON c.id = k.case_id WHERE `+w.String()+` ORDER BY k.id DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (h Heard, err error) {
		var joined int64
		err = r.Scan(&h.CaseID, &h.ComplainantID, &h.Number, &h.Title, &joined)
		h.At = at(joined)
		return h, err
	})
}
