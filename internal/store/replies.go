package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
)

const replyColumns = `id, case_id, complainant_id, post_id, account_id, way, kind, automatic, title, text, state, author_id, approver_id, report_id, created_at, approved_at, send_at,
	fence, lease_until, tries, looks, started_at, sent_at, external_id, message_id, fail_class, fail_key, version, approved_hash, reason`

func scanReply(r interface{ Scan(...any) error }) (*grievance.Reply, error) {
	var p grievance.Reply
	var t [6]int64
	err := r.Scan(&p.ID, &p.CaseID, &p.ComplainantID, &p.PostID, &p.AccountID, &p.Way, &p.Kind, &p.Automatic, &p.Title, &p.Text, &p.State, &p.AuthorID, &p.ApproverID, &p.ReportID, &t[0], &t[1], &t[2],
		&p.Fence, &t[3], &p.Tries, &p.Looks, &t[4], &t[5], &p.ExternalID, &p.MessageID, &p.FailClass, &p.FailKey, &p.Version, &p.ApprovedHash, &p.Reason)
	p.CreatedAt, p.ApprovedAt, p.SendAt, p.LeaseUntil, p.StartedAt, p.SentAt = at(t[0]), at(t[1]), at(t[2]), at(t[3]), at(t[4]), at(t[5])
	return &p, err
}

const replyRows = replyColumns + `, once_key`

// InsertReply adds a reply. once names what may be answered only once: a second reply
// under the same name is ErrConflict. Empty once: no such bound.
func (tx *Tx) InsertReply(ctx context.Context, p *grievance.Reply, once string) error {
	row := []any{p.ID, p.CaseID, p.ComplainantID, p.PostID, p.AccountID, p.Way, p.Kind, p.Automatic, p.Title, p.Text, p.State, p.AuthorID, p.ApproverID, p.ReportID, ms(p.CreatedAt), ms(p.ApprovedAt), ms(p.SendAt),
		p.Fence, ms(p.LeaseUntil), p.Tries, p.Looks, ms(p.StartedAt), ms(p.SentAt), p.ExternalID, p.MessageID, p.FailClass, p.FailKey, p.Version, p.ApprovedHash, p.Reason,
		sql.NullString{String: once, Valid: once != ""}}
	if tx.cases[p.CaseID] != nil && (p.Kind == grievance.Acknowledgement || once == "") { // of a case opened in this transaction: nothing to conflict with
		if err := tx.holdRow("replies", replyRows, "", row...); err != nil {
			return err
		}
		return tx.Attach(ctx, "reply", p.ID, p.CaseID, p.Files, p.CreatedAt)
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO replies (`+replyRows+`) VALUES (`+marks(1, len(row))+`) ON CONFLICT DO NOTHING`, row...)
	if err := changedOne(r, err, grievance.ErrConflict); err != nil {
		return fmt.Errorf("reply of case %s: %w", p.CaseID, err)
	}
	return tx.Attach(ctx, "reply", p.ID, p.CaseID, p.Files, p.CreatedAt)
}

// Reply reads one reply with its files.
func (tx *Tx) Reply(ctx context.Context, id grievance.ID) (*grievance.Reply, error) {
	p, err := scanReply(tx.QueryRowContext(ctx, `SELECT `+replyColumns+` FROM replies WHERE id = $1`, id))
	if err != nil {
		return nil, err
	}
	files, err := tx.Files(ctx, "reply", p.CaseID)
	p.Files = files[p.ID]
	return p, err
}

// Replies lists the replies of a case, oldest first.
func (tx *Tx) Replies(ctx context.Context, c grievance.ID) ([]*grievance.Reply, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+replyColumns+` FROM replies WHERE case_id = $1 ORDER BY id`, c)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Reply, error) { return scanReply(r) })
}

// ReplyByMessageID finds a letter of ours by its Message-ID.
func (tx *Tx) ReplyByMessageID(ctx context.Context, messageID string) (*grievance.Reply, error) {
	return scanReply(tx.QueryRowContext(ctx, `SELECT `+replyColumns+` FROM replies WHERE message_id = $1 AND message_id <> '' LIMIT 1`, messageID))
}

// ReplyByExternal finds the reply that an account published under the service's id.
func (tx *Tx) ReplyByExternal(ctx context.Context, account int, external string) (id grievance.ID, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id FROM replies WHERE account_id = $1 AND external_id = $2 AND external_id <> '' LIMIT 1`, account, external).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = grievance.ErrNotFound
	}
	return id, err
}

