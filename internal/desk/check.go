package desk

import (
	"context"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

const (
	// checkedFor is how long nobody who opens a case asks its service again for the posts.
	checkedFor = 24 * time.Hour
	// checkAtOnce is how many posts X gives in one call.
	checkAtOnce = 100
)

// CheckPostsArgs orders that a service is asked again for posts, at most a hundred.
type CheckPostsArgs struct {
	PostIDs []grievance.ID `json:"post_ids"`
}

// Kind names the job.
func (CheckPostsArgs) Kind() string { return "check_posts" }

// checkAgain orders that X is asked for posts that somebody reads and that it was not
// asked for since a day. The reader does not wait.
func (d *Desk) checkAgain(ctx context.Context, posts []grievance.ID) error {
	if len(posts) == 0 {
		return nil
	}
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, CheckPostsArgs{PostIDs: posts}, store.Job{Queue: "check", Unique: true})
	})
}
