package learning

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// TrainArgs orders one training.
type TrainArgs struct {
	TrainingID grievance.ID `json:"training_id"`
}

// Kind names the job.
func (TrainArgs) Kind() string { return "train" }

// TrainingTime is how long a training may take at most; whoever died in it is followed by
// another after twice that. The shipped text alone takes four minutes of one core.
const TrainingTime = 40 * time.Minute

// What a training needs, and what makes one due at night.
const (
	leastExamples = 20 // below that the shipped model is not touched
	freshExamples = 50 // words of people since the last training
	nightHour     = 2  // in India, when least comes in
	modelsKept    = 10 // files of versions
)

// Ask orders a training at a person's word, once however often it is asked for.
func (l *Learning) Ask(ctx context.Context, by grievance.Actor) error {
	if !by.May(grievance.MayManageSorting) {
		return grievance.ErrForbidden
	}
	err := l.Store.Tx(ctx, func(tx *store.Tx) error {
		ordered, err := l.order(ctx, tx, by.ID)
		if err != nil || !ordered {
			return err
		}
		return tx.RecordOffice(ctx, by, "model.asked", map[string]any{}, l.Now())
	})
	if err != nil {
		return fmt.Errorf("order a training: %w", err)
	}
	return nil
}

// order puts a training into the queue unless one waits or runs.
func (l *Learning) order(ctx context.Context, tx *store.Tx, officer grievance.ID) (bool, error) {
	if err := tx.Alone(ctx, "training"); err != nil {
		return false, err
	}
	last, err := tx.LastTraining(ctx)
	if err != nil && !isNone(err) {
		return false, err
	}
	now := l.Now()
	if open := last.State == store.TrainingWaiting || last.State == store.TrainingRunning; open && now.Sub(last.AskedAt) < 2*TrainingTime {
		return false, nil
	}
	t := store.Training{ID: tx.NewID(now), OfficerID: officer, AskedAt: now, State: store.TrainingWaiting}
	if err := tx.SaveTraining(ctx, t); err != nil {
		return false, err
	}
	return true, tx.Enqueue(ctx, TrainArgs{TrainingID: t.ID}, store.Job{Queue: "learn"})
}

// nightly orders a training at night when people said enough since the last one.
func (l *Learning) nightly(ctx context.Context) error {
	now := l.Now()
	if now.In(grievance.India).Hour() != nightHour {
		return nil
	}
	due := false
	err := l.Store.View(ctx, func(tx *store.Tx) error {
		last, err := tx.LastTraining(ctx)
		if err != nil && !isNone(err) {
			return err
		}
		if now.Sub(last.AskedAt) < 12*time.Hour {
			return nil
		}
		n, err := tx.ExamplesSince(ctx, last.AskedAt)
		due = n >= freshExamples
		return err
	})
	if err != nil || !due {
		return err
	}
	return l.Store.Tx(ctx, func(tx *store.Tx) error {
		_, err := l.order(ctx, tx, 0)
		return err
	})
}

// Train works an order: it learns from everything people decided, compares, and keeps the
// new version; that takes over by itself only where the rule is switched on and it is not
// worse. One that failed stays failed, and the running model runs on.
func (l *Learning) Train(ctx context.Context, id grievance.ID) error {
	var t store.Training
	err := l.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Training(ctx, id); err != nil {
			return err
		}
		if t.State != store.TrainingWaiting && t.State != store.TrainingRunning { // running: whoever began died
			return nil
		}
		t.State, t.BeganAt = store.TrainingRunning, l.Now()
		return tx.SaveTraining(ctx, t)
	})
	if err != nil || t.State != store.TrainingRunning {
		return err
	}
	err = l.train(ctx, &t)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil { // stopped from outside: begins again
		return err
	}
	t.State, t.EndedAt = store.TrainingFailed, l.Now()
	if e := l.Store.Tx(ctx, func(tx *store.Tx) error { return tx.SaveTraining(ctx, t) }); e != nil {
		return e
	}
	return fmt.Errorf("train: %w", err)
}

