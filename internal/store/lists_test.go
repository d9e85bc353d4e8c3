package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// varied adds n cases that differ in all that lists narrow and sort by. The same seed
// gives the same cases on every engine.
func varied(t testing.TB, s *store.Store, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	for from := 0; from < n; from += 1000 {
		if err := s.Tx(t.Context(), func(tx *store.Tx) error {
			for i := from; i < min(n, from+1000); i++ {
				at := noon.Add(time.Duration(i) * time.Second)
				c := &grievance.Case{ID: grievance.FirstID(at), Number: fmt.Sprintf("GRV-%07d", i), State: grievance.States[r.IntN(len(grievance.States))], Kind: grievance.Grievance,
					Urgency: grievance.Ordinary, OfficeID: 1 + r.IntN(40), DistrictID: 60 + r.IntN(22), DepartmentID: 1 + r.IntN(30), OfficerID: grievance.ID(100 + r.IntN(80)),
					Late: r.IntN(10) == 0, CMWatch: r.IntN(20) == 0, ReceivedAt: at, DueAt: at.Add(time.Duration(r.IntN(200)) * time.Hour)}
				if r.IntN(10) == 0 {
					c.OfficerID = 0
				}
				if c.State.Ended() {
					c.ClosedAt = at
				}
				if err := tx.InsertCase(t.Context(), c); err != nil {
					return err
				}
				if r.IntN(50) == 0 {
					if err := tx.Exclude(t.Context(), c.ID, store.Exclusion{OfficerID: 101}); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

var lists = []struct {
	name   string
	scope  grievance.Scope
	filter store.CaseFilter
}{
	{"all by newest", grievance.Scope{All: true}, store.CaseFilter{}},
	{"open by due", grievance.Scope{All: true, Viewer: 101}, store.CaseFilter{Open: true, ByDue: true}},
	{"a district's open", grievance.Scope{DistrictID: 63, Viewer: 101}, store.CaseFilter{Open: true, ByDue: true}},
	{"a district's late", grievance.Scope{DistrictID: 63}, store.CaseFilter{Open: true, ByDue: true, Late: true}},
	{"a department's by state", grievance.Scope{DepartmentID: 7}, store.CaseFilter{Open: true, ByDue: true, State: grievance.InProgress}},
	{"a department's by newest and state", grievance.Scope{DepartmentID: 7}, store.CaseFilter{State: grievance.Closed}},
	{"an officer's own", grievance.Scope{OfficerID: 117}, store.CaseFilter{Open: true, ByDue: true}},
	{"offices unassigned", grievance.Scope{Offices: []int{3, 4, 5}}, store.CaseFilter{Unassigned: true}},
	{"watched", grievance.Scope{All: true}, store.CaseFilter{Open: true, Watched: true}},
}

// pages walks through a list a page at a time.
func pages(t testing.TB, s *store.Store, scope grievance.Scope, f store.CaseFilter) (numbers []string) {
	t.Helper()
	for {
		var page []*grievance.Case
		if err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			page, err = tx.Cases(t.Context(), scope, f)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, c := range page {
			numbers = append(numbers, c.Number)
		}
		if len(page) < f.Limit {
			return numbers
		}
		last := page[len(page)-1]
		f.After, f.AfterDue = last.ID, last.DueAt
	}
}

// However long the pages are, a list holds each case once and in the same order.
func TestListsPageByTheWholeSortKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	varied(t, s, 600)
	for _, l := range lists {
		l.filter.Limit = 1000
		want := pages(t, s, l.scope, l.filter)
		if len(want) == 0 {
			t.Errorf("%s is empty", l.name)
		}
		l.filter.Limit = 7
		if got := pages(t, s, l.scope, l.filter); !slices.Equal(got, want) {
			t.Errorf("%s: by 7 it holds %d, whole %d", l.name, len(got), len(want))
		}
		view(t, s, func(tx *store.Tx) error {
			n, err := tx.CountCases(t.Context(), l.scope, l.filter, 20)
			if n != min(20, len(want)) {
				t.Errorf("%s: counted %d of %d", l.name, n, len(want))
			}
			return err
		})
	}
}

// On PostgreSQL the lists, figures and searches are those of SQLite.
func TestBothEnginesAnswerAlike(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_POSTGRES") == "" {
		return // the other engine is not there; the suite runs both ways
	}
	engines := []*store.Store{storetest.New(t), storetest.Open(t, t.TempDir(), false)}
	var answers [2][]string
	for i, s := range engines {
		varied(t, s, 400)
		for _, l := range lists {
			l.filter.Limit = 50
			answers[i] = append(answers[i], fmt.Sprint(l.name, pages(t, s, l.scope, l.filter)))
			view(t, s, func(tx *store.Tx) error {
				tallies, err := tx.Tallies(t.Context(), l.scope)
				var lines []string
				for _, x := range tallies {
					lines = append(lines, fmt.Sprint(x))
				}
				slices.Sort(lines)
				answers[i] = append(answers[i], fmt.Sprint(l.name, lines))
				return err
			})
		}
	}
	for i := range answers[0] {
		if answers[0][i] != answers[1][i] {
			t.Errorf("PostgreSQL: %.300s\nSQLite:     %.300s", answers[0][i], answers[1][i])
		}
	}
}

func BenchmarkLists(b *testing.B) {
	s := storetest.New(b)
	varied(b, s, 50000)
	if err := s.Tx(b.Context(), func(tx *store.Tx) error {
		_, err := tx.ExecContext(b.Context(), `ANALYZE`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for _, l := range lists {
		l.filter.Limit = 50
		b.Run(l.name, func(b *testing.B) {
			for b.Loop() {
				if err := s.View(b.Context(), func(tx *store.Tx) error {
					_, err := tx.Cases(b.Context(), l.scope, l.filter)
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("figures", func(b *testing.B) {
		for b.Loop() {
			if err := s.View(b.Context(), func(tx *store.Tx) error {
				_, err := tx.Tallies(b.Context(), grievance.Scope{All: true, Viewer: 101})
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