// ReplyCount counts the replies of a case, for the number in a letter's Message-ID.
func (tx *Tx) ReplyCount(ctx context.Context, c grievance.ID) (n int, err error) {
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM replies WHERE case_id = $1`, c).Scan(&n)
}

// ReleaseReply lets a reply that waited for approval, or for an officer's word, go: from
// one state and version to another; ErrConflict when it has left them.
func (tx *Tx) ReleaseReply(ctx context.Context, p *grievance.Reply, from grievance.ReplyState, version int) error {
	r, err := tx.ExecContext(ctx, `UPDATE replies SET state = $1, approver_id = $2, approved_at = $3, send_at = $4, fail_class = $5, fail_key = $6, looks = $7, tries = $8, sent_at = $9,
		text = $10, author_id = $11, version = $12, approved_hash = $13, reason = $14 WHERE id = $15 AND state = $16 AND version = $17`,
		p.State, p.ApproverID, ms(p.ApprovedAt), ms(p.SendAt), p.FailClass, p.FailKey, p.Looks, p.Tries, ms(p.SentAt),
		p.Text, p.AuthorID, p.Version, p.ApprovedHash, p.Reason, p.ID, from, version)
	return changedOne(r, err, grievance.ErrConflict)
}

// LeaseReply takes a reply for one call of its service: its fence rises, so that whoever
// held it before changes nothing any more. ErrConflict when it is not in the state.
func (tx *Tx) LeaseReply(ctx context.Context, id grievance.ID, from grievance.ReplyState, now, until time.Time) (*grievance.Reply, error) {
	w := &where{}
	set := "send_at = " + w.arg(ms(until)) // a look keeps when the sending began, and comes round after the lease
	if from == grievance.ReplyQueued {
		w = &where{}
		set = "state = 'sending', tries = tries + 1, started_at = " + w.arg(ms(now)) + ", lease_until = " + w.arg(ms(until))
	}
	w.and("id = ? AND state = ?", id, from)
	p, err := scanReply(tx.QueryRowContext(ctx, `UPDATE replies SET `+set+`, fence = fence + 1 WHERE `+w.String()+` RETURNING `+replyColumns, w.args...))
	if err != nil {
		if err == sql.ErrNoRows {
			err = grievance.ErrConflict
		}
		return nil, err
	}
	files, err := tx.Files(ctx, "reply", p.CaseID)
	p.Files = files[p.ID]
	return p, err
}

// FinishReply saves how a call ended, if the lease is still the caller's: ErrConflict
// otherwise. Word from the service that it was published always counts.
func (tx *Tx) FinishReply(ctx context.Context, p *grievance.Reply) error {
	r, err := tx.ExecContext(ctx, `UPDATE replies SET state = $1, send_at = $2, tries = $3, looks = $4, sent_at = $5, external_id = $6, fail_class = $7, fail_key = $8, lease_until = 0
		WHERE id = $9 AND state IN ('sending', 'doubtful') AND (fence = $10 OR $11)`,
		p.State, ms(p.SendAt), p.Tries, p.Looks, ms(p.SentAt), p.ExternalID, p.FailClass, p.FailKey, p.ID, p.Fence, p.State == grievance.ReplyPublished)
	return changedOne(r, err, grievance.ErrConflict)
}

// DoubtStalled makes sendings whose lease is over doubtful: their worker died or stalled
// and nobody knows whether the service has them. They are looked for from lookAt on.
func (tx *Tx) DoubtStalled(ctx context.Context, now, lookAt time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE replies SET state = 'doubtful', fence = fence + 1, send_at = $1 WHERE state = 'sending' AND lease_until <= $2`, ms(lookAt), ms(now))
	return err
}

// maySend says that nothing holds back what goes out from the account of reply r; $3 is now.
const maySend = `EXISTS (SELECT 1 FROM accounts a JOIN account_health h ON h.account_id = a.id WHERE a.id = r.account_id AND a.can_send AND NOT a.archive AND a.stopped_at = 0
	AND h.send_stopped_at = 0 AND h.limited_until <= $3 AND NOT ` + onHold + `)`

// RepliesDue lists replies in the state whose time has come, the oldest first. Those that
// wait for an officer (no time) are left out, and those of accounts that may not send now:
// they would stand before all others.
func (tx *Tx) RepliesDue(ctx context.Context, s grievance.ReplyState, now time.Time, limit int) ([]grievance.ID, error) {
	from := int64(0)
	if s == grievance.ReplyDoubtful {
		from = 1
	}
	rows, err := tx.QueryContext(ctx, `SELECT r.id FROM replies r WHERE r.state = $1 AND r.send_at >= $2 AND r.send_at <= $3 AND (r.state = 'doubtful' OR `+maySend+`)
		ORDER BY r.send_at, r.id LIMIT $4`, s, from, ms(now), limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// CancelReplies stops what has not gone out yet of a case, but for one.
func (tx *Tx) CancelReplies(ctx context.Context, c grievance.ID, kind grievance.ReplyKind, but grievance.ID) error {
	_, err := tx.ExecContext(ctx, `UPDATE replies SET state = 'cancelled' WHERE case_id = $1 AND kind = $2 AND id <> $3 AND `+unsent, c, kind, but)
	return err
}
