package store

import (
	"context"
	"database/sql"

	"nivaran/internal/grievance"
)

// Gauges are the numbers by which those who run the program watch it. They name nobody
// and nothing that a citizen wrote.
type Gauges struct {
	Cases      map[[2]string]int64 // by state, and "true" or "false": late
	Posts      map[string]int64    // by how they were sorted
	Replies    map[string]int64    // that have not gone out, by state
	Deliveries map[string]int64    // bodies that are not read, by state
	Waiting    int                 // posts before the clerk
	Danger     int                 // of which speak of danger
}

// ReadGauges reads them from kept counters and small indexes.
func (tx *Tx) ReadGauges(ctx context.Context) (g Gauges, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT state, CASE WHEN late THEN 'true' ELSE 'false' END, SUM(n) FROM case_counters GROUP BY 1, 2`)
	g.Cases = map[[2]string]int64{}
	if _, err = collect(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var k [2]string
		var n int64
		err = r.Scan(&k[0], &k[1], &n)
		g.Cases[k] = n
		return struct{}{}, err
	}); err != nil {
		return g, err
	}
	for to, query := range map[*map[string]int64]string{
		&g.Posts:      `SELECT sorted, SUM(n) FROM post_counters GROUP BY 1`,
		&g.Replies:    `SELECT state, COUNT(*) FROM replies WHERE state IN ('queued', 'sending', 'doubtful', 'awaiting_approval') GROUP BY 1`,
		&g.Deliveries: `SELECT state, COUNT(*) FROM deliveries WHERE state <> 'read' GROUP BY 1`,
	} {
		if *to, err = tx.countBy(ctx, query); err != nil {
			return g, err
		}
	}
	g.Waiting, g.Danger, err = tx.WaitingPosts(ctx, grievance.Scope{})
	return g, err
}

func (tx *Tx) countBy(ctx context.Context, query string) (map[string]int64, error) {
	rows, err := tx.QueryContext(ctx, query)
	counts := map[string]int64{}
	_, err = collect(rows, err, func(r *sql.Rows) (_ struct{}, err error) {
		var k string
		var n int64
		err = r.Scan(&k, &n)
		counts[k] = n
		return struct{}{}, err
	})
	return counts, err
}
