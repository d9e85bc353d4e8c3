package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Search measures the search of a filled database by itself, without pages and network.
type Search struct {
	Desk     *desk.Desk
	State    grievance.Actor // sees every case
	District grievance.Actor // sees those of one district
	// Hits gets a line of what each question found, by numbers of cases and services' ids of
	// posts: engines that were filled alike have the same, but where time cut a page short.
	// nil: nobody asks.
	Hits io.Writer
}

// searchKind is a kind of question; what is asked differs from one round to the next.
type searchKind struct {
	name     string
	district bool
	ask      func(i int, c *grievance.Case) desk.SearchRequest
}

// searchKinds are the questions of officers, and those that are hardest to answer.
func searchKinds() []searchKind {
	common := []string{"pani", "बिजली", "sadak", "nahi aa raha", "pani nahi", "school", "gali nali", "पेंशन"}
	turn := func(i int, _ *grievance.Case) desk.SearchRequest {
		return desk.SearchRequest{Words: common[i%len(common)]}
	}
	apart := []string{"pani पेंशन", "bijli school", "sadak पेंशन", "school pani"}
	return []searchKind{
		{"one rare word", false, func(_ int, c *grievance.Case) desk.SearchRequest { return desk.SearchRequest{Words: c.Number} }},
		{"common words", false, turn},
		{"common words of a district", true, turn},
		{"common words of a state of cases", false, func(i int, c *grievance.Case) desk.SearchRequest {
			r := turn(i, c)
			r.State = grievance.Assigned
			return r
		}},
		{"common words of a fortnight", false, func(i int, c *grievance.Case) desk.SearchRequest {
			r := turn(i, c)
			r.From, r.To = c.ReceivedAt.AddDate(0, 0, -14).Format(time.DateOnly), c.ReceivedAt.Format(time.DateOnly)
			return r
		}},
		{"common words without one more", false, func(i int, c *grievance.Case) desk.SearchRequest {
			r := turn(i, c)
			r.Words += " -ward"
			return r
		}},
		{"common words, best first", false, func(i int, c *grievance.Case) desk.SearchRequest {
			r := turn(i, c)
			r.Order = desk.ByFit
			return r
		}},
		{"common words that do not meet", false, func(i int, _ *grievance.Case) desk.SearchRequest {
			return desk.SearchRequest{Words: apart[i%len(apart)]}
		}},
		{"a common and an absent word", false, func(i int, c *grievance.Case) desk.SearchRequest {
			r := turn(i, c)
			r.Words += " zqxwvutsr"
			return r
		}},
		{"a phrase", false, func(_ int, c *grievance.Case) desk.SearchRequest {
			return desk.SearchRequest{Words: quoted(beginning(c))}
		}},
		{"a phrase that nobody wrote", false, func(_ int, c *grievance.Case) desk.SearchRequest {
			words := beginning(c)
			slices.Reverse(words)
			return desk.SearchRequest{Words: quoted(words)}
		}},
	}
}

// Run asks every kind rounds times, each time about another case, and gives the times by
// kind; similar cases too.
func (s *Search) Run(ctx context.Context, rounds int) ([]Timing, error) {
	cases, err := s.sample(ctx, rounds)
	if err != nil {
		return nil, err
	}
	times := map[string][]time.Duration{}
	for _, k := range searchKinds() {
		for i, c := range cases {
			took, err := s.one(ctx, k, i, c)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k.name, err)
			}
			times[k.name] = append(times[k.name], took)
		}
	}
	for _, c := range cases {
		begin := time.Now()
		if _, _, err := s.Desk.SimilarCases(ctx, s.State, c.ID); err != nil {
			return nil, err
		}
		times["similar cases"] = append(times["similar cases"], time.Since(begin))
	}
	return timings(times), nil
}

// one asks one question.
func (s *Search) one(ctx context.Context, k searchKind, i int, c *grievance.Case) (took time.Duration, err error) {
	by := s.State
	if k.district {
		by = s.District
	}
	id, err := s.Desk.SaveSearch(ctx, by, k.ask(i, c))
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	found, err := s.Desk.Search(ctx, by, id, 0)
	took = time.Since(begin)
	if err != nil {
		return 0, err
	}
	return took, s.tell(k.name, i, found)
}

// tell writes what a question found.
func (s *Search) tell(kind string, i int, f desk.Found) error {
	if s.Hits == nil {
		return nil
	}
	words := []string{kind, strconv.Itoa(i), f.Words}
	for _, h := range f.Hits {
		if h.Row == nil {
			words = append(words, h.Post.ExternalID)
			continue
		}
		words = append(words, h.Row.Case.Number)
	}
	if f.More {
		words = append(words, "…")
	}
	_, err := fmt.Fprintln(s.Hits, strings.Join(words, "\t"))
	return err
}

// beginning is the first words of what the citizen of a case said.
func beginning(c *grievance.Case) []string {
	words := strings.Fields(c.Excerpt)
	return words[:min(3, len(words))]
}

func quoted(words []string) string { return `"` + strings.Join(words, " ") + `"` }

// sample takes cases from all of the time that there are cases of.
func (s *Search) sample(ctx context.Context, n int) (cases []*grievance.Case, err error) {
	err = s.Desk.Store.View(ctx, func(tx *store.Tx) error {
		ends, err := tx.Cases(ctx, s.State.Scope, store.CaseFilter{Limit: 1})
		if err != nil {
			return err
		}
		if len(ends) == 0 {
			return errors.New("the database has no cases: fill it by nivaran bench seed")
		}
		newest := ends[0].ID.Time()
		for i := range n {
			at := newest.Add(-time.Duration(i) * 360 * 24 * time.Hour / time.Duration(n))
			one, err := tx.Cases(ctx, s.State.Scope, store.CaseFilter{After: grievance.FirstID(at), Limit: 1})
			if err != nil {
				return err
			}
			cases = append(cases, one...)
		}
		return nil
	})
	return cases, err
}
