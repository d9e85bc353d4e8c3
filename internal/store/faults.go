package store

import "context"

// EngineFault is something about the database itself that will hurt.
type EngineFault struct{ Says, Remedy string }

// EngineFaults looks at the database: its version, its order of letters, its soundness.
func (s *Store) EngineFaults(ctx context.Context) (faults []EngineFault, err error) {
	err = s.View(ctx, func(tx *Tx) error {
		for _, c := range s.engine.checks() {
			var says string
			if err := tx.QueryRowContext(ctx, c.query).Scan(&says); err != nil {
				return err
			}
			if !c.good(says) {
				faults = append(faults, EngineFault{c.says + " (" + says + ")", c.remedy})
			}
		}
		return nil
	})
	return faults, err
}
