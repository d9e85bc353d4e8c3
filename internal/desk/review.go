package desk

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Plan is how an answer goes to a complainant: from which account, 0 when none may speak
// there, and who can read it. Voice says more of the account.
type Plan struct {
	AccountID int
	Way       grievance.Way
	Voice     Voice
	Next      []Advice // where no account may: what else can be done
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
		g, err := d.ground(ctx, tx)
		if err != nil {
			return err
		}
		for _, k := range all {
			_, plan, err := d.plan(ctx, tx, g, by, c, k, grievance.Answer)
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

// plan decides how an answer, or words of the program's own, go to a complainant; errNoWay
// when no account can carry them.
func (d *Desk) plan(ctx context.Context, tx *store.Tx, g *ground, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, kind grievance.ReplyKind) (*grievance.StoredPost, Plan, error) {
	post, err := tx.Post(ctx, k.PostID)
	if err != nil {
		return nil, Plan{}, err
	}
	p := Plan{Way: d.wayTo(c, k)}
	if post.Form == grievance.Message {
		p.Way = grievance.PrivateWay
	}
	s := speech{by: by, c: c, post: post, way: p.Way, kind: kind, office: c.OfficeID, lang: k.Language}
	sp, err := d.speaking(ctx, tx, g, s)
	if err != nil {
		return post, p, err
	}
	v := voiceOf(sp.Voices, sp.Best)
	if v == nil {
		p.Next = sp.Next
		return post, p, errNoWay
	}
	p.AccountID, p.Voice = v.Account.ID, *v
	return post, p, nil
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
