package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// indexed adds n cases over two years, the oldest first; case i has the tokens of tokens(i).
func indexed(t testing.TB, s *store.Store, n int, tokens func(i int) []string) []*grievance.Case {
	t.Helper()
	var cases []*grievance.Case
	var words [][]string
	for i := range n {
		at := noon.Add(-time.Duration(n-i) * (2 * 365 * 24 * time.Hour / time.Duration(n)))
		c := &grievance.Case{ID: s.NewID(at), State: grievance.Assigned, Kind: grievance.Grievance, Urgency: grievance.Ordinary, Channel: grievance.X,
			OfficeID: 1 + i%5, DistrictID: 60 + i%3, DepartmentID: 1 + i%2, OfficerID: grievance.ID(100 + i%7), ReceivedAt: at, DueAt: at.AddDate(0, 0, i%20)}
		c.Number, c.Title = "GRV-"+c.ID.String(), fmt.Sprint("Ward ", i%90)
		if i%3 == 0 {
			c.Channel = grievance.Email
		}
		cases, words = append(cases, c), append(words, tokens(i))
	}
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		for i, c := range cases {
			if err := tx.InsertCase(t.Context(), c); err != nil {
				return err
			}
			if err := tx.IndexCase(t.Context(), c, words[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// searchAll pages through all that a query finds.
func searchAll(t *testing.T, s *store.Store, scope grievance.Scope, q store.SearchQuery) (ids []grievance.ID) {
	t.Helper()
	for range 10000 {
		var f store.Found
		view(t, s, func(tx *store.Tx) (err error) {
			f, err = tx.Search(t.Context(), scope, q)
			return err
		})
		for _, h := range f.Hits {
			ids = append(ids, h.ID())
		}
		if f.LookedTo == 0 {
			return ids
		}
		q.Before = f.LookedTo
	}
	t.Fatal("the search does not end")
	return nil
}

func TestSearchFindsWhatScopeAndFilterLeave(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	cases := indexed(t, s, 300, func(i int) []string {
		words := []string{"pani"}
		if i%4 == 0 {
			words = append(words, "bijli")
		}
		if i == 7 {
			words = append(words, "grv20260000017", "zo1", "zd60") // what is typed is no filter
		}
		return words
	})
	tx(t, s, func(tx *store.Tx) error { return tx.Exclude(t.Context(), cases[8].ID, store.Exclusion{OfficerID: 900}) })
	all := grievance.Scope{All: true}
	day := func(i int) time.Time { return cases[i].ID.Time() }
	for _, tt := range []searchCase{
		{"one word", all, store.SearchQuery{Tokens: []string{"pani"}}, func(int, *grievance.Case) bool { return true }},
		{"two words", all, store.SearchQuery{Tokens: []string{"pani", "bijli"}}, func(i int, _ *grievance.Case) bool { return i%4 == 0 }},
		{"a number", all, store.SearchQuery{Tokens: []string{"grv20260000017"}}, func(i int, _ *grievance.Case) bool { return i == 7 }},
		{"no such word", all, store.SearchQuery{Tokens: []string{"sadak"}}, func(int, *grievance.Case) bool { return false }},
		{"a district", grievance.Scope{DistrictID: 61}, store.SearchQuery{Tokens: []string{"bijli"}}, func(i int, c *grievance.Case) bool { return i%4 == 0 && c.DistrictID == 61 }},
		{"a department", grievance.Scope{DepartmentID: 2}, store.SearchQuery{Tokens: []string{"pani"}}, func(_ int, c *grievance.Case) bool { return c.DepartmentID == 2 }},
		{"offices", grievance.Scope{Offices: []int{2, 3}}, store.SearchQuery{Tokens: []string{"pani"}}, func(_ int, c *grievance.Case) bool { return c.OfficeID == 2 || c.OfficeID == 3 }},
		{"an officer", grievance.Scope{OfficerID: 103}, store.SearchQuery{Tokens: []string{"pani"}}, func(_ int, c *grievance.Case) bool { return c.OfficerID == 103 }},
		{"nobody", grievance.Scope{}, store.SearchQuery{Tokens: []string{"pani"}}, func(int, *grievance.Case) bool { return false }},
		{"whoever is complained of", grievance.Scope{All: true, Viewer: 900}, store.SearchQuery{Tokens: []string{"bijli"}}, func(i int, _ *grievance.Case) bool { return i%4 == 0 && i != 8 }},
		{"filters alone", all, store.SearchQuery{Channel: grievance.Email, OfficeID: 4}, func(_ int, c *grievance.Case) bool { return c.Channel == grievance.Email && c.OfficeID == 4 }},
		{"a state", all, store.SearchQuery{Tokens: []string{"pani"}, State: grievance.Closed}, func(int, *grievance.Case) bool { return false }},
		{"a span", all, store.SearchQuery{Tokens: []string{"pani"}, From: day(100), To: day(200)}, func(i int, _ *grievance.Case) bool { return i >= 100 && i < 200 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := tt.among(cases)
			for _, limit := range []int{7, 50, 1000} {
				tt.q.Limit = limit
				if got := searchAll(t, s, tt.scope, tt.q); !slices.Equal(got, want) {
					t.Errorf("by %d: %d found, want %d", limit, len(got), len(want))
				}
			}
		})
	}
}

// searchCase is a question and which of the cases it must find.
type searchCase struct {
	name  string
	scope grievance.Scope
	q     store.SearchQuery
	want  func(i int, c *grievance.Case) bool
}

// among gives what must be found, the newest first.
func (x searchCase) among(cases []*grievance.Case) (all []grievance.ID) {
	for i, c := range slices.Backward(cases) {
		if x.want(i, c) {
			all = append(all, c.ID)
		}
	}
	return all
}

// So many cases that PostgreSQL takes their words for common: it walks through the newest and
// then looks window by window, and must leave none out between them.
func TestSearchOfCommonWordsLeavesNoneOut(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	cases := indexed(t, s, 6000, func(i int) []string {
		words := []string{"pani"}
		if i%40 == 0 {
			words = append(words, "nali")
		}
		if i%2 == 0 || i < 500 {
			words = append(words, "sadak")
		}
		return words
	})
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.ExecContext(t.Context(), `ANALYZE`)
		return err
	})
	all := grievance.Scope{All: true}
	for _, tt := range []searchCase{
		{"one word", all, store.SearchQuery{Tokens: []string{"pani"}}, func(int, *grievance.Case) bool { return true }},
		{"both words", all, store.SearchQuery{Tokens: []string{"pani", "nali"}}, func(i int, _ *grievance.Case) bool { return i%40 == 0 }},
		{"one of two", all, store.SearchQuery{Any: []string{"nali", "sadak"}}, func(i int, _ *grievance.Case) bool { return i%2 == 0 || i < 500 }},
		{"offices", grievance.Scope{Offices: []int{2, 3}}, store.SearchQuery{Tokens: []string{"sadak"}}, func(i int, c *grievance.Case) bool {
			return (i%2 == 0 || i < 500) && (c.OfficeID == 2 || c.OfficeID == 3)
		}},
		{"a district that few are of", grievance.Scope{DistrictID: 62}, store.SearchQuery{Tokens: []string{"nali"}}, func(i int, c *grievance.Case) bool { return i%40 == 0 && c.DistrictID == 62 }},
		{"of the stored text one in ninety", all, store.SearchQuery{Tokens: []string{"pani"}, Keep: func(w store.Wording) bool { return strings.HasSuffix(w.Title, " 7") }}, func(_ int, c *grievance.Case) bool { return strings.HasSuffix(c.Title, " 7") }},
		{"before a day", all, store.SearchQuery{Tokens: []string{"sadak"}, To: cases[3000].ID.Time()}, func(i int, _ *grievance.Case) bool { return i < 3000 && (i%2 == 0 || i < 500) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.among(cases)
			for _, budget := range []time.Duration{0, time.Nanosecond} {
				tt.q.Limit, tt.q.Budget = 200, budget
				if got := searchAll(t, s, tt.scope, tt.q); !slices.Equal(got, want) {
					t.Errorf("in %v: %d found, want %d", budget, len(got), len(want))
				}
			}
		})
	}
}

// What is typed like a filter word is no word of the query, nor is it one that is rare: it
// must not have PostgreSQL ask for all hits at once.
func TestAWordLikeAFilterDoesNotWidenTheLook(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	indexed(t, s, 6000, func(i int) []string {
		if i < 3000 {
			return []string{"tanki"}
		}
		return nil
	})
	tx(t, s, func(tx *store.Tx) error {
		_, err := tx.ExecContext(t.Context(), `ANALYZE`)
		return err
	})
	var looked []grievance.ID
	for _, words := range [][]string{{"tanki"}, {"tanki", "zd99"}} {
		view(t, s, func(tx *store.Tx) error {
			f, err := tx.Search(t.Context(), grievance.Scope{All: true}, store.SearchQuery{Tokens: words, Limit: 200, Budget: time.Nanosecond})
			looked = append(looked, f.LookedTo)
			return err
		})
	}
	if looked[0] != looked[1] {
		t.Errorf("looked to %s, with the word to %s", looked[0].Time(), looked[1].Time())
	}
}

// A case that moves is found in its new place only, by the words it had.
func TestAMovedCaseIsFoundInItsNewPlace(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	c := addCase(t, s, grievance.Case{OfficeID: 1, DistrictID: 60})
	tx(t, s, func(tx *store.Tx) error { return tx.IndexCase(t.Context(), c, []string{"pani"}) })
	tx(t, s, func(tx *store.Tx) error {
		c.DistrictID = 61
		return tx.UpdateCase(t.Context(), c)
	})
	for district, want := range map[int]int{60: 0, 61: 1} {
		if got := searchAll(t, s, grievance.Scope{DistrictID: district}, store.SearchQuery{Tokens: []string{"pani"}, Limit: 10}); len(got) != want {
			t.Errorf("district %d finds %d, want %d", district, len(got), want)
		}
	}
}

// The budget cuts a search short; the pages together still find all.
func TestASearchWithoutTimeGoesOn(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	cases := indexed(t, s, 500, func(int) []string { return []string{"pani"} })
	// None of the hits passes the filter, so every batch ends over its budget.
	got := searchAll(t, s, grievance.Scope{All: true}, store.SearchQuery{Tokens: []string{"pani"}, State: grievance.Closed, Limit: 10, Budget: time.Nanosecond})
	if len(got) != 0 {
		t.Errorf("%d of %d found in a state that none has", len(got), len(cases))
	}
	view(t, s, func(tx *store.Tx) error {
		f, err := tx.Search(t.Context(), grievance.Scope{All: true}, store.SearchQuery{Tokens: []string{"pani"}, NoCases: true, Limit: 10, Budget: time.Nanosecond})
		if f.LookedTo != 0 {
			t.Error("who asks for neither cases nor posts is told to look on")
		}
		return err
	})
	got = searchAll(t, s, grievance.Scope{All: true}, store.SearchQuery{Tokens: []string{"pani"}, Limit: 10, Budget: time.Nanosecond})
	if len(got) != len(cases) {
		t.Errorf("%d found, want %d", len(got), len(cases))
	}
}

// FuzzSearch: whatever the analyser or an address hands over, the engines take it.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"pani", `"`, "a OR b", "NEAR(", "' | 'x", "zo1", "पानी", "", "zcx"} {
		f.Add(seed)
	}
	s := storetest.New(f)
	c := &grievance.Case{ID: s.NewID(noon), Number: "GRV-1", OfficeID: 1, State: grievance.Assigned}
	if err := s.Tx(f.Context(), func(tx *store.Tx) error {
		if err := tx.InsertCase(f.Context(), c); err != nil {
			return err
		}
		return tx.IndexCase(f.Context(), c, []string{"pani"})
	}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, word string) {
		view(t, s, func(tx *store.Tx) error {
			found, err := tx.Search(t.Context(), grievance.Scope{All: true}, store.SearchQuery{Tokens: []string{word}, Limit: 10})
			if len(found.Hits) > 0 && word != "pani" {
				t.Errorf("%q finds a case that does not have it", word)
			}
			return err
		})
	})
}

