package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"nivaran/internal/grievance"
)

const complainantColumns = `k.id, k.case_id, k.author_id, k.post_id, k.channel, k.account_id, k.language, k.verified, k.joined_at, k.delivered_at, k.told_how, k.feedback, k.feedback_at, k.feedback_until, k.ack_state,
	COALESCE(a.external_id, ''), COALESCE(a.handle, ''), COALESCE(a.name, ''), COALESCE(a.url, ''), COALESCE(a.verified, FALSE), COALESCE(a.official, FALSE)`

const complainantTables = ` FROM complainants k LEFT JOIN authors a ON a.id = k.author_id `

func scanComplainant(r interface{ Scan(...any) error }) (*grievance.Complainant, error) {
	var k grievance.Complainant
	var t [4]int64
	err := r.Scan(&k.ID, &k.CaseID, &k.Author.ID, &k.PostID, &k.Channel, &k.AccountID, &k.Language, &k.Verified, &t[0], &t[1], &k.ToldHow, &k.Feedback, &t[2], &t[3], &k.AckState,
		&k.Author.ExternalID, &k.Author.Handle, &k.Author.Name, &k.Author.URL, &k.Author.Verified, &k.Author.Official)
	k.Author.ExternalID = externalOf(k.Author.ExternalID)
	k.JoinedAt, k.DeliveredAt, k.FeedbackAt, k.FeedbackUntil = at(t[0]), at(t[1]), at(t[2]), at(t[3])
	return &k, err
}

// InsertComplainant adds one to whom the answer is owed; ErrConflict when the author is one already.
func (tx *Tx) InsertComplainant(ctx context.Context, k *grievance.Complainant) error {
	if n := tx.cases[k.CaseID]; n != nil && len(n.complained) == 0 { // the first of a case opened in this transaction
		n.complained = append(n.complained, k.Author.ID)
		return tx.holdComplainant(k)
	}
	row := complainantRow(k)
	r, err := tx.ExecContext(ctx, `INSERT INTO complainants (`+complainantRows+`) VALUES (`+marks(1, len(row))+`) ON CONFLICT DO NOTHING`, row...)
	return changedOne(r, err, grievance.ErrConflict)
}

const complainantRows = `id, case_id, author_id, post_id, channel, account_id, language, verified, joined_at, delivered_at, told_how, feedback, feedback_at, feedback_until, ack_state`

func complainantRow(k *grievance.Complainant) []any {
	return []any{k.ID, k.CaseID, k.Author.ID, k.PostID, k.Channel, k.AccountID, k.Language, k.Verified, ms(k.JoinedAt), ms(k.DeliveredAt), k.ToldHow, k.Feedback, ms(k.FeedbackAt), ms(k.FeedbackUntil), k.AckState}
}

// UpdateComplainant saves what changes: newest post, delivery, feedback, acknowledgement.
func (tx *Tx) UpdateComplainant(ctx context.Context, k *grievance.Complainant) error {
	if tx.complainants[k.ID] != nil {
		return tx.holdComplainant(k)
	}
	r, err := tx.ExecContext(ctx, `UPDATE complainants SET post_id = $1, account_id = $2, verified = $3, delivered_at = $4, told_how = $5, feedback = $6, feedback_at = $7, feedback_until = $8, ack_state = $9 WHERE id = $10`,
		k.PostID, k.AccountID, k.Verified, ms(k.DeliveredAt), k.ToldHow, k.Feedback, ms(k.FeedbackAt), ms(k.FeedbackUntil), k.AckState, k.ID)
	return changedOne(r, err, grievance.ErrNotFound)
}

// Complainants lists those of a case, the first first.
func (tx *Tx) Complainants(ctx context.Context, c grievance.ID) ([]*grievance.Complainant, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+complainantColumns+complainantTables+`WHERE k.case_id = $1 ORDER BY k.joined_at, k.id`, c)
	return collect(rows, err, func(r *sql.Rows) (*grievance.Complainant, error) { return scanComplainant(r) })
}

// FirstComplainants gives the first complainant of each case, for lists.
func (tx *Tx) FirstComplainants(ctx context.Context, cases []grievance.ID) (map[grievance.ID]*grievance.Complainant, error) {
	w := &where{}
	inList(w, "k.case_id", cases)
	rows, err := tx.QueryContext(ctx, `SELECT `+complainantColumns+complainantTables+`WHERE `+w.String()+` ORDER BY k.joined_at DESC, k.id DESC`, w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (*grievance.Complainant, error) { return scanComplainant(r) })
	first := make(map[grievance.ID]*grievance.Complainant, len(cases))
	for _, k := range all {
		first[k.CaseID] = k
	}
	return first, err
}

