// Package learning makes models of what people decided: it gathers the labelled examples,
// trains, compares a new model with the running one on cases that neither has seen, lets it
// take over and brings an earlier one back, and says from which confidence on a decision may
// be left to the program. It leaves how posts are read to sorting, and acts to desk.
package learning

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/office"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// Learning trains and watches over the models.
type Learning struct {
	Store  *store.Store
	Desk   *desk.Desk
	Office *office.Directory
	Models *Models
	Basis  sorting.Basis // what a model learns besides the office's own examples
	Now    func() time.Time
	Log    *slog.Logger
}

// Due does what falls due: examples of the time before, the nightly training, a look at what
// is decided alone.
func (l *Learning) Due(ctx context.Context) error {
	return errors.Join(l.backfill(ctx), l.nightly(ctx), l.watchAlone(ctx))
}
