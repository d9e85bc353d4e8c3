package learning

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// leastHeld is how many held-back posts a comparison needs for a model to take over by rule.
const leastHeld = 20

func isNone(err error) bool { return errors.Is(err, grievance.ErrNotFound) }

// mayTake says whether a version that never ran may take over from the running one: it was
// compared with that very one, and was not worse.
func mayTake(m store.Model, running int) bool {
	return m.Version != running && m.Kept && m.TakenAt.IsZero() && !m.Worse && m.Against == running
}

// TakeOver lets a version read posts from now on. One that was worse than the running one,
// or was compared with another, is refused: the next training compares again.
func (l *Learning) TakeOver(ctx context.Context, by grievance.Actor, version int) error {
	t, err := l.triedBefore(ctx, version)
	if err != nil {
		return err
	}
	return l.change(ctx, by, "take over model", func(tx *store.Tx) error {
		m, err := tx.Model(ctx, version)
		switch {
		case err != nil:
			return err
		case !m.TakenAt.IsZero():
			return fmt.Errorf("%w: it ran before, it is brought back instead", grievance.ErrConflict)
		}
		running, err := tx.RunningModel(ctx)
		if err != nil {
			return err
		}
		if !mayTake(m, running) {
			return fmt.Errorf("%w: it is worse than the one that ran then, another runs now, or its file was dropped", grievance.ErrConflict)
		}
		return l.takeOver(ctx, tx, by, version, t)
	})
}

// RollBack brings an earlier version back, or the shipped one for 0.
func (l *Learning) RollBack(ctx context.Context, by grievance.Actor, version int) error {
	t, err := l.triedBefore(ctx, version)
	if err != nil {
		return err
	}
	return l.change(ctx, by, "bring model back", func(tx *store.Tx) error {
		if version != 0 {
			m, err := tx.Model(ctx, version)
			if err != nil {
				return err
			}
			if !m.Kept || m.TakenAt.IsZero() {
				return fmt.Errorf("%w: its file was dropped, or it never ran", grievance.ErrConflict)
			}
		}
		return l.takeOver(ctx, tx, by, version, t)
	})
}

// SetRule lets models that are not worse take over by themselves, or no longer.
func (l *Learning) SetRule(ctx context.Context, by grievance.Actor, on bool) error {
	return l.change(ctx, by, "rule of taking over", func(tx *store.Tx) error {
		was, err := tx.TakesOverByRule(ctx)
		if err != nil || was == on {
			return err
		}
		if err := tx.SetTakesOverByRule(ctx, on); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "model.rule_set", map[string]any{"on": on}, l.Now())
	})
}

// change does something to the models in one transaction; this process knows it at once.
func (l *Learning) change(ctx context.Context, by grievance.Actor, what string, do func(tx *store.Tx) error) error {
	if !by.May(grievance.MayManageSorting) {
		return grievance.ErrForbidden
	}
	if err := l.Store.Tx(ctx, do); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return l.Models.Refresh(ctx)
}

// takeOver changes the running model. What may be decided alone is measured anew on what it
// was tried on, and switched off where it does not reach what was asked of it.
func (l *Learning) takeOver(ctx context.Context, tx *store.Tx, by grievance.Actor, version int, t tried) error {
	was, err := tx.RunningModel(ctx)
	if err != nil || was == version {
		return err
	}
	if err := tx.RunModel(ctx, version, l.Now()); err != nil {
		return err
	}
	if err := tx.RecordOffice(ctx, by, "model.taken_over", map[string]any{"version": version, "was": was}, l.Now()); err != nil {
		return err
	}
	return l.measureAgain(ctx, tx, version, t)
}
