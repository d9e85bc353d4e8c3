package store

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Citizen is an author with what is held of theirs, as far as the viewer may know.
type Citizen struct {
	grievance.Author
	Channel     grievance.Channel
	Posts       int
	First, Last time.Time // of their posts
	Cases       int       // in which they are owed an answer
	Open        int       // of these, not yet ended
}

// FindCitizens lists authors whose handle, address or service's id is the text, or whose
// name begins with it.
func (tx *Tx) FindCitizens(ctx context.Context, s grievance.Scope, text string, limit int) ([]Citizen, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	w := &where{}
	w.and("(lower(a.handle) IN (?, ?) OR a.external_id = ? OR lower(a.name) >= ? AND lower(a.name) < ?)",
		strings.TrimPrefix(text, "@"), "@"+strings.TrimPrefix(text, "@"), text, text, text+"\U0010FFFF")
	return tx.citizens(ctx, s, w, limit)
}

// Citizen reads one author.
func (tx *Tx) Citizen(ctx context.Context, s grievance.Scope, id grievance.ID) (Citizen, error) {
	w := &where{}
	w.and("a.id = ?", id)
	all, err := tx.citizens(ctx, s, w, 1)
	if err == nil && len(all) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return Citizen{}, err
	}
	return all[0], nil
}

