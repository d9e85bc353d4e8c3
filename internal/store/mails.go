package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// MailState is what became of a mail of the program's own.
type MailState string

// The states of a mail. It is handing from just before the mail server gets its words
// until the server's answer is noted: who finds it there later does not know its fate.
const (
	MailQueued   MailState = "queued"
	MailLeased   MailState = "leased"
	MailHanding  MailState = "handing"
	MailSent     MailState = "sent"
	MailDoubtful MailState = "doubtful" // perhaps sent, and not sent again
	MailRefused  MailState = "refused"
)

// Mail is a letter of the program's own to an officer or another address.
type Mail struct {
	ID        grievance.ID
	OfficerID grievance.ID // 0: not to an officer
	Kind      string       // notices, link, text
	Sealed    []byte       // address and words; empty once it has ended
	Again     bool         // rather twice than not at all
	State     MailState
	CreatedAt time.Time
	SendAt    time.Time
	Tries     int
	Fence     int64 // of the lease
	EndedAt   time.Time
	Problem   string // class and code, no words of a server
}

const mailColumns = `id, officer_id, kind, sealed, again, state, created_at, send_at, tries, fence, ended_at, problem`

func scanMail(r interface{ Scan(...any) error }) (m Mail, err error) {
	var created, send, ended int64
	err = r.Scan(&m.ID, &m.OfficerID, &m.Kind, &m.Sealed, &m.Again, &m.State, &created, &send, &m.Tries, &m.Fence, &ended, &m.Problem)
	m.CreatedAt, m.SendAt, m.EndedAt = at(created), at(send), at(ended)
	return m, err
}

// AddMail queues a mail and orders that it goes out at once.
func (tx *Tx) AddMail(ctx context.Context, m Mail) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO mails (`+mailColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, '')`,
		m.ID, m.OfficerID, m.Kind, m.Sealed, m.Again, MailQueued, ms(m.CreatedAt), ms(m.SendAt))
	if err != nil {
		return err
	}
	return tx.tellSoon(ctx)
}

// Mail reads a mail.
func (tx *Tx) Mail(ctx context.Context, id grievance.ID) (Mail, error) {
	return scanMail(tx.QueryRowContext(ctx, `SELECT `+mailColumns+` FROM mails WHERE id = $1`, id))
}

// MailsDue lists mails whose time has come, the oldest first.
func (tx *Tx) MailsDue(ctx context.Context, now time.Time, limit int) ([]grievance.ID, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM mails WHERE ended_at = 0 AND send_at <= $1 AND (state = $2 OR state = $3 AND lease_until <= $1) ORDER BY send_at, id LIMIT $4`,
		ms(now), MailQueued, MailLeased, limit)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// LeaseMail takes a mail for one try; ErrNotFound when it is not to be sent now or
// another holds it.
func (tx *Tx) LeaseMail(ctx context.Context, id grievance.ID, now, until time.Time) (Mail, error) {
	return scanMail(tx.QueryRowContext(ctx, `
		UPDATE mails SET state = $1, fence = fence + 1, tries = tries + 1, lease_until = $2
		WHERE id = $3 AND ended_at = 0 AND send_at <= $4 AND (state = $5 OR state = $1 AND lease_until <= $4)
		RETURNING `+mailColumns, MailLeased, ms(until), id, ms(now), MailQueued))
}

// HandMail notes that the mail server gets the words now; ErrConflict when the lease was
// taken over.
func (tx *Tx) HandMail(ctx context.Context, m Mail) error {
	r, err := tx.ExecContext(ctx, `UPDATE mails SET state = $1 WHERE id = $2 AND fence = $3 AND state = $4`, MailHanding, m.ID, m.Fence, MailLeased)
	return changedOne(r, err, grievance.ErrConflict)
}

// FinishMail saves how a try went; a mail that has ended loses its words. ErrConflict
// when the lease was taken over.
func (tx *Tx) FinishMail(ctx context.Context, m Mail) error {
	if !m.EndedAt.IsZero() {
		m.Sealed = []byte{}
	}
	r, err := tx.ExecContext(ctx, `UPDATE mails SET state = $1, send_at = $2, ended_at = $3, problem = $4, again = $5, sealed = $6, lease_until = 0
		WHERE id = $7 AND fence = $8 AND ended_at = 0`, m.State, ms(m.SendAt), ms(m.EndedAt), m.Problem, m.Again, m.Sealed, m.ID, m.Fence)
	return changedOne(r, err, grievance.ErrConflict)
}

// DoubtMails settles the mails whose worker died while the server had the words: one that
// may go twice is queued a last time, any other has ended.
func (tx *Tx) DoubtMails(ctx context.Context, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE mails SET state = CASE WHEN again THEN $1 ELSE $2 END, ended_at = CASE WHEN again THEN 0 ELSE $3 END, sealed = CASE WHEN again THEN sealed ELSE $4 END,
			fence = fence + 1, again = FALSE
		WHERE ended_at = 0 AND state = $5 AND lease_until <= $3`, MailQueued, MailDoubtful, ms(now), []byte{}, MailHanding)
	return err
}
