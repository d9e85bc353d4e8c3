package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// Cases and posts walk at random, in several processes at once; then everything is
// counted again.
func TestCountersAreWhatCountingGives(t *testing.T) {
	t.Parallel()
	address := storetest.Address(t)
	stores := []*store.Store{storetest.Open(t, address, false), storetest.Open(t, address, false)}
	account := addAccount(t, stores[0])
	var cases []grievance.ID
	var posts []grievance.ID
	for i := range 20 {
		cases = append(cases, addCase(t, stores[0], grievance.Case{OfficeID: 1 + i%3, DistrictID: i % 2}).ID)
		posts = append(posts, keep(t, stores[0], account, post(fmt.Sprint(i), "words")).ID)
	}
	all := grievance.Scope{All: true}
	var wg sync.WaitGroup
	for worker := range 4 {
		r := rand.New(rand.NewPCG(uint64(worker), 7))
		wg.Go(func() {
			for range 40 {
				err := stores[worker%2].Tx(t.Context(), func(tx *store.Tx) error {
					for range 1 + r.IntN(3) {
						c, err := tx.Case(t.Context(), all, cases[r.IntN(len(cases))])
						if err != nil {
							return err
						}
						c.State, c.Late = grievance.States[r.IntN(len(grievance.States))], r.IntN(2) == 0
						c.OfficeID, c.OfficerID = 1+r.IntN(4), grievance.ID(r.IntN(3))
						c.DistrictID, c.DepartmentID = r.IntN(3), r.IntN(3)
						if err := tx.UpdateCase(t.Context(), c); err != nil {
							return err
						}
					}
					p, err := tx.Post(t.Context(), posts[r.IntN(len(posts))])
					if err != nil {
						return err
					}
					p.Sorted = []grievance.Sorted{grievance.SortAsk, grievance.SortKept, grievance.SortCase}[r.IntN(3)]
					return tx.SaveSorting(t.Context(), p, "", noon)
				})
				if err != nil && !errors.Is(err, grievance.ErrConflict) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	r, err := stores[0].Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Faults {
		t.Error(f)
	}
	if r.Counters == 0 {
		t.Error("nothing was counted")
	}
}

// The figures of every viewer are what the viewer would count in the lists.
func TestFiguresShowOnlyWhatTheViewerSees(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		c := addCase(t, s, grievance.Case{OfficeID: 1 + r.IntN(3), DistrictID: 60 + r.IntN(2), DepartmentID: 1 + r.IntN(2), OfficerID: []grievance.ID{0, 100, 101, 102}[r.IntN(4)], Late: r.IntN(3) == 0})
		tx(t, s, func(tx *store.Tx) error {
			c.State = grievance.States[r.IntN(len(grievance.States))]
			if c.State.Ended() {
				c.ClosedAt = noon
			}
			if r.IntN(3) == 0 {
				if err := tx.Exclude(t.Context(), c.ID, store.Exclusion{OfficerID: grievance.ID(100 + r.IntN(3)), OfficeID: r.IntN(3)}); err != nil {
					return err
				}
			}
			return tx.UpdateCase(t.Context(), c)
		})
	}
	scopes := []grievance.Scope{{All: true}, {All: true, Viewer: 100, ViewerOffices: []int{1}}, {DistrictID: 60, Viewer: 101}, {DepartmentID: 2, ViewerOffices: []int{2}}, {All: true, Viewer: 101, ViewerOffices: []int{1, 2}}, {Offices: []int{1, 2}, Viewer: 100}, {OfficerID: 102, Viewer: 102, ViewerOffices: []int{1}}, {}}
	for _, scope := range scopes {
		view(t, s, func(tx *store.Tx) error {
			list, err := tx.Cases(t.Context(), scope, store.CaseFilter{Limit: 1000})
			if err != nil {
				return err
			}
			want := map[grievance.State]int64{}
			for _, c := range list {
				if scope.OfficerID == 0 || !c.State.Ended() { // ended cases are not counted by officer
					want[c.State]++
				}
			}
			tallies, err := tx.Tallies(t.Context(), scope)
			got := map[grievance.State]int64{}
			for _, x := range tallies {
				got[x.State] += x.N
			}
			for _, state := range grievance.States {
				if got[state] != want[state] {
					t.Errorf("scope %+v counts %d %s, its list holds %d", scope, got[state], state, want[state])
				}
			}
			if err != nil {
				return err
			}
			var open store.OpenCounts
			for _, c := range list {
				if c.State.Ended() {
					continue
				}
				open.All++
				if c.OfficerID == 102 {
					open.Own++
				}
				if c.OfficerID == 0 {
					open.Unassigned++
				}
				if c.Late {
					open.Late++
				}
			}
			n, err := tx.CountOpen(t.Context(), scope, 102)
			if n != open {
				t.Errorf("scope %+v counts %+v open, its list holds %+v", scope, n, open)
			}
			return err
		})
	}
}
