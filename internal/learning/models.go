package learning

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// Models reads posts with the model that runs. When another takes over, here or in another
// instance of the program, it is exchanged for all who hold it.
type Models struct {
	Store   *store.Store
	Office  *office.Directory
	shipped *sorting.Engine
	now     atomic.Pointer[running]
	grounds atomic.Pointer[grounds]
}

// running is what reads posts at one moment.
type running struct {
	stamp   string
	version int
	engine  *sorting.Engine
	alone   map[grievance.AloneDecision]grievance.AloneRule // those switched on
}

// NewModels reads posts with the model that runs, at first the shipped one.
func NewModels(ctx context.Context, s *store.Store, o *office.Directory) (*Models, error) {
	engine, err := sorting.New()
	if err != nil {
		return nil, err
	}
	m := &Models{Store: s, Office: o, shipped: engine}
	m.now.Store(&running{engine: engine})
	if err := m.Refresh(ctx); err != nil && !errors.Is(err, sorting.ErrNotModel) {
		return nil, err
	}
	return m, nil // a file of another release is told of by Keep, and posts are read meanwhile
}

// Version is the version that reads posts now; 0: the shipped one.
func (m *Models) Version() int { return m.now.Load().version }

// Sort reads a post; own are the official accounts that saw it, earlier the districts of its
// author's last cases.
func (m *Models) Sort(p *grievance.StoredPost, own []grievance.OfficialAccount, earlier []int) grievance.Verdict {
	r := m.now.Load()
	v := m.read(r.engine, p, own, earlier)
	v.Model = r.version
	return v
}

// Alone gives the rule for a decision that was switched on.
func (m *Models) Alone(d grievance.AloneDecision) (grievance.AloneRule, bool) {
	r, ok := m.now.Load().alone[d]
	return r, ok
}

// Refresh reads again which model runs and what may be decided alone, when that changed. It
// costs one look at one row. A model that cannot be read leaves the running one, and nothing
// is decided alone until it can: the rules are another's.
func (m *Models) Refresh(ctx context.Context) error {
	next := &running{}
	was := m.now.Load()
	var file []byte
	err := m.Store.View(ctx, func(tx *store.Tx) (err error) {
		if next.stamp, err = tx.LearningStamp(ctx); err != nil || next.stamp == was.stamp {
			return err
		}
		if next.version, err = tx.RunningModel(ctx); err != nil {
			return err
		}
		if next.alone, err = activeRules(ctx, tx); err != nil {
			return err
		}
		if next.version != 0 && next.version != was.version {
			if file, err = tx.ModelFile(ctx, next.version); isNone(err) {
				err = nil // no model is made of no file
			}
		}
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("running model: %w", err)
	case next.stamp == was.stamp:
		return nil
	case next.version == 0:
		next.engine = m.shipped
	case next.version == was.version:
		next.engine = was.engine
	default:
		if next.engine, err = engineOf(file); err != nil {
			m.now.Store(&running{stamp: was.stamp, version: was.version, engine: was.engine})
			return fmt.Errorf("model %d: %w", next.version, err)
		}
	}
	m.now.Store(next)
	return nil
}

// Keep refreshes at every beat, and at once after a change in this process, until ctx ends.
func (m *Models) Keep(ctx context.Context, every time.Duration, log *slog.Logger) {
	m.Store.Follow(ctx, every, func(c store.Change) bool { return c.Learning }, func() {
		if err := m.Refresh(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "running model not read again", "err", err)
		}
	})
}
