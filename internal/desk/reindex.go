package desk

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// The index of the search is made anew when the analyser writes other keys than before: the
// newest cases first, then the posts without a case, some batches each minute beside all
// other work. Where it stands is kept, so a restart goes on there.
const (
	reindexKey   = "search_index" // in what the deployment remembers: version, then "done" or "cases ID" or "posts ID"
	reindexBatch = 100
	reindexSteps = 60
)

// reindexing is how far the index is made for the present analyser.
type reindexing struct {
	version int
	stage   string // "cases", "posts" or "done"
	before  grievance.ID
}

func readReindexing(ctx context.Context, tx *store.Tx) (r reindexing, err error) {
	value, err := tx.Meta(ctx, reindexKey)
	if err != nil {
		return r, err
	}
	fields := strings.Fields(value)
	if len(fields) == 3 {
		r.version, _ = strconv.Atoi(fields[0])
		r.stage = fields[1]
		n, _ := strconv.ParseInt(fields[2], 10, 64)
		r.before = grievance.ID(n)
	}
	if r.version != text.Version {
		r = reindexing{text.Version, "cases", math.MaxInt64}
	}
	return r, nil
}

func (r reindexing) String() string { return fmt.Sprintf("%d %s %s", r.version, r.stage, r.before) }

// renewedTo is the day back to which the index has the present keys; zero once it has all.
func renewedTo(ctx context.Context, tx *store.Tx) (time.Time, error) {
	r, err := readReindexing(ctx, tx)
	if err != nil || r.stage != "cases" || r.before == math.MaxInt64 {
		return time.Time{}, err
	}
	return r.before.Time(), nil
}

// Reindex makes a part of the index anew where the analyser has changed, and says whether
// all is done.
func (d *Desk) Reindex(ctx context.Context) (done bool, err error) {
	for range reindexSteps {
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			r, err := readReindexing(ctx, tx)
			if err != nil {
				return err
			}
			if done = r.stage == "done"; done {
				return nil
			}
			if r, err = d.reindexStep(ctx, tx, r); err != nil {
				return err
			}
			return tx.SetMeta(ctx, reindexKey, r.String())
		})
		if err != nil {
			return false, fmt.Errorf("make the search index anew: %w", err)
		}
		if done {
			return true, nil
		}
	}
	return false, nil
}

func (d *Desk) reindexStep(ctx context.Context, tx *store.Tx, r reindexing) (reindexing, error) {
	if r.stage == "posts" {
		oldest, err := tx.IndexPostsAgain(ctx, r.before, reindexBatch)
		if r.before = oldest; oldest == 0 {
			r.stage = "done"
		}
		return r, err
	}
	cases, err := tx.CasesToIndex(ctx, r.before, reindexBatch)
	if err != nil {
		return r, err
	}
	if len(cases) == 0 {
		return reindexing{r.version, "posts", math.MaxInt64}, nil
	}
	for _, c := range cases {
		if err := d.index(ctx, tx, c); err != nil {
			return r, err
		}
	}
	r.before = cases[len(cases)-1].ID
	return r, nil
}
