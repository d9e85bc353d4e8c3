package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"slices"
	"time"

	"nivaran/internal/grievance"
)

// Example is what a person decided of a post, beside what the engine had said of it.
type Example struct {
	ID, PostID, CaseID  grievance.ID
	Act                 grievance.ExampleAct
	OfficerID, ChargeID grievance.ID // 0: not known any more
	At                  time.Time
	Channel             grievance.Channel
	Language            string
	Model               int // that had read the post
	Said, Chose         grievance.Reading
	Sure                grievance.Sure
}

const exampleColumns = `id, post_id, case_id, act, officer_id, charge_id, at, channel, language, model,
	said_kind, said_reason, said_subject, said_department, said_district, said_urgency, kind_sure, subject_sure, department_sure, district_sure,
	kind, reason, subject, department, district, urgency`

func exampleRow(e *Example) []any {
	return []any{e.ID, e.PostID, e.CaseID, e.Act, e.OfficerID, e.ChargeID, ms(e.At), e.Channel, e.Language, e.Model,
		e.Said.Kind, e.Said.Reason, e.Said.Subject, e.Said.Department, e.Said.District, e.Said.Urgency, thousandths(e.Sure.Kind), thousandths(e.Sure.Subject), thousandths(e.Sure.Department), thousandths(e.Sure.District),
		e.Chose.Kind, e.Chose.Reason, e.Chose.Subject, e.Chose.Department, e.Chose.District, e.Chose.Urgency, grievance.IndianMonth(e.At)}
}

func scanExample(r interface{ Scan(...any) error }) (e Example, err error) {
	var when int64
	var sure [4]int
	err = r.Scan(&e.ID, &e.PostID, &e.CaseID, &e.Act, &e.OfficerID, &e.ChargeID, &when, &e.Channel, &e.Language, &e.Model,
		&e.Said.Kind, &e.Said.Reason, &e.Said.Subject, &e.Said.Department, &e.Said.District, &e.Said.Urgency, &sure[0], &sure[1], &sure[2], &sure[3],
		&e.Chose.Kind, &e.Chose.Reason, &e.Chose.Subject, &e.Chose.Department, &e.Chose.District, &e.Chose.Urgency)
	e.At = at(when)
	e.Sure = grievance.Sure{Kind: float64(sure[0]) / 1000, Subject: float64(sure[1]) / 1000, Department: float64(sure[2]) / 1000, District: float64(sure[3]) / 1000}
	return e, err
}

// thousandths is a share as the tables hold it: a dump carries no fractions.
func thousandths(share float64) int { return int(math.Round(1000 * share)) }

// AddExample keeps an example; it becomes the latest word on its post. It is written when
// the transaction ends, many by few statements.
func (tx *Tx) AddExample(e Example) error {
	if e.ID == 0 {
		e.ID = tx.NewID(e.At)
	}
	tx.examples = append(tx.examples, e)
	return tx.hold("examples", tx.writeExamples)
}

func (tx *Tx) writeExamples(ctx context.Context) error {
	all := tx.examples
	tx.examples = nil
	slices.SortFunc(all, func(a, b Example) int { return compareIDs(a.ID, b.ID) })
	posts := make([]grievance.ID, len(all))
	last := map[grievance.ID]grievance.ID{} // post → its latest word
	for i, e := range all {
		posts[i], last[e.PostID] = e.PostID, e.ID
	}
	w := &where{}
	inList(w, "post_id", posts)
	if _, err := tx.Tx.ExecContext(ctx, `UPDATE examples SET newest = FALSE WHERE newest AND `+w.String(), w.args...); err != nil {
		return err
	}
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = append(exampleRow(&e), last[e.PostID] == e.ID)
	}
	return tx.insertMany(ctx, "examples", exampleColumns+", month, newest", "", rows)
}

