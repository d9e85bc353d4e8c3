package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// Notice tells an officer that something needs a look.
type Notice struct {
	ID        grievance.ID
	OfficerID grievance.ID
	CaseID    grievance.ID
	PostID    grievance.ID
	Kind      string // message key after "notice."
	Data      string // a registration number or a code, never a citizen's words
	At        time.Time
	ReadAt    time.Time
}

// TellOfficersArgs orders a round of the program's own mail.
type TellOfficersArgs struct{}

// Kind names the job.
func (TellOfficersArgs) Kind() string { return "tell_officers" }

// Notify adds a notice: the one way to tell an officer. It reaches the officer by mail as
// the officer chose; an urgent one sets out with the transaction, any other with the round
// of the next minute.
func (tx *Tx) Notify(ctx context.Context, n Notice) error {
	n.ID = tx.NewID(n.At)
	waits := ""
	if tx.s.mail {
		waits = mailNew
	}
	if tx.s.mail && grievance.NoticeUrgent(n.Kind) {
		if err := tx.tellSoon(ctx); err != nil {
			return err
		}
	}
	return tx.holdRow("notices", "id, officer_id, case_id, post_id, kind, data, at, mail", "", n.ID, n.OfficerID, n.CaseID, n.PostID, n.Kind, n.Data, ms(n.At), waits)
}

// tellSoon orders one round of mail, however much the transaction has to tell.
func (tx *Tx) tellSoon(ctx context.Context) error {
	if tx.telling {
		return nil
	}
	tx.telling = true
	return tx.Enqueue(ctx, TellOfficersArgs{}, Job{Queue: "notice"})
}

const noticeColumns = `n.id, n.officer_id, n.case_id, n.post_id, n.kind, n.data, n.at, n.read_at`

func scanNotice(r interface{ Scan(...any) error }) (n Notice, err error) {
	var when, read int64
	err = r.Scan(&n.ID, &n.OfficerID, &n.CaseID, &n.PostID, &n.Kind, &n.Data, &when, &read)
	n.At, n.ReadAt = at(when), at(read)
	return n, err
}

// noticesOf narrows to the notices of the scope's viewer. Those of cases and posts that are
// hidden from the viewer by now are left out, however old.
func noticesOf(s grievance.Scope) *where {
	w := &where{}
	w.and("n.officer_id = ?", s.Viewer)
	w.unlessHidden(s, "n.case_id")
	w.unlessHiddenPost(s, "n.post_id")
	return w
}

func (tx *Tx) notices(ctx context.Context, w *where, limit int) ([]Notice, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+noticeColumns+` FROM notices n WHERE `+w.String()+` ORDER BY n.id DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (Notice, error) { return scanNotice(r) })
}

// Notices lists the viewer's notices: all that are unread, then those that were read, each
// the newest first, limit of either.
func (tx *Tx) Notices(ctx context.Context, s grievance.Scope, limit int) ([]Notice, error) {
	w := noticesOf(s)
	w.and("n.read_at = 0")
	unread, err := tx.notices(ctx, w, limit)
	if err != nil {
		return nil, err
	}
	w = noticesOf(s)
	w.and("n.read_at <> 0")
	read, err := tx.notices(ctx, w, limit)
	return append(unread, read...), err
}

// UnreadNotices counts the viewer's unread notices up to the limit.
func (tx *Tx) UnreadNotices(ctx context.Context, s grievance.Scope, limit int) (n int, err error) {
	w := noticesOf(s)
	w.and("n.read_at = 0")
	return n, tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM notices n WHERE `+w.String()+` LIMIT `+w.arg(limit)+`) AS unread`, w.args...).Scan(&n)
}

// Notice reads one of the viewer's notices.
func (tx *Tx) Notice(ctx context.Context, s grievance.Scope, id grievance.ID) (Notice, error) {
	w := noticesOf(s)
	w.and("n.id = ?", id)
	return scanNotice(tx.QueryRowContext(ctx, `SELECT `+noticeColumns+` FROM notices n WHERE `+w.String(), w.args...))
}

// ReadNotices marks an officer's notices as read: the one with the id, or all for 0.
func (tx *Tx) ReadNotices(ctx context.Context, officer, id grievance.ID, now time.Time) error {
	w := &where{}
	w.and("officer_id = ? AND read_at = 0", officer)
	if id != 0 {
		w.and("id = ?", id)
	}
	_, err := tx.ExecContext(ctx, `UPDATE notices SET read_at = `+w.arg(ms(now))+` WHERE `+w.String(), w.args...)
	return err
}