func (l *Learning) train(ctx context.Context, t *store.Training) error {
	all, err := l.collect(ctx)
	if err != nil {
		return err
	}
	if err := l.lookBack(ctx, all); err != nil {
		return err
	}
	if len(all) < leastExamples {
		t.State, t.EndedAt = store.TrainingNothing, l.Now()
		return l.Store.Tx(ctx, func(tx *store.Tx) error { return tx.SaveTraining(ctx, *t) })
	}
	m, file, err := l.made(ctx, all)
	if err != nil {
		return err
	}
	m.OfficerID = t.OfficerID
	return l.Store.Tx(ctx, func(tx *store.Tx) error {
		version, err := tx.AddModel(ctx, m, file, modelsKept)
		if err != nil {
			return err
		}
		t.State, t.EndedAt, t.Version = store.TrainingDone, l.Now(), version
		if err := tx.SaveTraining(ctx, *t); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, grievance.System, "model.made", map[string]any{"version": version, "examples": m.Examples, "held": m.Held, "against": m.Against, "worse": m.Worse}, l.Now()); err != nil {
			return err
		}
		return l.byRule(ctx, tx, version)
	})
}

// byRule lets a new version take over where the rule is switched on, unless it was worse,
// was compared on too little, or another took over while it was made.
func (l *Learning) byRule(ctx context.Context, tx *store.Tx, version int) error {
	rule, err := tx.TakesOverByRule(ctx)
	if err != nil || !rule {
		return err
	}
	m, err := tx.Model(ctx, version)
	if err != nil {
		return err
	}
	running, err := tx.RunningModel(ctx)
	if err != nil || m.Held < leastHeld || !mayTake(m, running) {
		return err
	}
	t, err := heldBackOf(m)
	if err != nil {
		return err
	}
	return l.takeOver(ctx, tx, grievance.System, version, t)
}

// lookBack writes down what a look over all examples shows besides.
func (l *Learning) lookBack(ctx context.Context, all []lesson) error {
	months, differing := wordMonths(all), disagreements(all)
	return l.Store.Tx(ctx, func(tx *store.Tx) error {
		posts, err := tx.Redecided(ctx, grievance.IndianMonth(l.Now().AddDate(0, -warnBefore, 0)), disagreementsKept)
		if err != nil {
			return err
		}
		words, err := tx.ExamplesOfPosts(ctx, posts)
		if err != nil {
			return err
		}
		return tx.SaveLookBack(ctx, months, append(differing, redecided(words)...))
	})
}

// made trains a model and compares it with the one that runs.
func (l *Learning) made(ctx context.Context, all []lesson) (store.Model, []byte, error) {
	m := store.Model{MadeAt: l.Now()}
	since, accounts, err := l.runsSince(ctx, &m)
	if err != nil {
		return m, nil, err
	}
	learnt, judged := split(all, since)
	own := ownOf(accounts)
	examples := l.examples(learnt)
	m.Examples, m.Held = len(examples), len(judged)
	model, err := l.Basis.Train(ctx, examples)
	if err != nil {
		return m, nil, err
	}
	var file bytes.Buffer
	if _, err := model.WriteTo(&file); err != nil {
		return m, nil, err
	}
	fresh, err := engineOf(file.Bytes()) // what will run is what is compared
	if err != nil {
		return m, nil, err
	}
	with := func(e *sorting.Engine) reader {
		return func(p *grievance.StoredPost) grievance.Verdict { return l.Models.read(e, p, own(p), nil) }
	}
	c := compare(judged, with(fresh), with(l.Models.now.Load().engine))
	m.Worse = c.Worse()
	figures, err := json.Marshal(c)
	m.Figures = string(figures)
	return m, file.Bytes(), err
}

// runsSince is when the running model was made, with the accounts that see posts.
func (l *Learning) runsSince(ctx context.Context, m *store.Model) (since time.Time, accounts []grievance.OfficialAccount, err error) {
	if err := l.Models.Refresh(ctx); err != nil {
		return since, nil, err
	}
	m.Against = l.Models.Version()
	err = l.Store.View(ctx, func(tx *store.Tx) error {
		if accounts, err = tx.Accounts(ctx); err != nil || m.Against == 0 {
			return err
		}
		was, err := tx.Model(ctx, m.Against)
		since = was.MadeAt
		return err
	})
	return since, accounts, err
}

func ownOf(accounts []grievance.OfficialAccount) func(p *grievance.StoredPost) []grievance.OfficialAccount {
	byID := map[int]grievance.OfficialAccount{}
	for _, a := range accounts {
		byID[a.ID] = a
	}
	return func(p *grievance.StoredPost) (own []grievance.OfficialAccount) {
		for _, id := range p.Accounts {
			if a, ok := byID[id]; ok {
				own = append(own, a)
			}
		}
		return own
	}
}
