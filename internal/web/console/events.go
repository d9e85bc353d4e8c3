package console

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// aliveEvery is how often a stream asks whether its session still stands: a suspension,
// also by another instance, ends it within a second.
const aliveEvery = 500 * time.Millisecond

// quietFor bundles changes: a page is told at most once in this time.
const quietFor = 2 * time.Second

// events tells an open page that something changed, by an event stream. It carries no
// content: the page reads again, within its own scope.
func (c *Console) events(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	changes, stop := c.Desk.Listen()
	defer stop()
	send := func(event string) bool {
		_, err := fmt.Fprintf(w, "event: %s\ndata: {}\n\n", event)
		return err == nil && out.Flush() == nil
	}
	if !send("open") {
		return nil
	}
	ctx := r.Context()
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	heard, told, idle := news{}, time.Time{}, 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case ch := <-changes:
			if ch.Officer == v.Who.Officer.ID {
				send("ended")
				return nil
			}
			heard.take(ch)
		case at := <-alive.C:
			if !c.alive(ctx) {
				send("ended")
				return nil
			}
			idle++
			switch {
			case heard.any() && at.Sub(told) > quietFor:
				concerns := c.concerns(ctx, v.Who.Actor, heard)
				heard, told = news{}, at
				if !concerns {
					continue
				}
				idle = 0
				if !send("changed") {
					return nil
				}
			case idle >= 40: // a sign of life every 20 s, so that proxies keep the line
				idle = 0
				if _, err := fmt.Fprint(w, ": \n\n"); err != nil || out.Flush() != nil {
					return nil
				}
			}
		}
	}
}

// news is what changed since a page was told.
type news struct{ cases, posts []grievance.ID }

// newsHeld is how many changes are remembered; among more, one that concerns the page is
// nearly sure to be, and the next change tells it again.
const newsHeld = 256

func (n *news) take(ch store.Change) {
	if ch.CaseID != 0 && len(n.cases) < newsHeld {
		n.cases = append(n.cases, ch.CaseID)
	}
	if ch.PostID != 0 && len(n.posts) < newsHeld {
		n.posts = append(n.posts, ch.PostID)
	}
}

func (n *news) any() bool { return len(n.cases)+len(n.posts) > 0 }

// concerns asks whether the officer may learn of the changes: a stream must not tell by
// its beat what the lists keep silent.
func (c *Console) concerns(ctx context.Context, by grievance.Actor, n news) bool {
	ok, err := c.Desk.Concerns(ctx, by, n.cases, n.posts)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "cannot tell whom a change concerns", "err", err)
	}
	return ok && err == nil
}

func (c *Console) alive(ctx context.Context) bool {
	ok, err := c.Auth.Alive(ctx)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "cannot check the session of a stream", "err", err)
	}
	return ok && err == nil
}