// What a notice waits for: to be looked at, or for the officer's daily mail.
const (
	mailNew   = "new"
	mailDaily = "daily"
)

// Alone lets no other process into the same work until the transaction ends.
func (tx *Tx) Alone(ctx context.Context, work string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, '') ON CONFLICT (key) DO UPDATE SET value = meta.value`, "alone:"+work)
	return err
}

// OfficersToTell lists officers with notices that nobody has looked at yet.
func (tx *Tx) OfficersToTell(ctx context.Context, limit int) ([]grievance.ID, error) {
	return tx.ids(ctx, `SELECT DISTINCT officer_id FROM notices WHERE mail <> '' AND mail = $1 LIMIT $2`, mailNew, limit)
}

// OfficersForDigest lists officers whose daily mail is due: something waits for it, its
// minute has come, and none was made on the day.
func (tx *Tx) OfficersForDigest(ctx context.Context, day string, minute, limit int) ([]grievance.ID, error) {
	return tx.ids(ctx, `SELECT id FROM officers WHERE digest_minute <= $1 AND digest_day <> $2
		AND EXISTS (SELECT 1 FROM notices n WHERE n.mail <> '' AND n.mail = $3 AND n.officer_id = officers.id) LIMIT $4`, minute, day, mailDaily, limit)
}

func (tx *Tx) ids(ctx context.Context, query string, args ...any) ([]grievance.ID, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// NoticesToTell lists the viewer's unread notices that wait for a mail, the oldest first:
// those for the daily one, or those that nobody has looked at.
func (tx *Tx) NoticesToTell(ctx context.Context, s grievance.Scope, daily bool) ([]Notice, error) {
	waits := mailNew
	if daily {
		waits = mailDaily
	}
	w := noticesOf(s)
	w.and("n.mail <> '' AND n.mail = ? AND n.read_at = 0", waits)
	rows, err := tx.QueryContext(ctx, `SELECT `+noticeColumns+` FROM notices n WHERE `+w.String()+` ORDER BY n.id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (Notice, error) { return scanNotice(r) })
}

// TellDaily leaves notices to the officer's daily mail.
func (tx *Tx) TellDaily(ctx context.Context, ids []grievance.ID) error {
	return tx.setMail(ctx, mailDaily, 0, ids)
}

// ToldBy notes the mail that carries the notices.
func (tx *Tx) ToldBy(ctx context.Context, mail grievance.ID, ids []grievance.ID) error {
	return tx.setMail(ctx, "", mail, ids)
}

func (tx *Tx) setMail(ctx context.Context, waits string, mail grievance.ID, ids []grievance.ID) error {
	if len(ids) == 0 {
		return nil
	}
	w := &where{}
	waitsFor, carriedBy := w.arg(waits), w.arg(mail)
	inList(w, "id", ids)
	_, err := tx.ExecContext(ctx, `UPDATE notices SET mail = `+waitsFor+`, mail_id = `+carriedBy+` WHERE `+w.String(), w.args...)
	return err
}

// NothingToTell takes what still waits of an officer's notices off the mail: read, hidden
// by now, or chosen never to be mailed.
func (tx *Tx) NothingToTell(ctx context.Context, officer grievance.ID, daily bool) error {
	waits := mailNew
	if daily {
		waits = mailDaily
	}
	_, err := tx.ExecContext(ctx, `UPDATE notices SET mail = '' WHERE mail <> '' AND mail = $1 AND officer_id = $2`, waits, officer)
	return err
}

// DigestMade notes the day of an officer's daily mail.
func (tx *Tx) DigestMade(ctx context.Context, officer grievance.ID, day string) error {
	_, err := tx.ExecContext(ctx, `UPDATE officers SET digest_day = $1 WHERE id = $2`, day, officer)
	return err
}

// DropMail takes everything off the mail that waits: where none is set up, and after a
// restore, when nobody knows what went out since the backup.
func (tx *Tx) DropMail(ctx context.Context, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE notices SET mail = '' WHERE mail <> ''`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE mails SET state = $1, ended_at = $2, sealed = $3, fence = fence + 1 WHERE ended_at = 0`, MailDoubtful, ms(now), []byte{})
	return err
}

// Meta reads a value of the deployment; empty when it was never set.
func (tx *Tx) Meta(ctx context.Context, key string) (value string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = $1`, key).Scan(&value)
	if err == sql.ErrNoRows {
		return "", nil
	}
	return value, err
}

// SetMeta keeps a value of the deployment.
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}
