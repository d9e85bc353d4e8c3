package store_test

import (
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

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
		return tx.Exclude(t.Context(), hidden.ID, store.Exclusion{OfficerID: 900})
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
				found, err := tx.Search(t.Context(), scope, store.SearchQuery{Tokens: []string{"pani"}, Limit: 10})
				if err != nil {
					return err
				}
				if len(found.Hits) != 1 {
					t.Errorf("search found %d, want 1", len(found.Hits))
				}
				texts, _, err := tx.SearchWordings(t.Context(), scope, store.SearchQuery{Tokens: []string{"pani"}, Limit: 10})
				if err != nil {
					return err
				}
				if len(texts) != 1 || texts[0].ID != in.ID {
					t.Errorf("search read the texts of %d, want 1", len(texts))
				}
				words, err := tx.CaseWords(t.Context(), scope, 10)
				if err != nil {
					return err
				}
				if len(words) != 1 {
					t.Errorf("the words of %d are read, want 1", len(words))
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
