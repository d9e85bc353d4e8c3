package office

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"nivaran/internal/store"
)

// Load reads the organisation from the store.
func Load(ctx context.Context, s *store.Store) (*Directory, error) {
	d := &Directory{}
	return d, d.Reload(ctx, s)
}

// Reload reads the lists again after they were changed. Whoever holds the directory sees
// the new ones from then on.
func (d *Directory) Reload(ctx context.Context, s *store.Store) error {
	var f Facts
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		if f.Districts, err = tx.Districts(ctx); err != nil {
			return err
		}
		if f.Places, err = tx.Places(ctx); err != nil {
			return err
		}
		if f.Departments, err = tx.Departments(ctx); err != nil {
			return err
		}
		if f.Subjects, err = tx.Subjects(ctx); err != nil {
			return err
		}
		if f.Offices, err = tx.Offices(ctx); err != nil {
			return err
		}
		if f.Holidays, err = tx.Holidays(ctx); err != nil {
			return err
		}
		if f.Roles, err = tx.Roles(ctx); err != nil {
			return err
		}
		if f.Version, err = tx.OrganisationVersion(ctx); err != nil {
			return err
		}
		f.Matrix, err = tx.Matrix(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("load organisation: %w", err)
	}
	d.now.Store(index(f))
	return nil
}

// Refresh reads the lists again when they were changed since, here or by another instance
// of the program. It costs one look at one row.
func (d *Directory) Refresh(ctx context.Context, s *store.Store) error {
	var version string
	err := s.View(ctx, func(tx *store.Tx) (err error) {
		version, err = tx.OrganisationVersion(ctx)
		return err
	})
	if err != nil || version == d.lists().facts.Version {
		return err
	}
	return d.Reload(ctx, s)
}

// Keep refreshes the lists at every beat, and at once after a change in this process,
// until ctx ends: so every instance of the program knows what any of them changed.
func (d *Directory) Keep(ctx context.Context, s *store.Store, every time.Duration, log *slog.Logger) {
	s.Follow(ctx, every, func(c store.Change) bool { return c.Organisation }, func() {
		if err := d.Refresh(ctx, s); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "organisation not read again", "err", err)
		}
	})
}
