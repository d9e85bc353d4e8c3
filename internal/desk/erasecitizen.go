package desk

import (
	"context"
	"errors"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// eraseCitizen does one step of an erasure that a citizen demanded, and orders the next,
// which it gives.
func (d *Desk) eraseCitizen(ctx context.Context, by grievance.Actor, id, after grievance.ID) (next *WorkRequestArgs, err error) {
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		next = nil
		q, err := tx.Request(ctx, id)
		if err != nil || q.State != grievance.RequestWorking {
			return err
		}
		e := erasure{author: q.AuthorID, after: after, why: erasedOnDemand}
		if err := d.eraseStep(ctx, tx, by, &e); err != nil {
			return err
		}
		q.Posts += e.posts
		q.Cases += e.cases
		if !e.done {
			next = &WorkRequestArgs{RequestID: id, After: e.after}
			if err := tx.SaveRequest(ctx, q); err != nil {
				return err
			}
			return tx.Enqueue(ctx, *next, store.Job{Queue: "slow"})
		}
		q.State, q.DoneAt = grievance.RequestDone, d.Now()
		if err := tx.SaveRequest(ctx, q); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "citizen.erased", map[string]any{"request": q.ID, "author": q.AuthorID, "posts": q.Posts, "cases": q.Cases}, d.Now())
	})
	return next, err
}

// erasedOnDemand is why the citizen's words are gone, as the history of each case says it.
const erasedOnDemand = "on the citizen's demand"

// erasure is how far the erasure of a citizen has come, and what the last step erased.
type erasure struct {
	author, after grievance.ID // after: the case up to which names are erased
	why           string
	posts, cases  int
	done          bool
}

// eraseStep erases a batch of posts; when none is left, the names in a batch of cases; at
// last the author. Every step is whole, and a step done again does no harm.
func (d *Desk) eraseStep(ctx context.Context, tx *store.Tx, by grievance.Actor, e *erasure) error {
	everything := grievance.Scope{All: true}
	e.posts, e.cases = 0, 0
	c, err := tx.Citizen(ctx, everything, e.author)
	if err != nil {
		return err
	}
	posts, err := tx.PostsOfCitizen(ctx, everything, e.author, 0, eraseBatch)
	if err != nil {
		return err
	}
	if len(posts) > 0 {
		ids := make([]grievance.ID, len(posts))
		for i, p := range posts {
			ids[i] = p.ID
		}
		e.posts = len(ids)
		return d.erase(ctx, tx, by, ids, e.why)
	}
	cases, err := tx.CasesOfCitizen(ctx, everything, e.author, e.after, eraseBatch)
	if err != nil {
		return err
	}
	for _, kase := range cases {
		if err := d.eraseInCase(ctx, tx, by, kase, c.Author, e.why); err != nil {
			return err
		}
		e.after = kase
	}
	e.cases = len(cases)
	if e.done = len(cases) < eraseBatch; e.done {
		return tx.EraseAuthor(ctx, c.Author, d.Now())
	}
	return nil
}

// eraseInCase takes the citizen's names out of a case, which says so in its history.
func (d *Desk) eraseInCase(ctx context.Context, tx *store.Tx, by grievance.Actor, id grievance.ID, a grievance.Author, why string) error {
	if err := tx.EraseCitizenInCase(ctx, id, a); err != nil {
		return err
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, id)
	if err != nil {
		return err
	}
	err = d.change(ctx, tx, by, c, grievance.Erased, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data, ch.text = map[string]any{"author": a.ID, "texts": tx.ErasedTexts(c.ID)}, why
		return nil
	})
	if err != nil {
		return err
	}
	return d.index(ctx, tx, c)
}

// eraseAgain erases a citizen whom a backup brought back; false when it held nothing of
// whom.
func (d *Desk) eraseAgain(ctx context.Context, author grievance.ID) (held bool, err error) {
	e := erasure{author: author, why: erasedBeforeRestore}
	for !e.done {
		err := d.Store.Tx(ctx, func(tx *store.Tx) error {
			c, err := tx.Citizen(ctx, grievance.Scope{All: true}, author)
			if isNone(err) || err == nil && c.ExternalID == "" && c.Handle == "" && c.Name == "" {
				return errDone
			}
			if err != nil {
				return err
			}
			held = true
			return d.eraseStep(ctx, tx, grievance.System, &e)
		})
		if errors.Is(err, errDone) {
			return held, nil
		}
		if err != nil {
			return held, err
		}
	}
	return held, nil
}
