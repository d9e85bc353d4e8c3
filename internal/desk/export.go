package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// exportLife is how long the file of an export is kept.
const exportLife = 7 * 24 * time.Hour

// ExportAuditArgs orders the writing of an export.
type ExportAuditArgs struct {
	ID grievance.ID `json:"id"`
}

// Kind names the job.
func (ExportAuditArgs) Kind() string { return "export_audit" }

func exportKey(id grievance.ID) string { return "audit-" + id.String() + ".zip" }

// AskExport orders an export of the record for an auditor of the whole state: without
// texts, and of cases from which somebody is kept away only sums. Asked again while it is
// written, it stays one.
func (d *Desk) AskExport(ctx context.Context, by grievance.Actor, days store.Days) error {
	if !mayAuditAll(by) {
		return grievance.ErrForbidden
	}
	if err := (RecordRequest{Days: days}).check(); err != nil {
		return err
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		all, err := tx.Exports(ctx)
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.OfficerID == by.ID && e.Days == days && e.DoneAt.IsZero() {
				return nil
			}
		}
		now := d.Now()
		e := store.AuditExport{ID: tx.NewID(now), OfficerID: by.ID, Days: days, AskedAt: now}
		if err := tx.AddExport(ctx, e); err != nil {
			return err
		}
		if err := d.recordExport(ctx, tx, by, RecordRequest{Days: days}); err != nil {
			return err
		}
		return tx.Enqueue(ctx, ExportAuditArgs{ID: e.ID}, store.Job{Queue: "export"})
	})
}

// recordExport keeps in the office log that the record is given out, and tells the auditors.
func (d *Desk) recordExport(ctx context.Context, tx *store.Tx, by grievance.Actor, r RecordRequest) error {
	if err := tx.RecordOffice(ctx, by, "audit.exported", map[string]any{"from": r.Days.From, "to": r.Days.To, "texts": r.Texts}, d.Now()); err != nil {
		return err
	}
	return d.tellAuditors(ctx, tx, "notice.audit_exported", r.Days.From+" – "+r.Days.To)
}

// MakeExport writes the file of an export that was asked for; one that is written already stays.
func (d *Desk) MakeExport(ctx context.Context, id grievance.ID) (err error) {
	var e store.AuditExport
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		e, err = tx.Export(ctx, id)
		return err
	})
	if errors.Is(err, grievance.ErrNotFound) || err == nil && !e.DoneAt.IsZero() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", id, err)
	}
	file, err := d.Files.NewWriter(ctx, exportKey(id), nil)
	if err != nil {
		return fmt.Errorf("export %s: %w", id, err)
	}
	size := &counted{to: file}
	s, err := d.writeRecord(ctx, size, RecordRequest{Days: e.Days, Withhold: true})
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("export %s: %w", id, err)
	}
	e.DoneAt, e.Size, e.Entries = d.Now(), size.n, s.Entries
	return d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.FinishExport(ctx, e) })
}

// counted counts what is written.
type counted struct {
	to io.Writer
	n  int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	return n, err
}

// Exports lists the exports that are kept, the newest first.
func (d *Desk) Exports(ctx context.Context, by grievance.Actor) (all []store.AuditExport, err error) {
	if !mayAuditAll(by) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.Exports(ctx)
		return err
	})
	return all, err
}

// OpenExport opens the file of an export; that it was taken out stands in the read log.
func (d *Desk) OpenExport(ctx context.Context, by grievance.Actor, id grievance.ID) (e store.AuditExport, r io.ReadCloser, err error) {
	if !mayAuditAll(by) {
		return e, nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		e, err = tx.Export(ctx, id)
		return err
	})
	if err == nil && e.DoneAt.IsZero() {
		err = grievance.ErrNotFound
	}
	if err != nil {
		return e, nil, err
	}
	d.Reads.Note(by, grievance.ReadExport, 0, "audit "+id.String())
	r, err = d.Files.NewReader(ctx, exportKey(id), nil)
	return e, r, err
}

// dropExports deletes exports that were kept long enough.
func (d *Desk) dropExports(ctx context.Context) error {
	var all []store.AuditExport
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		all, err = tx.Exports(ctx)
		return err
	})
	for _, e := range all {
		if d.Now().Sub(e.AskedAt) < exportLife {
			continue
		}
		there, x := d.Files.Exists(ctx, exportKey(e.ID))
		if x == nil && there {
			x = d.Files.Delete(ctx, exportKey(e.ID))
		}
		if x == nil {
			x = d.Store.Tx(ctx, func(tx *store.Tx) error { return tx.ForgetExport(ctx, e.ID) })
		}
		err = errors.Join(err, x)
	}
	return err
}
