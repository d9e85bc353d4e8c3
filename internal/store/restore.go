package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"nivaran/internal/grievance"
)

// ReadJournal reads a journal of erasures, the oldest first. A file that is not there is an
// empty one; a line that was cut off by a crash is left out: its transaction never ended.
func ReadJournal(path string) ([]Erasure, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal of erasures: %w", err)
	}
	defer f.Close()
	var all []Erasure
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var e Erasure
			if json.Unmarshal(line, &e) == nil {
				all = append(all, e)
			} else if err == nil {
				return nil, fmt.Errorf("journal of erasures %s: line %d cannot be read", path, len(all)+1)
			}
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("journal of erasures: %w", err)
		}
	}
}

// KeepTombstones keeps what was erased after the backup from coming in again. It gives
// those of the erased posts that the backup still holds, with their words.
func (tx *Tx) KeepTombstones(ctx context.Context, erased []Erasure) ([]grievance.ID, error) {
	var stones [][]any
	var ids []grievance.ID
	for _, e := range erased {
		if e.PostID != 0 {
			ids = append(ids, e.PostID)
		}
		for _, k := range e.Keys {
			stones = append(stones, []any{e.Channel, k, ms(e.At)})
		}
	}
	if err := tx.insertMany(ctx, "tombstones", "channel, dedup_key, erased_at", "ON CONFLICT DO NOTHING", stones); err != nil || len(ids) == 0 {
		return nil, err
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var held []grievance.ID
	for _, p := range posts {
		if p.ErasedAt.IsZero() {
			held = append(held, p.ID)
		}
	}
	return held, nil
}

// DoubtOpen makes every reply that was on its way doubtful: after the backup it may have
// gone out. It is looked for from lookAt on, and an officer decides what is not found.
func (tx *Tx) DoubtOpen(ctx context.Context, lookAt time.Time) (int64, error) {
	r, err := tx.ExecContext(ctx, `UPDATE replies SET state = 'doubtful', fence = fence + 1, looks = 0, send_at = $1,
		started_at = CASE WHEN started_at <> 0 THEN started_at WHEN approved_at <> 0 THEN approved_at ELSE created_at END
		WHERE state IN ('queued', 'sending')`, ms(lookAt))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// SkipSerials leaves n registration numbers of the year out: citizens may hold them from
// after the backup, and no number is given twice.
func (tx *Tx) SkipSerials(ctx context.Context, year, n int) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO serials (year, last, skipped) VALUES ($1, $2, $2)
		ON CONFLICT (year) DO UPDATE SET last = serials.last + excluded.last, skipped = serials.skipped + excluded.skipped`, year, n)
	return err
}