// ExamplesOfPosts reads every word on the posts, the oldest first.
func (tx *Tx) ExamplesOfPosts(ctx context.Context, posts []grievance.ID) ([]Example, error) {
	w := &where{}
	inList(w, "post_id", posts)
	rows, err := tx.QueryContext(ctx, `SELECT `+exampleColumns+` FROM examples WHERE `+w.String()+` ORDER BY id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (Example, error) { return scanExample(r) })
}

// Labelled is an example with its post.
type Labelled struct {
	Example
	Post *grievance.StoredPost
}

// LabelledPosts reads the latest words on posts, the newest first, before an example's id
// (0: from the newest), with the posts. What was erased or brought back to the desk is left
// out. next is where to go on, 0 at the end.
func (tx *Tx) LabelledPosts(ctx context.Context, before grievance.ID, limit int) (all []Labelled, next grievance.ID, err error) {
	w := &where{}
	w.and("newest AND kind <> ''")
	if before != 0 {
		w.and("id < ?", before)
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+exampleColumns+` FROM examples WHERE `+w.String()+` ORDER BY id DESC`+w.limit(limit), w.args...)
	examples, err := collect(rows, err, func(r *sql.Rows) (Example, error) { return scanExample(r) })
	if err != nil || len(examples) == 0 {
		return nil, 0, err
	}
	ids := make([]grievance.ID, len(examples))
	for i, e := range examples {
		ids[i] = e.PostID
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	byID := make(map[grievance.ID]*grievance.StoredPost, len(posts))
	for _, p := range posts {
		if p.ErasedAt.IsZero() {
			byID[p.ID] = p
		}
	}
	for _, e := range examples {
		if p := byID[e.PostID]; p != nil {
			all = append(all, Labelled{e, p})
		}
	}
	if len(examples) == limit {
		next = examples[len(examples)-1].ID
	}
	return all, next, nil
}

// ExamplesSince counts the words of people since a moment.
func (tx *Tx) ExamplesSince(ctx context.Context, since time.Time) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM examples WHERE newest AND kind <> '' AND month >= $1 AND at > $2`, grievance.IndianMonth(since), ms(since)).Scan(&n)
	return n, err
}

// Decided is a post that people decided before examples were kept, with who brought it into
// its case; 0 where that is not known.
type Decided struct {
	Post                *grievance.StoredPost
	KeptReason          string
	Case                *grievance.Case // nil for a kept one
	OfficerID, ChargeID grievance.ID
	At                  time.Time
}

// DecidedPosts reads posts after the id that people decided and that are no example yet:
// kept ones, and the first post of each citizen in a case that an officer opened or joined
// it to. next is where to go on, 0 at the end.
func (tx *Tx) DecidedPosts(ctx context.Context, after grievance.ID, limit int) (all []Decided, next grievance.ID, err error) {
	type row struct {
		id     grievance.ID
		reason string
	}
	rows, err := tx.QueryContext(ctx, `SELECT p.id, p.kept_reason FROM posts p WHERE p.id > $1 AND p.direction = 'in' AND p.erased_at = 0
		AND (p.sorted = 'case' OR p.sorted = 'kept' AND p.kept_reason NOT IN ('', 'retweet', 'automatic', 'authority', 'erased'))
		AND NOT EXISTS (SELECT 1 FROM examples e WHERE e.post_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM posts q WHERE q.case_id = p.case_id AND q.case_id <> 0 AND q.author_id = p.author_id AND q.id < p.id)
		ORDER BY p.id LIMIT $2`, after, limit)
	found, err := collect(rows, err, func(r *sql.Rows) (x row, err error) { return x, r.Scan(&x.id, &x.reason) })
	if err != nil || len(found) == 0 {
		return nil, 0, err
	}
	reasons, ids := map[grievance.ID]string{}, make([]grievance.ID, len(found))
	for i, x := range found {
		ids[i], reasons[x.id] = x.id, x.reason
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, 0, err
	}
	if len(found) == limit {
		next = ids[len(ids)-1]
	}
	for _, p := range posts {
		d := Decided{Post: p, KeptReason: reasons[p.ID], At: p.ReceivedAt}
		if p.CaseID != 0 {
			var by bool
			if by, err = tx.broughtBy(ctx, &d); err != nil {
				return nil, 0, err
			}
			if !by {
				continue
			}
		}
		all = append(all, d)
	}
	return all, next, nil
}

// broughtBy fills in who brought the post into its case; false when no officer did.
func (tx *Tx) broughtBy(ctx context.Context, d *Decided) (bool, error) {
	rows, err := tx.QueryContext(ctx, `SELECT at, actor_id, charge_id, data FROM history WHERE case_id = $1 AND actor = 'officer' AND event IN ('opened', 'joined') ORDER BY n`, d.Post.CaseID)
	found := false
	err = each(rows, err, func(r *sql.Rows) error {
		var when int64
		var officer, charge grievance.ID
		var text string
		if err := r.Scan(&when, &officer, &charge, &text); err != nil {
			return err
		}
		var data struct {
			Post grievance.ID `json:"post"`
		}
		if json.Unmarshal([]byte(text), &data) == nil && data.Post == d.Post.ID {
			found, d.At, d.OfficerID, d.ChargeID = true, at(when), officer, charge
		}
		return nil
	})
	if err != nil || !found {
		return false, err
	}
	d.Case, err = tx.Case(ctx, grievance.Scope{All: true}, d.Post.CaseID)
	return true, err
}

// Redecided lists posts on which different officers had a word since a month, the newest
// first.
func (tx *Tx) Redecided(ctx context.Context, from, limit int) ([]grievance.ID, error) {
	return tx.ids(ctx, `SELECT post_id FROM examples WHERE month >= $1 AND kind <> '' AND officer_id <> 0 GROUP BY post_id HAVING COUNT(DISTINCT officer_id) > 1 ORDER BY MAX(id) DESC LIMIT $2`, from, limit)
}
