package desk_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// author finds a citizen as an officer does: by what was typed.
func author(t *testing.T, w *desktest.World, typed string) store.Citizen {
	t.Helper()
	search, err := w.Desk.SeekCitizen(t.Context(), w.State, typed)
	w.Must(err)
	_, all, err := w.Desk.FoundCitizens(t.Context(), w.State, search)
	w.Must(err)
	if len(all) != 1 {
		t.Fatalf("%q finds %d citizens", typed, len(all))
	}
	return all[0]
}

func demand(w *desktest.World, kind grievance.Demand) desk.DataDemand {
	return desk.DataDemand{Demand: kind, AskedAt: w.Clock.AddDate(0, 0, -1), Way: "letter", Identity: "document", Reason: "own_wish"}
}

// work does a demand step by step, as the jobs do.
func work(t *testing.T, w *desktest.World, id grievance.ID) (steps int) {
	t.Helper()
	for next := (&desk.WorkRequestArgs{RequestID: id}); next != nil; steps++ {
		var err error
		next, err = w.Desk.WorkRequest(t.Context(), *next)
		w.Must(err)
	}
	return steps
}

func TestCitizensCopy(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Resolved("Asha Devi")
	w.Open("Bimla Rani")
	c := author(t, w, "asha d")
	if c.Posts != 1 || c.Cases != 1 || c.Open != 1 || c.Name != "Asha Devi" {
		t.Errorf("held of the citizen: %+v", c)
	}
	request, err := w.Desk.DemandData(ctx, w.State, c.ID, demand(w, grievance.DemandExport))
	w.Must(err)
	if again, err := w.Desk.DemandData(ctx, w.State, c.ID, demand(w, grievance.DemandExport)); err != nil || again != request {
		t.Errorf("asked again while it is in work: %s, %v; want %s", again, err, request)
	}
	work(t, w, request)
	work(t, w, request) // a job that runs twice makes one copy
	if _, err := w.Desk.FetchCopy(ctx, w.Clerk, request); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("fetched without the permission: %v", err)
	}
	other := w.State
	other.ID = w.Clerk.ID
	if _, err := w.Desk.FetchCopy(ctx, other, request); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("fetched by another officer: %v", err)
	}
	r, err := w.Desk.FetchCopy(ctx, w.State, request)
	w.Must(err)
	data, err := io.ReadAll(r)
	w.Must(errors.Join(err, r.Close()))
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	w.Must(err)
	held := map[string]string{}
	for _, f := range z.File {
		rc, err := f.Open()
		w.Must(err)
		b, err := io.ReadAll(rc)
		w.Must(err)
		held[f.Name] = string(b)
	}
	number := w.Case(id).Number
	var got struct {
		Citizen struct{ Name string }
		Posts   []struct{ Text, Case string }
		Cases   []struct {
			Number  string
			Replies []struct{ Text string }
		}
	}
	w.Must(json.Unmarshal([]byte(held["data.json"]), &got))
	if got.Citizen.Name != "Asha Devi" || len(got.Posts) != 1 || got.Posts[0].Case != number || len(got.Cases) != 1 || len(got.Cases[0].Replies) != 2 {
		t.Errorf("the copy holds %+v", got)
	}
	for name, text := range held {
		if strings.Contains(text, "Bimla") {
			t.Errorf("%s tells of another citizen", name)
		}
	}
	if page := held["index.html"]; !strings.Contains(page, "Asha Devi has no water for four days") || !strings.Contains(page, number) {
		t.Errorf("the page for reading: %s", page)
	}

	v, err := w.Desk.Citizen(ctx, w.State, c.ID)
	w.Must(err)
	if len(v.Requests) != 1 || v.Requests[0].Fetched != 1 || v.Requests[0].Identity != "document" || v.Requests[0].Officer != w.State.ID {
		t.Errorf("the record: %+v", v.Requests)
	}
	w.Clock = w.Clock.AddDate(0, 0, 7)
	_, err = w.Desk.Due(ctx)
	w.Must(err)
	if _, err := w.Desk.FetchCopy(ctx, w.State, request); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("fetched after seven days: %v", err)
	}
	if ok, err := w.Desk.Files.Exists(ctx, v.Requests[0].File); err != nil || ok {
		t.Errorf("the copy still lies in the file store: %v, %v", ok, err)
	}
	w.Sound()
}

