package desk

import (
	"context"
	"errors"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// publishable lists the accounts from which the actor may publish what others wrote.
func (d *Desk) publishable(ctx context.Context, tx *store.Tx, by grievance.Actor) ([]int, error) {
	if !by.May(grievance.MayApproveReply) {
		return nil, nil
	}
	accounts, err := tx.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	rights, err := tx.AccountRights(ctx, 0)
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, a := range accounts {
		rows := slices.DeleteFunc(slices.Clone(rights), func(r grievance.AccountRight) bool { return r.AccountID != a.ID })
		if rightOn(by, a, nil, rows).Least(grievance.PublishRight) {
			ids = append(ids, a.ID)
		}
	}
	return ids, nil
}

func (d *Desk) countAwaiting(ctx context.Context, tx *store.Tx, by grievance.Actor) (int, error) {
	accounts, err := d.publishable(ctx, tx, by)
	if err != nil {
		return 0, err
	}
	return tx.CountAwaiting(ctx, by.Scope, accounts, by.ID, most)
}

// Pending is a reply that waits for approval, with what an approver must see of it.
type Pending struct {
	store.Stuck
	Case    *grievance.Case
	To      *grievance.Complainant
	Account grievance.OfficialAccount
	Author  grievance.Officer // zero: the program
}

// Awaiting lists the replies that the actor may approve, the oldest first.
func (d *Desk) Awaiting(ctx context.Context, by grievance.Actor) (all []Pending, err error) {
	if !by.May(grievance.MayApproveReply) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		ids, err := d.publishable(ctx, tx, by)
		if err != nil {
			return err
		}
		found, err := tx.AwaitingReplies(ctx, by.Scope, ids, by.ID, most)
		if err != nil {
			return err
		}
		accounts, err := d.accounts(ctx, tx)
		if err != nil {
			return err
		}
		all = nil
		for _, s := range found {
			p := Pending{Stuck: s, Account: accounts[s.Reply.AccountID]}
			if p.Case, err = tx.Case(ctx, by.Scope, s.Reply.CaseID); err != nil {
				return err
			}
			if p.To, err = tx.Complainant(ctx, s.Reply.ComplainantID); err != nil {
				return err
			}
			if p.Author, err = tx.Officer(ctx, s.Reply.AuthorID); err != nil && !isNone(err) {
				return err
			}
			all = append(all, p)
		}
		return nil
	})
	d.Reads.noteList(by, "approvals", len(all))
	return all, err
}

// ReplyActs is what the actor may do to a reply that has not gone out.
type ReplyActs struct {
	Approve, Edit, Drop bool
	Own                 bool // written by the actor: somebody else approves it
}

// ReplyActs says it of the replies of a case that wait.
func (d *Desk) ReplyActs(ctx context.Context, by grievance.Actor, v *CaseView) (map[grievance.ID]ReplyActs, error) {
	acts := map[grievance.ID]ReplyActs{}
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		for _, r := range v.Replies {
			if !slices.Contains([]grievance.ReplyState{grievance.ReplyAwaiting, grievance.ReplyReturned, grievance.ReplyQueued}, r.State) {
				continue
			}
			right, err := d.rightIn(ctx, tx, by, r)
			if err != nil {
				return err
			}
			_, err = d.mayEdit(ctx, tx, by, v.Case, r, right)
			if err != nil && !errors.Is(err, grievance.ErrForbidden) && !errors.Is(err, grievance.ErrConflict) {
				return err
			}
			a := ReplyActs{Edit: err == nil, Own: by.Is(r.AuthorID)}
			a.Drop = a.Edit && a.Own && r.State != grievance.ReplyQueued
			a.Approve = r.State == grievance.ReplyAwaiting && !a.Own && by.May(grievance.MayApproveReply) && right.Least(grievance.PublishRight)
			acts[r.ID] = a
		}
		return nil
	})
	return acts, err
}

// StuckReplies lists the replies of the actor's cases that an officer must look at.
func (d *Desk) StuckReplies(ctx context.Context, by grievance.Actor) (all []store.Stuck, err error) {
	if !by.May(grievance.MayRead) {
		return nil, grievance.ErrForbidden
	}
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		all, err = tx.StuckReplies(ctx, by.Scope, 100)
		return err
	})
	d.Reads.noteList(by, "replies", len(all))
	return all, err
}
