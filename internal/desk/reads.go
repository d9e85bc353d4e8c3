package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Reads writes down who read which personal data. A read never waits for it: entries are
// kept in memory and written each second, at readBatch of them and at the end. A program
// that is killed loses what it noted in its last second, no more. The same read by the
// same officer on the same way within one batch is one entry.
type Reads struct {
	Store *store.Store
	Now   func() time.Time
	Log   *slog.Logger

	writer string // of the chain: one running program
	full   chan struct{}
	mu     sync.Mutex
	noted  []grievance.Read
	lost   int        // since the last entry that was written
	write  sync.Mutex // one batch after the other
}

// readBatch is how many entries are written at once, readsHeld how many are kept while
// the database does not answer, readPause how long an entry waits.
const (
	readBatch = 100
	readsHeld = 100_000
	readPause = time.Second
)

// NewReads makes the log's writer of this running program.
func NewReads(s *store.Store, now func() time.Time, log *slog.Logger) *Reads {
	return &Reads{Store: s, Now: now, Log: log, writer: rand.Text(), full: make(chan struct{}, 1)}
}

// Note keeps an entry until the next batch. Only what officers read is noted.
func (r *Reads) Note(by grievance.Actor, what string, c grievance.ID, subject string) {
	if by.Kind != grievance.OfficerActor {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.noted[:min(len(r.noted), readBatch)] {
		if e := &r.noted[i]; e.OfficerID == by.ID && e.CaseID == c && e.ChargeID == by.ChargeID && e.What == what && e.Subject == subject && e.Route == by.Via {
			return
		}
	}
	if len(r.noted) >= readsHeld {
		r.lost++
		return
	}
	r.noted = append(r.noted, grievance.Read{At: r.Now(), OfficerID: by.ID, ChargeID: by.ChargeID, What: what, CaseID: c, Subject: subject, Route: by.Via})
	if len(r.noted) >= readBatch {
		select {
		case r.full <- struct{}{}:
		default:
		}
	}
}

// Run writes batches until ctx ends, and then what is left.
func (r *Reads) Run(ctx context.Context) {
	tick := time.NewTicker(readPause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := r.Flush(context.WithoutCancel(ctx)); err != nil {
				r.Log.ErrorContext(ctx, "reads not written down at the end", "err", err)
			}
			return
		case <-tick.C:
		case <-r.full:
		}
		if err := r.Flush(ctx); err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "reads not written down yet", "err", err)
		}
	}
}

// Flush writes what was noted; after an error it is kept for the next time.
func (r *Reads) Flush(ctx context.Context) error {
	r.write.Lock()
	defer r.write.Unlock()
	r.mu.Lock()
	batch, lost := r.noted, r.lost
	r.noted, r.lost = nil, 0
	r.mu.Unlock()
	if len(batch) == 0 && lost == 0 {
		return nil
	}
	entries := batch
	if lost > 0 {
		entries = append(entries, grievance.Read{At: r.Now(), What: grievance.ReadLost, Subject: strconv.Itoa(lost)})
	}
	err := r.Store.Tx(ctx, func(tx *store.Tx) error { return tx.RecordReads(ctx, r.writer, entries, r.Now()) })
	if err != nil {
		r.mu.Lock()
		r.noted, r.lost = append(batch, r.noted...), r.lost+lost
		r.mu.Unlock()
		return fmt.Errorf("write down %d reads: %w", len(batch), err)
	}
	return nil
}

// noteSearch notes the cases and posts that a search showed: nothing else tells them later.
func (r *Reads) noteSearch(by grievance.Actor, search grievance.ID, shown []FoundHit) {
	words := []string{search.String()}
	for _, hit := range shown {
		words = append(words, hit.id().String())
	}
	r.Note(by, grievance.ReadSearch, 0, strings.Join(words, " "))
}

// noteList notes a page of a list: which one and how many rows it showed.
func (r *Reads) noteList(by grievance.Actor, list string, rows int) {
	if rows > 0 {
		r.Note(by, grievance.ReadList, 0, list+" "+strconv.Itoa(rows))
	}
}

// listName names a list of cases by what it was narrowed to, in codes.
func listName(f store.CaseFilter) string {
	name := "cases"
	add := func(what string, v int64) {
		if v != 0 {
			name += " " + what + "=" + strconv.FormatInt(v, 10)
		}
	}
	if f.State != "" {
		name += " state=" + string(f.State)
	}
	add("office", int64(f.OfficeID))
	add("officer", int64(f.OfficerID))
	add("district", int64(f.DistrictID))
	add("department", int64(f.DepartmentID))
	return name
}