func (tx *Tx) citizens(ctx context.Context, s grievance.Scope, w *where, limit int) ([]Citizen, error) {
	rows, err := tx.QueryContext(ctx, `SELECT a.id, a.channel, a.external_id, a.handle, a.name, a.url, a.verified, a.official FROM authors a WHERE `+w.String()+` ORDER BY a.id DESC LIMIT `+w.arg(limit), w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (c Citizen, err error) {
		err = r.Scan(&c.ID, &c.Channel, &c.ExternalID, &c.Handle, &c.Name, &c.URL, &c.Verified, &c.Official)
		c.ExternalID = externalOf(c.ExternalID)
		return c, err
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if err := tx.countCitizen(ctx, s, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (tx *Tx) countCitizen(ctx context.Context, s grievance.Scope, c *Citizen) error {
	var first, last sql.NullInt64
	w := citizensPosts(s, c.ID)
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*), MIN(p.posted_at), MAX(p.posted_at) FROM posts p WHERE `+w.String(), w.args...).Scan(&c.Posts, &first, &last); err != nil {
		return err
	}
	c.First, c.Last = at(first.Int64), at(last.Int64)
	w = citizensCases(s, c.ID)
	return tx.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(*) FILTER (WHERE c.closed_at IS NULL) FROM complainants k JOIN cases c ON c.id = k.case_id WHERE `+w.String(), w.args...).Scan(&c.Cases, &c.Open)
}

func citizensPosts(s grievance.Scope, author grievance.ID) *where {
	w := &where{}
	w.and("p.author_id = ? AND p.direction = 'in' AND p.erased_at = 0", author)
	w.unlessPostHidden(s, "p")
	return w
}

func citizensCases(s grievance.Scope, author grievance.ID) *where {
	w := &where{}
	w.and("k.author_id = ?", author)
	w.within(s, "c")
	return w
}

// PostsOfCitizen lists an author's posts that are not erased, the oldest first, from after
// an id.
func (tx *Tx) PostsOfCitizen(ctx context.Context, s grievance.Scope, author, after grievance.ID, limit int) ([]*grievance.StoredPost, error) {
	w := citizensPosts(s, author)
	w.and("p.id > ?", after)
	return tx.postsWhere(ctx, w, "ORDER BY p.id LIMIT "+w.arg(limit))
}

// CasesOfCitizen lists the cases in which the author is owed an answer, by id, from after one.
func (tx *Tx) CasesOfCitizen(ctx context.Context, s grievance.Scope, author, after grievance.ID, limit int) ([]grievance.ID, error) {
	w := citizensCases(s, author)
	w.and("c.id > ?", after)
	rows, err := tx.QueryContext(ctx, `SELECT c.id FROM complainants k JOIN cases c ON c.id = k.case_id WHERE `+w.String()+` ORDER BY c.id LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

const requestColumns = `id, author_id, kind, asked_at, asked_way, identity, reason, officer_id, charge_id, at, state, done_at, posts, cases, file, expires_at, fetched`

func scanRequest(r interface{ Scan(...any) error }) (q grievance.DataRequest, err error) {
	var asked, when, done, expires int64
	err = r.Scan(&q.ID, &q.AuthorID, &q.Demand, &asked, &q.Way, &q.Identity, &q.Reason, &q.Officer, &q.Charge, &when, &q.State, &done, &q.Posts, &q.Cases, &q.File, &expires, &q.Fetched)
	q.AskedAt, q.At, q.DoneAt, q.Expires = at(asked), at(when), at(done), at(expires)
	return q, err
}

// SaveRequest adds the record of a demand, or says how far it is.
func (tx *Tx) SaveRequest(ctx context.Context, q grievance.DataRequest) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO citizens_requests (`+requestColumns+`) VALUES (`+marks(1, 17)+`)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, done_at = excluded.done_at, posts = excluded.posts, cases = excluded.cases, file = excluded.file, expires_at = excluded.expires_at, fetched = excluded.fetched`,
		q.ID, q.AuthorID, q.Demand, ms(q.AskedAt), q.Way, q.Identity, q.Reason, q.Officer, q.Charge, ms(q.At), q.State, ms(q.DoneAt), q.Posts, q.Cases, q.File, ms(q.Expires), q.Fetched)
	return err
}

// Request reads one demand, and holds it until the transaction ends.
func (tx *Tx) Request(ctx context.Context, id grievance.ID) (grievance.DataRequest, error) {
	lock := ""
	if !tx.readOnly {
		lock = tx.s.engine.forUpdate()
	}
	return scanRequest(tx.QueryRowContext(ctx, `SELECT `+requestColumns+` FROM citizens_requests WHERE id = $1`+lock, id))
}

// Requests lists demands, the newest first; author 0: of everybody.
func (tx *Tx) Requests(ctx context.Context, author grievance.ID, limit int) ([]grievance.DataRequest, error) {
	w := &where{}
	if author != 0 {
		w.and("author_id = ?", author)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+requestColumns+` FROM citizens_requests WHERE `+w.String()+` ORDER BY id DESC LIMIT `+w.arg(limit), w.args...)
	return collect(rows, err, func(r *sql.Rows) (grievance.DataRequest, error) { return scanRequest(r) })
}

// ExpireCopies takes copies of citizens' data away whose time is over.
func (tx *Tx) ExpireCopies(ctx context.Context, now time.Time, limit int) (int, error) {
	rows, err := tx.QueryContext(ctx, `UPDATE citizens_requests SET file = '', expires_at = 0 WHERE id IN (SELECT id FROM citizens_requests WHERE expires_at <> 0 AND expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING id`, ms(now), limit)
	ids, err := collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(ids), tx.dropFiles(ctx, copyOwner, ids, now)
}

// copyOwner is in attachments whose file a citizen's copy is.
const copyOwner = "copy"

// AttachCopy keeps the file that holds a citizen's data with its demand.
func (tx *Tx) AttachCopy(ctx context.Context, request grievance.ID, f grievance.File, now time.Time) error {
	return tx.Attach(ctx, copyOwner, request, 0, []grievance.File{f}, now)
}

// EraseCitizenInCase takes the citizen's name and addresses out of what the office wrote
// in a case, and the ways into it that were theirs.
func (tx *Tx) EraseCitizenInCase(ctx context.Context, c grievance.ID, a grievance.Author) error {
	names := namesOf(a)
	cases, err := tx.Case(ctx, grievance.Scope{All: true}, c)
	if err != nil {
		return err
	}
	if title := names.cut(cases.Title); title != cases.Title {
		if _, err := tx.ExecContext(ctx, `UPDATE cases SET title = $1 WHERE id = $2`, title, c); err != nil {
			return err
		}
	}
	for _, erase := range []func() error{
		func() error { return tx.eraseHistory(ctx, c, names) },
		func() error { return tx.eraseReplies(ctx, c, names) },
		func() error { return tx.eraseReports(ctx, c, names) },
	} {
		if err := erase(); err != nil {
			return err
		}
	}
	mine := `(SELECT id FROM complainants WHERE case_id = $1 AND author_id = $2)`
	for _, q := range []string{
		`UPDATE complainants SET told_how = CASE WHEN told_how = '' THEN '' ELSE '–' END WHERE case_id = $1 AND author_id = $2`,
		`DELETE FROM secret_links WHERE case_id = $1 AND complainant_id IN ` + mine,
		`DELETE FROM thread_codes WHERE case_id = $1 AND complainant_id IN ` + mine,
		`UPDATE replies SET state = 'cancelled' WHERE case_id = $1 AND ` + unsent + ` AND complainant_id IN ` + mine,
	} {
		if _, err := tx.ExecContext(ctx, q, c, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// dropCopies takes away the copies that were made of the authors' data: what is erased is
// not fetched from a copy.
func (tx *Tx) dropCopies(ctx context.Context, authors []grievance.ID, now time.Time) error {
	if len(authors) == 0 {
		return nil
	}
	w := &where{}
	w.and("file <> ''")
	inList(w, "author_id", authors)
	rows, err := tx.QueryContext(ctx, `UPDATE citizens_requests SET file = '', expires_at = 0 WHERE `+w.String()+` RETURNING id`, w.args...)
	ids, err := collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
	if err != nil || len(ids) == 0 {
		return err
	}
	return tx.dropFiles(ctx, copyOwner, ids, now)
}

// EraseAuthor leaves of an author only that there was one: copies of the data go too, and
// what was asked of it is not done any more. It is journalled like the erasure of a post.
// A later post of the same person makes a new author.
func (tx *Tx) EraseAuthor(ctx context.Context, a grievance.Author, now time.Time) error {
	if err := tx.s.journalErasure(Erasure{At: now, AuthorID: a.ID}); err != nil {
		return err
	}
	if err := tx.dropCopies(ctx, []grievance.ID{a.ID}, now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE citizens_requests SET state = $1 WHERE author_id = $2 AND kind = $3 AND state = $4`, grievance.RequestFailed, a.ID, grievance.DemandExport, grievance.RequestWorking); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE authors SET external_id = $1, handle = '', name = '', url = '', verified = FALSE WHERE id = $2`, nameless+"erased "+a.ID.String(), a.ID); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, query FROM searches`)
	type search struct {
		id    grievance.ID
		query string
	}
	all, err := collect(rows, err, func(r *sql.Rows) (s search, err error) { return s, r.Scan(&s.id, &s.query) })
	if err != nil {
		return err
	}
	names := namesOf(a)
	for _, s := range all {
		if names.in(s.query) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM searches WHERE id = $1`, s.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// known finds the names of a citizen in what others wrote.
type known struct{ pattern *regexp.Regexp }

// namesOf are an author's name, handle and address. Names of one or two letters would be
// found everywhere.
func namesOf(a grievance.Author) known {
	var parts []string
	for _, n := range []string{a.ExternalID, a.Handle, strings.TrimPrefix(a.Handle, "@"), a.Name} {
		if n = strings.TrimSpace(n); len([]rune(n)) > 2 {
			parts = append(parts, regexp.QuoteMeta(n))
		}
	}
	if len(parts) == 0 {
		return known{regexp.MustCompile(`$^`)}
	}
	return known{regexp.MustCompile(`(?i)(^|[^\pL\pM\pN])(?:` + strings.Join(parts, "|") + `)($|[^\pL\pM\pN])`)}
}

func (k known) in(s string) bool { return k.pattern.MatchString(s) }

func (k known) cut(s string) string {
	for k.in(s) { // two names that share the blank between them take two rounds
		s = k.pattern.ReplaceAllString(s, "${1}[…]${2}")
	}
	return s
}

func (k known) cutTitle(s string) string { return k.cut(s) }