// Complainant reads one.
func (tx *Tx) Complainant(ctx context.Context, id grievance.ID) (*grievance.Complainant, error) {
	return scanComplainant(tx.QueryRowContext(ctx, `SELECT `+complainantColumns+complainantTables+`WHERE k.id = $1`, id))
}

// ComplainantByAuthor reads the author's place in a case; ErrNotFound when there is none.
func (tx *Tx) ComplainantByAuthor(ctx context.Context, c, author grievance.ID) (*grievance.Complainant, error) {
	return scanComplainant(tx.QueryRowContext(ctx, `SELECT `+complainantColumns+complainantTables+`WHERE k.case_id = $1 AND k.author_id = $2`, c, author))
}

// IsComplainant says whether the author belongs to the case.
func (tx *Tx) IsComplainant(ctx context.Context, c, author grievance.ID) (bool, error) {
	if author == 0 {
		return false, nil
	}
	_, err := tx.ComplainantByAuthor(ctx, c, author)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// CountByAuthor counts the cases of an author within the scope, and those that were settled.
func (tx *Tx) CountByAuthor(ctx context.Context, s grievance.Scope, author grievance.ID) (all, settled int, err error) {
	w := &where{}
	w.and("k.author_id = ?", author)
	w.within(s, "c")
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(*) FILTER (WHERE c.state = 'closed') FROM complainants k JOIN cases c ON c.id = k.case_id WHERE `+w.String(), w.args...).Scan(&all, &settled)
	return all, settled, err
}

// Link is a secret link to a case: 128 random bits, kept as a hash.
type Link struct {
	Hash          []byte
	CaseID        grievance.ID
	ComplainantID grievance.ID
	ExpiresAt     time.Time
}

// SaveLink keeps a secret link.
func (tx *Tx) SaveLink(ctx context.Context, l Link) error {
	return tx.holdRow("secret_links", "hash, case_id, complainant_id, expires_at", "", l.Hash, l.CaseID, l.ComplainantID, ms(l.ExpiresAt))
}

// LinkByHash finds a secret link that has not expired.
func (tx *Tx) LinkByHash(ctx context.Context, hash []byte, now time.Time) (l Link, err error) {
	l.Hash = hash
	var expires int64
	err = tx.QueryRowContext(ctx, `SELECT case_id, complainant_id, expires_at FROM secret_links WHERE hash = $1 AND expires_at > $2`, hash, ms(now)).Scan(&l.CaseID, &l.ComplainantID, &expires)
	l.ExpiresAt = at(expires)
	return l, err
}

// ThreadCode is a six-digit code that a complainant writes in the thread to unlock one
// verdict in one browser.
type ThreadCode struct {
	ID            grievance.ID
	CaseID        grievance.ID
	Code          string
	Browser       []byte // hash of the browser's cookie
	ExpiresAt     time.Time
	ComplainantID grievance.ID // who wrote it; 0 so far nobody
	UsedAt        time.Time
}

// SaveThreadCode keeps a new code.
func (tx *Tx) SaveThreadCode(ctx context.Context, c ThreadCode) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO thread_codes (id, case_id, code, browser, expires_at) VALUES ($1, $2, $3, $4, $5)`, c.ID, c.CaseID, c.Code, c.Browser, ms(c.ExpiresAt))
	return err
}

// ThreadCodeOf finds the newest code of a browser for a case that has not expired.
func (tx *Tx) ThreadCodeOf(ctx context.Context, cs grievance.ID, browser []byte, now time.Time) (c ThreadCode, err error) {
	var expires, used int64
	err = tx.QueryRowContext(ctx, `SELECT id, case_id, code, expires_at, complainant_id, used_at FROM thread_codes WHERE case_id = $1 AND browser = $2 AND expires_at > $3 ORDER BY id DESC LIMIT 1`, cs, browser, ms(now)).
		Scan(&c.ID, &c.CaseID, &c.Code, &expires, &c.ComplainantID, &used)
	c.Browser, c.ExpiresAt, c.UsedAt = browser, at(expires), at(used)
	return c, err
}

// UnlockCode notes that a complainant wrote the code in the thread; false when no such
// code waits.
func (tx *Tx) UnlockCode(ctx context.Context, cs grievance.ID, code string, complainant grievance.ID, now time.Time) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE thread_codes SET complainant_id = $1 WHERE case_id = $2 AND code = $3 AND expires_at > $4 AND complainant_id = 0`, complainant, cs, code, ms(now))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// UseCode spends an unlocked code: it carries one verdict.
func (tx *Tx) UseCode(ctx context.Context, id grievance.ID, now time.Time) error {
	r, err := tx.ExecContext(ctx, `UPDATE thread_codes SET used_at = $1 WHERE id = $2 AND used_at = 0 AND complainant_id <> 0`, ms(now), id)
	return changedOne(r, err, grievance.ErrConflict)
}
