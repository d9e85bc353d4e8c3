package store_test

import (
	"errors"
	"fmt"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// What is held back is seen by whatever asks for it in the same transaction.
func TestATransactionSeesItsOwnWrites(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	account := addAccount(t, s)
	first, second := keep(t, s, account, post("1", "no water")), keep(t, s, account, post("2", "none today either"))
	all := grievance.Scope{All: true}
	c := &grievance.Case{ID: s.NewID(noon), Number: "GRV-1", State: grievance.Received, Kind: grievance.Grievance, OfficeID: 1, DistrictID: 60}
	k := &grievance.Complainant{ID: s.NewID(noon), CaseID: c.ID, Author: grievance.Author{ID: 11}, JoinedAt: noon}
	claim := func(tx *store.Tx, id grievance.ID) error {
		p, err := tx.Post(t.Context(), id)
		if err != nil {
			return err
		}
		p.Sorted, p.CaseID = grievance.SortCase, c.ID
		return tx.SaveSorting(t.Context(), p, "", noon)
	}
	tx(t, s, func(tx *store.Tx) error {
		ctx := t.Context()
		if err := errors.Join(tx.InsertCase(ctx, c), tx.Record(ctx, grievance.System, grievance.Opened, c, "", nil, "", noon), tx.InsertComplainant(ctx, k),
			tx.IndexCase(ctx, c, []string{"pani"}), claim(tx, first.ID)); err != nil {
			return err
		}
		if posts, err := tx.PostsOfCase(ctx, c.ID); err != nil || len(posts) != 1 {
			t.Errorf("posts of the case: %d, %v", len(posts), err)
		}
		k.AckState = "ack.queued"
		c.State, c.DistrictID = grievance.Assigned, 61
		if err := errors.Join(tx.UpdateComplainant(ctx, k), tx.UpdateCase(ctx, c), claim(tx, second.ID)); err != nil {
			return err
		}
		if posts, err := tx.PostsOfCase(ctx, c.ID); err != nil || len(posts) != 2 {
			t.Errorf("posts of the case: %d, %v", len(posts), err)
		}
		got, err := tx.Case(ctx, all, c.ID)
		if err != nil || got.State != grievance.Assigned || got.Version != 2 {
			t.Errorf("case = %+v, %v", got, err)
		}
		if got, err := tx.Complainant(ctx, k.ID); err != nil || got.AckState != "ack.queued" {
			t.Errorf("complainant = %+v, %v", got, err)
		}
		if err := tx.InsertComplainant(ctx, &grievance.Complainant{ID: tx.NewID(noon), CaseID: c.ID, Author: grievance.Author{ID: 11}}); !errors.Is(err, grievance.ErrConflict) {
			t.Errorf("the same complainant again: %v, want a conflict", err)
		}
		if err := tx.Record(ctx, grievance.System, grievance.Routed, c, grievance.Received, nil, "sent on", noon); err != nil {
			return err
		}
		if h, err := tx.History(ctx, c.ID); err != nil || len(h) != 2 {
			t.Errorf("history: %d entries, %v", len(h), err)
		}
		found, err := tx.Search(ctx, grievance.Scope{DistrictID: 61}, store.SearchQuery{Tokens: []string{"pani"}, Limit: 10})
		if err != nil || len(found.Hits) != 1 {
			t.Errorf("search finds %d, %v", len(found.Hits), err)
		}
		return tx.Record(ctx, grievance.System, grievance.Noted, c, c.State, nil, "", noon)
	})
	checkSound(t, s)
	view(t, s, func(tx *store.Tx) error {
		h, err := tx.History(t.Context(), c.ID)
		if len(h) != 3 {
			t.Errorf("history: %d entries", len(h))
		}
		if err := tx.InsertCase(t.Context(), c); err == nil {
			t.Error("a view writes")
		}
		return err
	})
}

// A hundred cases of one transaction, each changed, acknowledged and indexed.
func TestManyCasesInOneTransaction(t *testing.T) {
	t.Parallel()
	s := storetest.WithQueue(t)
	account := addAccount(t, s)
	var items []store.Incoming
	for i := range 130 {
		items = append(items, post(fmt.Sprint(i), "words"))
	}
	results := keepAll(t, s, account, items)
	tx(t, s, func(tx *store.Tx) error {
		ctx := t.Context()
		for i, r := range results {
			c := &grievance.Case{ID: tx.NewID(noon), Number: fmt.Sprint("GRV-", i), State: grievance.Received, OfficeID: 1}
			p, err := tx.Post(ctx, r.ID)
			if err != nil {
				return err
			}
			k := &grievance.Complainant{ID: tx.NewID(noon), CaseID: c.ID, Author: p.Author, PostID: p.ID}
			reply := &grievance.Reply{ID: tx.NewID(noon), CaseID: c.ID, ComplainantID: k.ID, PostID: p.ID, AccountID: account, Kind: grievance.Acknowledgement, State: grievance.ReplyQueued, CreatedAt: noon}
			p.Sorted, p.CaseID = grievance.SortCase, c.ID
			if err := errors.Join(tx.InsertCase(ctx, c), tx.InsertComplainant(ctx, k), tx.InsertReply(ctx, reply, fmt.Sprint("ack", i)), tx.SaveSorting(ctx, p, "", noon), tx.SetVerbatim(ctx, p.ID, "key"),
				tx.AttachToCase(ctx, p.ID, c.ID), tx.Notify(ctx, store.Notice{OfficerID: 5, CaseID: c.ID, At: noon}), tx.SaveLink(ctx, store.Link{Hash: []byte(fmt.Sprint(i)), CaseID: c.ID, ExpiresAt: noon}),
				tx.Record(ctx, grievance.System, grievance.Opened, c, "", nil, "text", noon), tx.IndexCase(ctx, c, []string{"pani"}), tx.Enqueue(ctx, countArgs{[]grievance.ID{c.ID}}, store.Job{Queue: "sort"})); err != nil {
				return err
			}
		}
		return nil
	})
	checkSound(t, s)
	view(t, s, func(tx *store.Tx) error {
		for _, table := range []string{"cases", "complainants", "replies", "notices", "secret_links", "history", "history_texts", "case_search", "river_job", "posts WHERE case_id <> 0 AND verbatim = 'key'"} {
			var n int
			if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&n); err != nil {
				return err
			}
			if n != len(items) {
				t.Errorf("%d rows of %s, want %d", n, table, len(items))
			}
		}
		return nil
	})
}
