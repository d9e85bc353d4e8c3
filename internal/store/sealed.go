package store

import (
	"context"
	"database/sql"
	"fmt"
)

// sealedColumns are where secrets lie, and the words that bind each to its row: a column
// that is added here is rotated and looked at by doctor with the others.
var sealedColumns = []struct{ table, column, what string }{
	{"accounts", "secret", "account %d"},
	{"officers", "totp", "totp:%d"},
	{"mails", "sealed", "mail:%d"},
}

// Sealed is a secret as it is kept.
type Sealed struct {
	Table string
	ID    int64
	What  string // what it is bound to
	Bytes []byte

	column string
}

// AllSealed lists every secret.
func (tx *Tx) AllSealed(ctx context.Context) ([]Sealed, error) {
	var all []Sealed
	for _, c := range sealedColumns {
		rows, err := tx.QueryContext(ctx, `SELECT id, `+c.column+` FROM `+c.table+` WHERE `+c.column+` IS NOT NULL ORDER BY id`)
		found, err := collect(rows, err, func(r *sql.Rows) (Sealed, error) {
			x := Sealed{Table: c.table, column: c.column}
			err := r.Scan(&x.ID, &x.Bytes)
			x.What = fmt.Sprintf(c.what, x.ID)
			return x, err
		})
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			if len(x.Bytes) > 0 {
				all = append(all, x)
			}
		}
	}
	return all, nil
}

// Reseal exchanges a secret for the same sealed anew, unless it was changed meanwhile:
// then whoever changed it has sealed it with the newest key.
func (tx *Tx) Reseal(ctx context.Context, x Sealed, sealed []byte) error {
	_, err := tx.ExecContext(ctx, `UPDATE `+x.Table+` SET `+x.column+` = $1 WHERE id = $2 AND `+x.column+` = $3`, sealed, x.ID, x.Bytes)
	return err
}
