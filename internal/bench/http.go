package bench

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"nivaran/internal/grievance"
)

// HTTP measures the pages of a running program as its officers ask for them: whole
// requests over a connection that stays open, signed in, nothing cached.
type HTTP struct {
	URL     string
	StandIn string // of X; without it no life of a case is driven
	SignIns []SignIn
	Reads   int // requests of each kind
	Readers int // who ask at once
	Lives   int // cases driven from post to verdict, one after another

	mu       sync.Mutex
	times    map[string][]time.Duration
	officers map[grievance.Role]*officer
}

// Timing is how long one kind of request took, in milliseconds.
type Timing struct {
	Kind string  `json:"kind"`
	N    int     `json:"n"`
	P50  float64 `json:"p50_ms"`
	P95  float64 `json:"p95_ms"`
	P99  float64 `json:"p99_ms"`
}

// Run signs in, reads every kind of page, drives the lives, and sums up by kind.
func (h *HTTP) Run(ctx context.Context) (reads, lives []Timing, err error) {
	h.times, h.officers = map[string][]time.Duration{}, map[grievance.Role]*officer{}
	for _, s := range h.SignIns {
		if h.officers[grievance.Role(s.Role)], err = signIn(ctx, h.URL, s); err != nil {
			return nil, nil, err
		}
	}
	for _, role := range []grievance.Role{grievance.StateNodal, grievance.Clerk, grievance.DistrictNodal, grievance.FieldOfficer} {
		if h.officers[role] == nil {
			return nil, nil, fmt.Errorf("no sign-in for the role %s", role)
		}
	}
	if err := h.read(ctx); err != nil {
		return nil, nil, err
	}
	reads = h.sums()
	if h.StandIn == "" {
		return reads, nil, nil
	}
	for i := range h.Lives {
		if err := h.live(ctx, i); err != nil {
			return reads, nil, fmt.Errorf("life %d: %w", i+1, err)
		}
	}
	return reads, h.sums(), nil
}

var (
	caseLink   = regexp.MustCompile(`href="/(?:cases|inbox)/(\d{10,})`)
	officeLink = regexp.MustCompile(`href="/offices/(\d+)"`)
	placeLink  = regexp.MustCompile(`href="/cases\?district=(\d+)"`)
	caseNumber = regexp.MustCompile(`(GRV-\d{4}-\d+)`)
)

// searches are what officers look for: a number is added for each reader.
var searches = []string{"pani hisar", "बिजली", "school teacher", "sadak gaddhe", "ward 9", "पेंशन", "transformer"}

// read asks for the pages that officers ask for most, many readers at once.
func (h *HTTP) read(ctx context.Context) error {
	state := h.officers[grievance.StateNodal]
	offices, err := state.get(ctx, "/offices")
	if err != nil {
		return err
	}
	figures, err := state.get(ctx, "/figures")
	if err != nil {
		return err
	}
	cases, err := state.get(ctx, "/cases")
	if err != nil {
		return err
	}
	officeIDs, districts, ids, numbers := offices.all(officeLink), figures.all(placeLink), cases.all(caseLink), cases.all(caseNumber)
	if len(officeIDs) == 0 || len(districts) == 0 || len(ids) == 0 {
		return fmt.Errorf("%d offices, %d districts and %d cases are linked from the pages: seed the database first", len(officeIDs), len(districts), len(ids))
	}
	pick := func(all []string) string { return all[rand.IntN(len(all))] }
	kinds := []struct {
		name string
		who  grievance.Role
		ask  func(ctx context.Context, o *officer) (answer, error)
	}{
		{"list, whole state", grievance.StateNodal, page(func() string { return "/cases" })},
		{"list by office", grievance.StateNodal, page(func() string { return "/cases?office=" + pick(officeIDs) })},
		{"list by district", grievance.StateNodal, page(func() string { return "/cases?district=" + pick(districts) })},
		{"list by state, closed", grievance.StateNodal, page(func() string { return "/cases?state=closed" })},
		{"list of a district's officer", grievance.DistrictNodal, page(func() string { return "/cases" })},
		{"inbox of a district's officer", grievance.DistrictNodal, page(func() string { return "/inbox" })},
		{"case", grievance.StateNodal, page(func() string { return "/cases/" + pick(ids) })},
		{"search by words", grievance.StateNodal, search(func() string { return pick(searches) })},
		{"search by number", grievance.StateNodal, search(func() string { return pick(numbers) })},
		{"search of a district's officer", grievance.DistrictNodal, search(func() string { return pick(searches) })},
		{"figures", grievance.StateNodal, page(func() string { return "/figures" })},
		{"sorting desk", grievance.Clerk, page(func() string { return "/sorting" })},
	}
	for _, k := range kinds {
		g, ctx := errgroup.WithContext(ctx)
		for range h.Readers {
			g.Go(func() error {
				for range max(1, h.Reads/h.Readers) {
					a, err := k.ask(ctx, h.officers[k.who])
					if err != nil {
						return fmt.Errorf("%s: %w", k.name, err)
					}
					h.took(k.name, a.took)
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func page(path func() string) func(context.Context, *officer) (answer, error) {
	return func(ctx context.Context, o *officer) (answer, error) { return o.get(ctx, path()) }
}

// search asks and follows to what was found, as a browser does; the time is of both.
func search(words func() string) func(context.Context, *officer) (answer, error) {
	return func(ctx context.Context, o *officer) (answer, error) {
		asked, err := o.post(ctx, "/search", url.Values{"q": {words()}})
		if err != nil || asked.location == "" {
			return asked, err
		}
		found, err := o.get(ctx, asked.location)
		found.took += asked.took
		return found, err
	}
}

func (h *HTTP) took(kind string, d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.times[kind] = append(h.times[kind], d)
}

// sums gives the percentiles of every kind since the last call.
func (h *HTTP) sums() []Timing {
	out := timings(h.times)
	h.times = map[string][]time.Duration{}
	return out
}

// timings are the percentiles of every kind, by name.
func timings(times map[string][]time.Duration) (out []Timing) {
	for kind, all := range times {
		slices.Sort(all)
		at := func(percent int) float64 {
			return float64(all[min(len(all)-1, len(all)*percent/100)].Microseconds()) / 1000
		}
		out = append(out, Timing{Kind: kind, N: len(all), P50: at(50), P95: at(95), P99: at(99)})
	}
	slices.SortFunc(out, func(a, b Timing) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}
