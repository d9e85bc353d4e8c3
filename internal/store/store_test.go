package store_test

import (
	"sync"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

var noon = time.Date(2026, 11, 2, 6, 30, 0, 0, time.UTC)

func post(key, text string) store.Incoming {
	return store.Incoming{What: "new", Post: grievance.Post{Channel: grievance.X, ExternalID: key, DedupKey: key, ThreadID: "t" + key, Form: grievance.Mention, Public: true,
		Direction: grievance.In, Author: grievance.Author{ExternalID: "a1", Handle: "asha", Name: "Asha"}, Text: text, FullText: text, PostedAt: noon, Raw: []byte(text)}}
}

func TestAPostIsStoredOnce(t *testing.T) {
	s := storetest.New(t)
	account := addAccount(t, s)
	var wg sync.WaitGroup
	for worker := range 6 {
		wg.Go(func() {
			var batch []store.Incoming
			for i := range 40 {
				batch = append(batch, post(string(rune('a'+(i+worker*7)%40)), "same words"))
			}
			if err := s.Tx(t.Context(), func(tx *store.Tx) error {
				_, err := tx.StorePosts(t.Context(), account, batch, noon)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n, keys int
	view(t, s, func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT (SELECT COUNT(*) FROM posts), (SELECT COUNT(*) FROM post_keys)`).Scan(&n, &keys)
	})
	if n != 40 || keys != 40 {
		t.Errorf("%d posts under %d keys, want 40", n, keys)
	}
	checkSound(t, s)
}

func TestAnEditKeepsTheEarlierText(t *testing.T) {
	s := storetest.New(t)
	account := addAccount(t, s)
	first := keep(t, s, account, post("10", "broken road"))
	edit := post("11", "broken road and drain")
	edit.What, edit.Post.Edits = "edited", []string{"10", "11"}
	r := keep(t, s, account, edit)
	if r.Result != store.Edited || r.ID != first.ID {
		t.Fatalf("edit: %+v, want edited %s", r, first.ID)
	}
	// The earlier text arrives again, by poll, after the edit.
	if r := keep(t, s, account, post("10", "broken road")); r.Result != store.Duplicate {
		t.Errorf("old delivery: %s, want duplicate", r.Result)
	}
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), first.ID)
		if err != nil {
			return err
		}
		if p.Text != "broken road and drain" {
			t.Errorf("text = %q", p.Text)
		}
		old, err := tx.PostVersions(t.Context(), first.ID)
		if len(old) != 1 || old[0].Text != "broken road" {
			t.Errorf("versions = %+v", old)
		}
		return err
	})
}

func TestAnErasedPostDoesNotComeBack(t *testing.T) {
	s := storetest.New(t)
	account := addAccount(t, s)
	r := keep(t, s, account, post("20", "my house is 12, call me"))
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.ErasePosts(t.Context(), []grievance.ID{r.ID}, noon)
		return err
	})
	if r := keep(t, s, account, post("20", "my house is 12, call me")); r.Result != store.Erased {
		t.Errorf("again: %s, want erased", r.Result)
	}
	view(t, s, func(tx *store.Tx) error {
		p, err := tx.Post(t.Context(), r.ID)
		if err == nil && (p.Text != "" || p.FullText != "") {
			t.Errorf("words are left: %+v", p.Post)
		}
		raw, err := tx.PostRaw(t.Context(), r.ID)
		if len(raw) != 0 {
			t.Error("raw bytes are left")
		}
		return err
	})
}

func TestVerifyFindsEveryChange(t *testing.T) {
	for name, tamper := range map[string]string{
		"a changed entry":  `UPDATE history SET event = 'closed' WHERE n = 2`,
		"a changed time":   `UPDATE history SET at = at + 1 WHERE n = 1`,
		"a removed entry":  `DELETE FROM history WHERE n = 3`,
		"the last removed": `DELETE FROM history WHERE n = 4`,
		"a swapped pair":   `UPDATE history SET n = CASE n WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE n END`,
		"a changed text":   `UPDATE history_texts SET text = 'other' WHERE n = 2`,
		"a wrong counter":  `UPDATE case_counters SET n = n + 1`,
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.New(t)
			c := addCase(t, s, grievance.Case{OfficeID: 1, DistrictID: 63})
			for i := range 4 {
				tx(t, s, func(tx *store.Tx) error {
					return tx.Record(t.Context(), grievance.System, grievance.Noted, c, c.State, map[string]any{"i": i}, "said", noon)
				})
			}
			checkSound(t, s)
			tx(t, s, func(tx *store.Tx) error {
				_, err := tx.ExecContext(t.Context(), tamper)
				return err
			})
			r, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Faults) == 0 {
				t.Error("the change was not found")
			}
		})
	}
}

func TestScopeAndExclusions(t *testing.T) {
	s := storetest.New(t)
	in := addCase(t, s, grievance.Case{OfficeID: 7, DistrictID: 63, DepartmentID: 2})
	addCase(t, s, grievance.Case{OfficeID: 8, DistrictID: 64, DepartmentID: 3})
	hidden := addCase(t, s, grievance.Case{OfficeID: 7, DistrictID: 63, DepartmentID: 2})
	tx(t, s, func(tx *store.Tx) error {
		for _, c := range []*grievance.Case{in, hidden} {
			if err := tx.IndexCase(t.Context(), c, []string{"pani"}); err != nil {
				return err
			}
		}
		return tx.Exclude(t.Context(), hidden.ID, 900, 0)
	})
	for name, scope := range map[string]grievance.Scope{
		"district":   {DistrictID: 63, Viewer: 900},
		"department": {DepartmentID: 2, Viewer: 900},
		"offices":    {Offices: []int{7}, Viewer: 900},
	} {
		t.Run(name, func(t *testing.T) {
			view(t, s, func(tx *store.Tx) error {
				list, err := tx.Cases(t.Context(), scope, store.CaseFilter{Limit: 10})
				if err != nil {
					return err
				}
				if len(list) != 1 || list[0].ID != in.ID {
					t.Errorf("list holds %d cases, want the one not hidden", len(list))
				}
				tallies, err := tx.Tallies(t.Context(), scope)
				if err != nil {
					return err
				}
				var n int64
				for _, x := range tallies {
					n += x.N
				}
				if n != 1 {
					t.Errorf("counted %d, want 1", n)
				}
				found, err := tx.Search(t.Context(), scope, []string{"pani"}, 0, 10)
				if err != nil {
					return err
				}
				if len(found.Cases) != 1 {
					t.Errorf("search found %d, want 1", len(found.Cases))
				}
				if _, err := tx.Case(t.Context(), scope, hidden.ID); err == nil {
					t.Error("a hidden case was read")
				}
				return nil
			})
		})
	}
	view(t, s, func(tx *store.Tx) error {
		list, err := tx.Cases(t.Context(), grievance.Scope{}, store.CaseFilter{Limit: 10})
		if len(list) != 0 {
			t.Error("the zero scope sees cases")
		}
		return err
	})
}

func addAccount(t *testing.T, s *store.Store) (id int) {
	t.Helper()
	tx(t, s, func(tx *store.Tx) (err error) {
		id, err = tx.AddAccount(t.Context(), grievance.OfficialAccount{Channel: grievance.X, Name: "CM", Handle: "@cm", ExternalID: "1", OfficeID: 1, CanSend: true, ConnectedAt: noon})
		return err
	})
	return id
}

func addCase(t *testing.T, s *store.Store, c grievance.Case) *grievance.Case {
	t.Helper()
	c.ID, c.State, c.Kind, c.Urgency, c.ReceivedAt = s.NewID(noon), grievance.Assigned, grievance.Grievance, grievance.Ordinary, noon
	c.Number = "GRV-" + c.ID.String()
	tx(t, s, func(tx *store.Tx) error { return tx.InsertCase(t.Context(), &c) })
	return &c
}

func keep(t *testing.T, s *store.Store, account int, it store.Incoming) store.PostResult {
	t.Helper()
	var r []store.PostResult
	tx(t, s, func(tx *store.Tx) (err error) {
		r, err = tx.StorePosts(t.Context(), account, []store.Incoming{it}, noon)
		return err
	})
	return r[0]
}

func checkSound(t *testing.T, s *store.Store) {
	t.Helper()
	r, err := s.Verify(t.Context())
	if err != nil || len(r.Faults) > 0 {
		t.Errorf("Verify = %v, %v", r.Faults, err)
	}
}

func tx(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.Tx(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *store.Store, f func(*store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}
