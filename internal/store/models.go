package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"nivaran/internal/grievance"
)

// Model is a version of the engine's model that was trained here. The shipped one is
// version 0 and stands in no table.
type Model struct {
	Version   int
	MadeAt    time.Time
	OfficerID grievance.ID // who asked for it; 0: the nightly round
	Examples  int          // learnt from
	Held      int          // held back to compare
	Against   int          // the version that ran then
	Worse     bool         // than that one
	Figures   string       // JSON: the comparison
	TakenAt   time.Time    // when it last took over; zero: never
	Bytes     int          // of the file
	Kept      bool         // the file is still there
}

const modelColumns = `version, made_at, officer_id, examples, held, against, worse, figures, taken_at, bytes, file IS NOT NULL`

func scanModel(r interface{ Scan(...any) error }) (m Model, err error) {
	var made, taken int64
	err = r.Scan(&m.Version, &made, &m.OfficerID, &m.Examples, &m.Held, &m.Against, &m.Worse, &m.Figures, &taken, &m.Bytes, &m.Kept)
	m.MadeAt, m.TakenAt = at(made), at(taken)
	return m, err
}

// AddModel keeps a model with its file under the next version, and drops the files of the
// oldest beyond keep; the running one and the one given back here keep theirs.
func (tx *Tx) AddModel(ctx context.Context, m Model, file []byte, keep int) (version int, err error) {
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) + 1 FROM models`).Scan(&version); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO models (version, made_at, officer_id, examples, held, against, worse, figures, bytes, file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		version, ms(m.MadeAt), m.OfficerID, m.Examples, m.Held, m.Against, m.Worse, m.Figures, len(file), file)
	if err != nil {
		return 0, err
	}
	running, err := tx.RunningModel(ctx)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE models SET file = NULL WHERE file IS NOT NULL AND version <> $1
		AND version NOT IN (SELECT version FROM models WHERE file IS NOT NULL ORDER BY version DESC LIMIT $2)`, running, keep)
	return version, err
}

// Models lists the versions, the newest first.
func (tx *Tx) Models(ctx context.Context, limit int) ([]Model, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+modelColumns+` FROM models ORDER BY version DESC LIMIT $1`, limit)
	return collect(rows, err, func(r *sql.Rows) (Model, error) { return scanModel(r) })
}

// Model reads one version; ErrNotFound for the shipped one too.
func (tx *Tx) Model(ctx context.Context, version int) (Model, error) {
	return scanModel(tx.QueryRowContext(ctx, `SELECT `+modelColumns+` FROM models WHERE version = $1`, version))
}

// ModelFile reads the file of a version; ErrNotFound when it was dropped.
func (tx *Tx) ModelFile(ctx context.Context, version int) ([]byte, error) {
	var file []byte
	err := tx.QueryRowContext(ctx, `SELECT file FROM models WHERE version = $1 AND file IS NOT NULL`, version).Scan(&file)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, grievance.ErrNotFound
	}
	return file, err
}

// What the deployment remembers of learning.
const (
	runningModel   = "learning_running" // version
	learningByRule = "learning_by_rule" // yes: what is not worse takes over by itself
	learningStamp  = "learning_stamp"   // changes with the running model and with what may be decided alone
)

// RunningModel is the version that reads posts; 0: the shipped one.
func (tx *Tx) RunningModel(ctx context.Context) (int, error) {
	v, err := tx.Meta(ctx, runningModel)
	if err != nil || v == "" {
		return 0, err
	}
	return strconv.Atoi(v)
}

