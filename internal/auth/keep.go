package auth

import "context"

// keptKey begins the names of what pages keep in a session.
const keptKey = "kept."

// Keep lets a page remember a text in the officer's session under a name; an empty one
// forgets it.
func (a *Auth) Keep(ctx context.Context, name, text string) {
	if text == "" {
		a.sessions.Remove(ctx, keptKey+name)
		return
	}
	a.sessions.Put(ctx, keptKey+name, text)
}

// Kept is what was kept under the name in this session; empty when there is nothing.
func (a *Auth) Kept(ctx context.Context, name string) string {
	return a.sessions.GetString(ctx, keptKey+name)
}