var benchWords = []string{"pani", "bijli", "sadak", "nali", "nahi", "aa", "raha", "gaon", "ward", "tuta", "band", "bill", "meter", "khamba", "gali"}

func BenchmarkSearch(b *testing.B) {
	s := storetest.New(b)
	const cases = 50000
	for range cases / 5000 {
		indexed(b, s, 5000, func(i int) []string {
			words := []string{fmt.Sprint("rare", i)}
			for range 8 {
				words = append(words, benchWords[rand.IntN(len(benchWords))])
			}
			return words
		})
	}
	if err := s.Tx(b.Context(), func(tx *store.Tx) error {
		_, err := tx.ExecContext(b.Context(), `ANALYZE`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for _, bb := range []struct {
		name  string
		scope grievance.Scope
		words []string
	}{
		{"common", grievance.Scope{All: true}, []string{"pani"}},
		{"three", grievance.Scope{All: true}, []string{"pani", "nali", "gali"}},
		{"rare", grievance.Scope{All: true}, []string{"rare77"}},
		{"none", grievance.Scope{All: true}, []string{"pani", "absent"}},
		{"district", grievance.Scope{DistrictID: 61}, []string{"bijli", "meter"}},
		{"officer", grievance.Scope{OfficerID: 103}, []string{"sadak"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for b.Loop() {
				if err := s.View(b.Context(), func(tx *store.Tx) error {
					_, err := tx.Search(b.Context(), bb.scope, store.SearchQuery{Tokens: bb.words, Limit: 50})
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
