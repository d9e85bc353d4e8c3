package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Restored is what was done after a backup was loaded.
type Restored struct {
	Doubtful int64 // replies that may have gone out after the backup
	Erased   int   // posts that were erased again
	Citizens int   // who were erased again
}

// HoldAfterRestore is the reason of the hold that stands after a restore.
const HoldAfterRestore = "restored from a backup: look at the doubtful replies, then lift the hold"

// AfterRestore makes a record that was loaded from a backup of the time safe to go on with.
// Nothing goes out until an administrator lifts the hold; replies that were on their way
// are looked for instead of sent again, and mail to officers is dropped; skip registration
// numbers are left out, because citizens may hold them; and what was erased since is
// erased again.
func (d *Desk) AfterRestore(ctx context.Context, taken time.Time, skip int, lookWait time.Duration, erased []store.Erasure) (Restored, error) {
	var r Restored
	now := d.Now()
	err := d.Store.Tx(ctx, func(tx *store.Tx) (err error) {
		if err := tx.SetHold(ctx, store.Hold{ID: tx.NewID(now), SetAt: now, Reason: HoldAfterRestore}); err != nil {
			return err
		}
		if r.Doubtful, err = tx.DoubtOpen(ctx, now.Add(lookWait)); err != nil {
			return err
		}
		if err := tx.DropMail(ctx, now); err != nil {
			return err
		}
		if skip > 0 {
			if err := tx.SkipSerials(ctx, now.In(grievance.India).Year(), skip); err != nil {
				return err
			}
		}
		return tx.RecordOffice(ctx, grievance.System, "record.restored", map[string]any{"taken_at": taken.UnixMilli(), "doubtful": r.Doubtful, "numbers_skipped": skip}, now)
	})
	if err != nil {
		return r, fmt.Errorf("after restore: %w", err)
	}
	for batch := range slices.Chunk(erased, 100) {
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			held, err := tx.KeepTombstones(ctx, batch)
			if err != nil || len(held) == 0 {
				return err
			}
			r.Erased += len(held)
			return d.erase(ctx, tx, grievance.System, held, erasedBeforeRestore)
		})
		if err != nil {
			return r, fmt.Errorf("erase again after restore: %w", err)
		}
	}
	for _, e := range erased {
		if e.AuthorID == 0 {
			continue
		}
		held, err := d.eraseAgain(ctx, e.AuthorID)
		if err != nil {
			return r, fmt.Errorf("erase citizen %s again after restore: %w", e.AuthorID, err)
		}
		if held {
			r.Citizens++
		}
	}
	return r, nil
}

// erasedBeforeRestore is why words are gone that a backup brought back.
const erasedBeforeRestore = "erased before the restore"