// RunModel lets a version read posts from now on, in every instance of the program.
func (tx *Tx) RunModel(ctx context.Context, version int, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE models SET taken_at = $1 WHERE version = $2`, ms(now), version); err != nil {
		return err
	}
	if err := tx.SetMeta(ctx, runningModel, strconv.Itoa(version)); err != nil {
		return err
	}
	return tx.TouchLearning(ctx)
}

// TouchLearning lets every instance read again which model runs and what may be decided
// alone.
func (tx *Tx) TouchLearning(ctx context.Context) error {
	stamp, err := tx.LearningStamp(ctx)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi("0" + stamp)
	if err != nil {
		return err
	}
	tx.Tell(Change{Learning: true})
	return tx.SetMeta(ctx, learningStamp, strconv.Itoa(n+1))
}

// LearningStamp changes with the running model and with what may be decided alone.
func (tx *Tx) LearningStamp(ctx context.Context) (string, error) { return tx.Meta(ctx, learningStamp) }

// TakesOverByRule says whether a model that is not worse takes over by itself.
func (tx *Tx) TakesOverByRule(ctx context.Context) (bool, error) {
	v, err := tx.Meta(ctx, learningByRule)
	return v == "yes", err
}

// SetTakesOverByRule switches that on or off.
func (tx *Tx) SetTakesOverByRule(ctx context.Context, on bool) error {
	v := ""
	if on {
		v = "yes"
	}
	return tx.SetMeta(ctx, learningByRule, v)
}

// TrainingState is how far an order to train has come.
type TrainingState string

// The states of an order to train.
const (
	TrainingWaiting TrainingState = "waiting"
	TrainingRunning TrainingState = "running"
	TrainingDone    TrainingState = "done"
	TrainingNothing TrainingState = "nothing" // too few examples
	TrainingFailed  TrainingState = "failed"
)

// Training is an order to train and what became of it.
type Training struct {
	ID        grievance.ID
	OfficerID grievance.ID // 0: the nightly round
	AskedAt   time.Time
	BeganAt   time.Time
	EndedAt   time.Time
	State     TrainingState
	Version   int // that came of it
}

const trainingColumns = `id, officer_id, asked_at, began_at, ended_at, state, version`

func scanTraining(r interface{ Scan(...any) error }) (t Training, err error) {
	var asked, began, ended int64
	err = r.Scan(&t.ID, &t.OfficerID, &asked, &began, &ended, &t.State, &t.Version)
	t.AskedAt, t.BeganAt, t.EndedAt = at(asked), at(began), at(ended)
	return t, err
}

// SaveTraining adds an order to train or says what became of it.
func (tx *Tx) SaveTraining(ctx context.Context, t Training) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO trainings (`+trainingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET began_at = excluded.began_at, ended_at = excluded.ended_at, state = excluded.state, version = excluded.version`,
		t.ID, t.OfficerID, ms(t.AskedAt), ms(t.BeganAt), ms(t.EndedAt), t.State, t.Version)
	return err
}

// Training reads an order to train, and holds it until the transaction ends.
func (tx *Tx) Training(ctx context.Context, id grievance.ID) (Training, error) {
	return scanTraining(tx.QueryRowContext(ctx, `SELECT `+trainingColumns+` FROM trainings WHERE id = $1`+tx.s.engine.forUpdate(), id))
}

// LastTraining is the newest order to train; ErrNotFound when there was none.
func (tx *Tx) LastTraining(ctx context.Context) (Training, error) {
	t, err := scanTraining(tx.QueryRowContext(ctx, `SELECT `+trainingColumns+` FROM trainings ORDER BY id DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		err = grievance.ErrNotFound
	}
	return t, err
}

// WordMonth is how many words of a month's posts no earlier month had.
type WordMonth struct {
	Month          int // 202611
	Posts          int
	Words, Unknown int64
}

// Disagreement is two posts of the same words that people decided differently.
type Disagreement struct {
	PostID, OtherID grievance.ID
	Part            string // kind, department, subject, district
	At              time.Time
}

// SaveLookBack replaces what the last look over all examples found.
func (tx *Tx) SaveLookBack(ctx context.Context, months []WordMonth, all []Disagreement) error {
	for _, table := range []string{"word_months", "disagreements"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
			return err
		}
	}
	rows := make([][]any, len(months))
	for i, m := range months {
		rows[i] = []any{m.Month, m.Posts, m.Words, m.Unknown}
	}
	if err := tx.insertMany(ctx, "word_months", "month, posts, words, unknown", "", rows); err != nil {
		return err
	}
	rows = make([][]any, len(all))
	for i, d := range all {
		rows[i] = []any{d.PostID, d.OtherID, d.Part, ms(d.At)}
	}
	return tx.insertMany(ctx, "disagreements", "post_id, other_id, part, at", "", rows)
}

// WordMonths lists the months, the newest first.
func (tx *Tx) WordMonths(ctx context.Context) ([]WordMonth, error) {
	rows, err := tx.QueryContext(ctx, `SELECT month, posts, words, unknown FROM word_months ORDER BY month DESC`)
	return collect(rows, err, func(r *sql.Rows) (m WordMonth, err error) {
		return m, r.Scan(&m.Month, &m.Posts, &m.Words, &m.Unknown)
	})
}

// Disagreements lists what people decided differently, the newest first; not what
// complains of the scope's viewer.
func (tx *Tx) Disagreements(ctx context.Context, s grievance.Scope) ([]Disagreement, error) {
	w := &where{}
	w.unlessHiddenPost(s, "d.post_id")
	w.unlessHiddenPost(s, "d.other_id")
	rows, err := tx.QueryContext(ctx, `SELECT d.post_id, d.other_id, d.part, d.at FROM disagreements d WHERE `+w.String()+` ORDER BY d.at DESC, d.post_id`, w.args...)
	return collect(rows, err, func(r *sql.Rows) (d Disagreement, err error) {
		var when int64
		err = r.Scan(&d.PostID, &d.OtherID, &d.Part, &when)
		d.At = at(when)
		return d, err
	})
}
