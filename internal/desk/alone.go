package desk

import (
	"context"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// OpenAlone opens and routes a post as its verdict says, without a person. A post that a
// clerk took up meanwhile is left alone, and one that may say the same as another waits: what
// belongs together a person decides.
func (d *Desk) OpenAlone(ctx context.Context, post grievance.ID) error {
	var p *grievance.StoredPost
	var like []Alike
	err := d.Store.View(ctx, func(tx *store.Tx) (err error) {
		if p, err = tx.Post(ctx, post); err == nil {
			like, err = d.alike(ctx, tx, grievance.System, []*grievance.StoredPost{p})
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("open alone: %w", err)
	}
	if p.Sorted != grievance.SortAsk || p.CaseID != 0 || len(like) > 0 {
		return nil
	}
	if alone, _ := p.Proposal(); alone != grievance.AloneRoute {
		return fmt.Errorf("open alone: %w", errAlone)
	}
	first := p.Verdict.Candidates[0]
	_, err = d.Open(ctx, grievance.System, []OpenRequest{{
		PostID: post, Kind: p.Verdict.Kind, SubjectID: d.Office.SubjectByCode(first.Subject), DepartmentID: d.Office.DepartmentByCode(first.Department),
		DistrictID: p.Verdict.District, Urgency: p.Verdict.Urgency,
	}})
	return err
}

// aloneShown is how many posts that went alone a page lists.
const aloneShown = 50

// DecidedAlone lists what the program decided without asking, the newest first, before a
// post (0: from the newest); more says that there are older ones.
func (d *Desk) DecidedAlone(ctx context.Context, by grievance.Actor, what grievance.AloneDecision, before grievance.ID) (all []store.AlonePost, more bool, err error) {
	if !by.May(grievance.MaySort) {
		return nil, false, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.AlonePosts(ctx, by.Scope, what, before, aloneShown+1)
		return err
	})
	if more = len(all) > aloneShown; more {
		all = all[:aloneShown]
	}
	return all, more, err
}
