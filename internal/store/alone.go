package store

import (
	"context"
	"database/sql"
	"time"

	"nivaran/internal/grievance"
)

// AloneRule is what was decided about a decision that the program may take alone, and on
// what figures.
type AloneRule struct {
	Decision  grievance.AloneDecision
	Active    bool
	Stated    float64 // the precision that was asked for
	Threshold float64
	Model     int
	Cases     int // on which it was measured
	Alone     int // of them would have gone alone
	Wrong     int // of those
	SetAt     time.Time
	OfficerID grievance.ID
	EndedAt   time.Time
	EndedWhy  string // message key alone.ended_WHY: by_hand, precision, model
}

// AloneRules reads the rules that there are.
func (tx *Tx) AloneRules(ctx context.Context) ([]AloneRule, error) {
	rows, err := tx.QueryContext(ctx, `SELECT decision, active, stated, threshold, model, cases, alone, wrong, set_at, officer_id, ended_at, ended_why FROM alone_rules ORDER BY decision`)
	return collect(rows, err, func(r *sql.Rows) (a AloneRule, err error) {
		var stated, threshold int
		var set, ended int64
		err = r.Scan(&a.Decision, &a.Active, &stated, &threshold, &a.Model, &a.Cases, &a.Alone, &a.Wrong, &set, &a.OfficerID, &ended, &a.EndedWhy)
		a.Stated, a.Threshold, a.SetAt, a.EndedAt = float64(stated)/1000, float64(threshold)/1000, at(set), at(ended)
		return a, err
	})
}

// SaveAloneRule keeps a rule; every instance reads it within seconds.
func (tx *Tx) SaveAloneRule(ctx context.Context, a AloneRule) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO alone_rules (decision, active, stated, threshold, model, cases, alone, wrong, set_at, officer_id, ended_at, ended_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (decision) DO UPDATE SET active = excluded.active, stated = excluded.stated, threshold = excluded.threshold, model = excluded.model, cases = excluded.cases, alone = excluded.alone, wrong = excluded.wrong,
		set_at = excluded.set_at, officer_id = excluded.officer_id, ended_at = excluded.ended_at, ended_why = excluded.ended_why`,
		a.Decision, a.Active, thousandths(a.Stated), thousandths(a.Threshold), a.Model, a.Cases, a.Alone, a.Wrong, ms(a.SetAt), a.OfficerID, ms(a.EndedAt), a.EndedWhy)
	if err != nil {
		return err
	}
	return tx.TouchLearning(ctx)
}

// AddAloneAct notes that a post went alone, or would have but is asked about. Twice is once.
func (tx *Tx) AddAloneAct(ctx context.Context, p *grievance.StoredPost, d grievance.AloneDecision, sure float64, asked bool, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO alone_acts (post_id, decision, model, sure, at, asked) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		p.ID, d, p.Verdict.Model, thousandths(sure), ms(now), asked)
	return err
}

// CheckAloneAct notes what a person said to it.
func (tx *Tx) CheckAloneAct(ctx context.Context, post, officer grievance.ID, wrong bool, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE alone_acts SET checked_at = $1, officer_id = $2, wrong = $3 WHERE post_id = $4`, ms(now), officer, wrong, post)
	return err
}

// AloneTally is how a decision fared since a moment.
type AloneTally struct {
	Alone   int // went by itself
	Undone  int // of those a person said otherwise
	Asked   int // were asked about anyway and answered
	Refuted int // of those a person said otherwise
}

// AloneTally counts how a decision fared since the moment.
func (tx *Tx) AloneTally(ctx context.Context, d grievance.AloneDecision, since time.Time) (t AloneTally, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FILTER (WHERE NOT asked), COUNT(*) FILTER (WHERE NOT asked AND wrong), COUNT(*) FILTER (WHERE asked AND checked_at <> 0), COUNT(*) FILTER (WHERE asked AND wrong)
		FROM alone_acts WHERE decision = $1 AND at >= $2`, d, ms(since)).Scan(&t.Alone, &t.Undone, &t.Asked, &t.Refuted)
	return t, err
}

// AlonePosts lists posts that went alone by the decision, the newest first, before a post
// (0: from the newest); not those that complain of the scope's viewer.
func (tx *Tx) AlonePosts(ctx context.Context, s grievance.Scope, d grievance.AloneDecision, before grievance.ID, limit int) ([]AlonePost, error) {
	w := &where{}
	w.and("a.decision = ? AND NOT a.asked", d)
	w.unlessHiddenPost(s, "a.post_id")
	if before != 0 {
		w.and("(a.at, a.post_id) < (SELECT b.at, b.post_id FROM alone_acts b WHERE b.post_id = ?)", before)
	}
	rows, err := tx.QueryContext(ctx, `SELECT a.post_id, a.model, a.sure, a.at, a.checked_at, a.wrong FROM alone_acts a WHERE `+w.String()+` ORDER BY a.at DESC, a.post_id DESC`+w.limit(limit), w.args...)
	all, err := collect(rows, err, func(r *sql.Rows) (x AlonePost, err error) {
		var sure int
		var when, checked int64
		err = r.Scan(&x.PostID, &x.Model, &sure, &when, &checked, &x.Wrong)
		x.Sure, x.At, x.CheckedAt = float64(sure)/1000, at(when), at(checked)
		return x, err
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]grievance.ID, len(all))
	for i, x := range all {
		ids[i] = x.PostID
	}
	posts, err := tx.PostsByID(ctx, ids)
	byID := make(map[grievance.ID]*grievance.StoredPost, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	for i := range all {
		all[i].Post = byID[all[i].PostID]
	}
	return all, err
}

// AlonePost is a post that went alone.
type AlonePost struct {
	PostID    grievance.ID
	Post      *grievance.StoredPost
	Model     int
	Sure      float64
	At        time.Time
	CheckedAt time.Time
	Wrong     bool // a person said otherwise
}
