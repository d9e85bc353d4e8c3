package desk

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Plan is how an answer goes to a complainant: from which account, 0 when none may speak
// there, and who can read it.
type Plan struct {
	AccountID int
	Way       grievance.Way
}

// Review is what an approval of the case's report would do now. Refused says why the
// actor may not approve it (ErrOwnReport, ErrLevelAbove), or is nil.
type Review struct {
	Plans   map[grievance.ID]Plan // by complainant
	Refused error
}

// Review looks at the report that waits; the zero Review when none does.
func (d *Desk) Review(ctx context.Context, by grievance.Actor, id grievance.ID) (Review, error) {
	r := Review{Plans: map[grievance.ID]Plan{}}
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		reports, err := tx.Reports(ctx, id)
		if err != nil || len(reports) == 0 || reports[len(reports)-1].State != grievance.ReportAwaiting {
			return err
		}
		err = d.mayReview(ctx, tx, by, c, reports[len(reports)-1])
		switch {
		case errors.Is(err, ErrOwnReport), errors.Is(err, ErrLevelAbove):
			r.Refused = err
		case err != nil:
			return err
		}
		all, err := tx.Complainants(ctx, id)
		if err != nil {
			return err
		}
		for _, k := range all {
			_, plan, err := d.plan(ctx, tx, c, k)
			if err != nil && !errors.Is(err, errNoWay) {
				return err
			}
			r.Plans[k.ID] = plan
		}
		return nil
	})
	if err != nil {
		return Review{}, fmt.Errorf("review case %s: %w", id, err)
	}
	return r, nil
}

// plan decides how an answer goes to a complainant; errNoWay when no account can carry it.
func (d *Desk) plan(ctx context.Context, tx *store.Tx, c *grievance.Case, k *grievance.Complainant) (*grievance.StoredPost, Plan, error) {
	post, err := tx.Post(ctx, k.PostID)
	if err != nil {
		return nil, Plan{}, err
	}
	p := Plan{Way: d.wayTo(c, k)}
	if post.Form == grievance.Message {
		p.Way = grievance.PrivateWay
	}
	if c.Sensitive && p.Way == grievance.PublicWay {
		return post, p, errNoWay
	}
	p.AccountID, err = d.speaker(ctx, tx, c, post, p.Way)
	return post, p, err
}

// CaseNumbered finds a case within the actor's scope by its registration number, as typed.
func (d *Desk) CaseNumbered(ctx context.Context, by grievance.Actor, typed string) (id grievance.ID, err error) {
	if !by.May(grievance.MayRead) {
		return 0, grievance.ErrForbidden
	}
	number, err := grievance.ParseRegistrationNumber(typed)
	if err != nil {
		return 0, err
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.CaseByNumber(ctx, by.Scope, number)
		if err != nil {
			return err
		}
		id = c.ID
		return nil
	})
	return id, err
}
