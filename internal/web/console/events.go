package console

import (
	"context"
	"fmt"
	"net/http"
	"time"

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
	changed, told, idle := false, time.Time{}, 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case ch := <-changes:
			if ch.Officer == v.Who.Officer.ID {
				send("ended")
				return nil
			}
			changed = true
		case at := <-alive.C:
			if !c.alive(ctx) {
				send("ended")
				return nil
			}
			idle++
			switch {
			case changed && at.Sub(told) > quietFor:
				changed, told, idle = false, at, 0
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

func (c *Console) alive(ctx context.Context) bool {
	ok, err := c.Auth.Alive(ctx)
	if err != nil && ctx.Err() == nil {
		c.Log.WarnContext(ctx, "cannot check the session of a stream", "err", err)
	}
	return ok && err == nil
}