// Erasing a citizen leaves no copy of their words or name; cases and the office's acts
// stay, other citizens keep theirs.
func TestEraseCitizen(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	closed, open := w.Resolved("Asha Devi"), w.Open("Asha Devi")
	other := w.Open("Bimla Rani")
	for i := range 60 { // more than one step erases
		w.Post("Asha Devi", "", fmt.Sprintf("Asha Devi writes for the %d. time", i))
	}
	w.Must(w.Desk.Note(ctx, w.Magistrate, open, "Called Asha Devi, she will be at home on Monday.", nil))
	w.Must(w.Desk.Note(ctx, w.Magistrate, open, "The pump house was told.", nil))
	v, err := w.Desk.Case(ctx, w.State, open)
	w.Must(err)
	w.Must(w.Desk.Reply(ctx, w.Magistrate, open, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, Way: grievance.PublicWay, Text: "Dear Asha Devi, the motor comes tomorrow."}))
	c := author(t, w, "Asha Devi")

	r := demand(w, grievance.DemandErasure)
	_, err = w.Desk.DemandData(ctx, w.State, c.ID, r)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Key != "error.erase_open" || invalid.Args["Count"] != 2 {
		t.Errorf("erased in spite of open cases: %v", err)
	}
	r.Anyway = true
	if _, err := w.Desk.DemandData(ctx, w.Magistrate, c.ID, r); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("demanded without the permission: %v", err)
	}
	request, err := w.Desk.DemandData(ctx, w.State, c.ID, r)
	w.Must(err)
	if steps := work(t, w, request); steps < 3 {
		t.Errorf("%d posts were erased in %d steps", c.Posts, steps)
	}

	tx(w, func(tx *store.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT 'posts' FROM posts WHERE text LIKE '%Asha%' OR full_text LIKE '%Asha%' UNION ALL SELECT 'authors' FROM authors WHERE name LIKE '%Asha%' OR handle LIKE '%Asha%' OR external_id LIKE '%Asha%'
			UNION ALL SELECT 'history' FROM history_texts WHERE text LIKE '%Asha%' UNION ALL SELECT 'replies' FROM replies WHERE text LIKE '%Asha%' UNION ALL SELECT 'cases' FROM cases WHERE title LIKE '%Asha%' OR excerpt LIKE '%Asha%'
			UNION ALL SELECT 'searches' FROM searches WHERE query LIKE '%Asha%' UNION ALL SELECT 'links' FROM secret_links WHERE case_id IN ($1, $2)`, closed, open)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var table string
			if err := rows.Scan(&table); err != nil {
				return err
			}
			t.Errorf("something of the citizen still stands in %s", table)
		}
		return rows.Err()
	})
	for _, id := range []grievance.ID{closed, open} {
		v, err := w.Desk.Case(ctx, w.State, id)
		w.Must(err)
		acts := 0
		for _, e := range v.History {
			if e.Event == grievance.Routed || e.Event == grievance.Opened || e.Text == "The pump house was told." {
				acts++
			}
		}
		if acts < 1 || len(v.Complainants) != 1 {
			t.Errorf("case %s lost the office's acts", v.Case.Number)
		}
		for _, x := range v.Replies {
			if x.State == grievance.ReplyQueued {
				t.Errorf("case %s still sends %q", v.Case.Number, x.Text)
			}
		}
	}
	v, err = w.Desk.Case(ctx, w.State, open)
	w.Must(err)
	err = w.Desk.Reply(ctx, w.Magistrate, open, desk.ReplyRequest{ComplainantID: v.Complainants[0].ID, AccountID: w.Account.ID, Way: grievance.PublicWay, Text: "Are you there?"})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Key != "reply.erased" {
		t.Errorf("the erased citizen can still be written to: %v", err)
	}
	search, err := w.Desk.SaveSearch(ctx, w.State, desk.SearchRequest{Words: "Asha Devi"})
	w.Must(err)
	if found, err := w.Desk.Search(ctx, w.State, search, 0); err != nil || len(found.Hits) != 0 {
		t.Errorf("the search finds %d cases, %v", len(found.Hits), err)
	}
	if b := author(t, w, "Bimla Rani"); b.Posts != 1 || w.Case(other).Title == "" {
		t.Errorf("another citizen: %+v", b)
	}
	d, err := w.Desk.Citizen(ctx, w.State, c.ID)
	w.Must(err)
	if q := d.Requests[0]; q.State != grievance.RequestDone || q.Posts != 62 || q.Cases != 2 || q.Reason != "own_wish" {
		t.Errorf("the record: %+v", q)
	}
	w.Must(w.Desk.Report(ctx, w.Magistrate, open, desk.ReportRequest{Text: "The motor of the booster pump was replaced.", DoneAt: w.Clock, DoneBy: "Engineer"})) // work goes on
	w.Sound()
}

// Whoever is complained of learns nothing of it by asking for the citizen's data.
func TestCitizensDataHideWhatComplainsOfTheReader(t *testing.T) {
	t.Parallel()
	w := desktest.New(t)
	ctx := t.Context()
	id := w.Open("Asha Devi")
	tx(w, func(tx *store.Tx) error { return tx.Exclude(ctx, id, store.Exclusion{OfficerID: w.State.ID}) })
	c := author(t, w, "Asha Devi")
	if c.Posts != 0 || c.Cases != 0 || c.Open != 0 {
		t.Errorf("the one complained of sees %+v", c)
	}
	v, err := w.Desk.Citizen(ctx, w.State, c.ID)
	w.Must(err)
	if len(v.Cases) != 0 {
		t.Error("the one complained of sees the case")
	}
}

func tx(w *desktest.World, f func(tx *store.Tx) error) {
	w.T.Helper()
	w.Must(w.Desk.Store.Tx(w.T.Context(), f))
}
