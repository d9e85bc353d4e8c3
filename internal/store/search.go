package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Besides the words of its posts, a case is found by words that no text holds: those of
// its place in the organisation, its subject, channel and time. They begin with z and a
// letter, end in digits (the channel's in its name), and narrow a search inside the index.
const (
	officeWord     = "zo"
	districtWord   = "zd"
	departmentWord = "zp"
	officerWord    = "zf"
	subjectWord    = "zs"
	weekWord       = "zw"
	monthWord      = "zm"
	channelWord    = "zc"
)

// SearchQuery says what is searched. Its zero fields do not narrow.
type SearchQuery struct {
	Tokens                                        []string // from the analyser; each must be there
	OfficeID, DistrictID, DepartmentID, SubjectID int
	Channel                                       grievance.Channel
	State                                         grievance.State
	From, To                                      time.Time // opened from, and before
	Before                                        grievance.ID
	Limit                                         int
	// Budget is how long to look before a page that is not full is given back; zero: 60 ms.
	Budget time.Duration
}

// Found is one page of a search, the newest first.
type Found struct {
	Cases []*grievance.Case
	// LookedTo is set when older cases were not looked at yet; the next page goes on there.
	LookedTo grievance.ID
}

const (
	searchBudget = 60 * time.Millisecond
	searchBatch  = 200 // candidates asked of the index at once
)

// indexed is a case whose words are not yet in the index.
type indexed struct {
	c      grievance.Case
	tokens []string
	fresh  bool // was never in the index
	moved  bool // keeps the tokens that the index has
}

// IndexCase replaces the words under which the case is found. tokens are [a-z0-9] only.
func (tx *Tx) IndexCase(ctx context.Context, c *grievance.Case, tokens []string) error {
	return tx.holdIndexed(&indexed{c: *c, tokens: tokens, fresh: tx.cases[c.ID] != nil})
}

// moveIndex gives a case its present filter words; its own words stay.
func (tx *Tx) moveIndex(c *grievance.Case) error {
	if held := tx.indexed[c.ID]; held != nil {
		held.c = *c
		return nil
	}
	if tx.cases[c.ID] != nil { // not in the index yet
		return nil
	}
	return tx.holdIndexed(&indexed{c: *c, moved: true})
}

func (tx *Tx) holdIndexed(x *indexed) error {
	if tx.indexed == nil {
		tx.indexed = map[grievance.ID]*indexed{}
	}
	if held := tx.indexed[x.c.ID]; held != nil {
		x.fresh = held.fresh
	}
	tx.indexed[x.c.ID] = x
	return tx.hold("case_search", tx.writeIndexed)
}

func (tx *Tx) writeIndexed(ctx context.Context) error {
	all := tx.indexed
	tx.indexed = nil
	ids := sortedKeys(all, compareIDs)
	id := tx.s.engine.searchID()
	if moved := slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool { return !all[id].moved }); len(moved) > 0 {
		w := &where{}
		inList(w, id, moved)
		rows, err := tx.QueryContext(ctx, `SELECT `+id+`, tokens FROM case_search WHERE `+w.String(), w.args...)
		if _, err := collect(rows, err, func(r *sql.Rows) (struct{}, error) {
			var id grievance.ID
			var tokens string
			err := r.Scan(&id, &tokens)
			all[id].tokens = strings.Fields(tokens) // searchText leaves the old filter words out
			return struct{}{}, err
		}); err != nil {
			return err
		}
	}
	if old := slices.DeleteFunc(slices.Clone(ids), func(id grievance.ID) bool { return all[id].fresh }); len(old) > 0 {
		w := &where{}
		inList(w, id, old)
		if _, err := tx.ExecContext(ctx, `DELETE FROM case_search WHERE `+w.String(), w.args...); err != nil {
			return err
		}
	}
	var rows [][]any
	for _, id := range ids {
		if x := all[id]; x.tokens != nil || !x.moved { // what was never indexed is not by moving
			rows = append(rows, []any{id, searchText(&x.c, x.tokens)})
		}
	}
	return tx.insertMany(ctx, "case_search", tx.s.engine.searchColumns(), "", rows)
}

// Search finds cases within the scope that hold every token, the newest first, those
// older than before (0: from the newest).
func (tx *Tx) Search(ctx context.Context, s grievance.Scope, tokens []string, before grievance.ID, limit int) (Found, error) {
	if len(tokens) == 0 {
		return Found{}, nil
	}
	return tx.SearchFor(ctx, s, SearchQuery{Tokens: tokens, Before: before, Limit: limit})
}

// SearchFor looks for cases within the scope, window by window from the newest, until the
// page is full or the budget is used. A query that narrows nothing finds nothing.
func (tx *Tx) SearchFor(ctx context.Context, s grievance.Scope, q SearchQuery) (Found, error) {
	groups := q.groups(s)
	if len(groups) == 0 {
		return Found{}, nil
	}
	newest, oldest, err := tx.searchSpan(ctx, q)
	if err != nil || newest < oldest {
		return Found{}, err
	}
	windows, err := tx.s.engine.searchWindows(ctx, tx, q.Tokens, newest, oldest)
	if err != nil {
		return Found{}, err
	}
	budget := q.Budget
	if budget == 0 {
		budget = searchBudget
	}
	start := time.Now() // how long we look, not when: no rule depends on it
	var f Found
	below := newest + 1
	for _, w := range windows {
		from := max(w.from, oldest)
		for more := true; more; {
			ids, err := tx.searchBatch(ctx, append(groups[:len(groups):len(groups)], w.words...), from, below)
			if err != nil {
				return f, err
			}
			page, err := tx.searchHits(ctx, s, q, ids, q.Limit-len(f.Cases))
			if err != nil {
				return f, err
			}
			f.Cases = append(f.Cases, page...)
			if len(f.Cases) >= q.Limit {
				f.LookedTo = f.Cases[len(f.Cases)-1].ID
				return f, nil
			}
			more, below = len(ids) == searchBatch, from
			if more {
				below = ids[len(ids)-1]
			}
			if below > oldest && time.Since(start) > budget {
				f.LookedTo = below
				return f, nil
			}
		}
	}
	return f, nil
}

// searchSpan gives the newest and the oldest id that the query can find.
func (tx *Tx) searchSpan(ctx context.Context, q SearchQuery) (newest, oldest grievance.ID, err error) {
	err = tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT MAX(id) FROM cases), 0), COALESCE((SELECT MIN(id) FROM cases), 1)`).Scan(&newest, &oldest)
	if q.Before != 0 {
		newest = min(newest, q.Before-1)
	}
	if !q.To.IsZero() {
		newest = min(newest, grievance.FirstID(q.To)-1)
	}
	if !q.From.IsZero() {
		oldest = max(oldest, grievance.FirstID(q.From))
	}
	return newest, oldest, err
}

func (tx *Tx) searchBatch(ctx context.Context, groups [][]string, from, below grievance.ID) ([]grievance.ID, error) {
	if from >= below {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, tx.s.engine.search(), tx.s.engine.match(groups), from, below, searchBatch)
	return collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
}

// searchHits reads what the index found, as far as scope and filter let it pass.
func (tx *Tx) searchHits(ctx context.Context, s grievance.Scope, q SearchQuery, ids []grievance.ID, limit int) ([]*grievance.Case, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.Cases(ctx, s, CaseFilter{
		IDs: ids, State: q.State, OfficeID: q.OfficeID, DistrictID: q.DistrictID, DepartmentID: q.DepartmentID, Limit: limit,
	})
}

// groups are the words of the query and of the scope: of each group one must be there.
func (q SearchQuery) groups(s grievance.Scope) [][]string {
	var groups [][]string
	for _, t := range plainTokens(q.Tokens) {
		groups = append(groups, []string{t})
	}
	number := func(prefix string, id int) {
		if id != 0 {
			groups = append(groups, []string{fmt.Sprint(prefix, id)})
		}
	}
	number(officeWord, q.OfficeID)
	number(districtWord, q.DistrictID)
	number(departmentWord, q.DepartmentID)
	number(subjectWord, q.SubjectID)
	if q.Channel != "" {
		groups = append(groups, []string{channelWord + string(q.Channel)})
	}
	switch {
	case s.All, len(s.Joined) > 0: // cases that were joined stand under words of others
	case s.DistrictID != 0:
		number(districtWord, s.DistrictID)
	case s.DepartmentID != 0:
		number(departmentWord, s.DepartmentID)
	case len(s.Offices) > 0:
		any := make([]string, len(s.Offices))
		for i, o := range s.Offices {
			any[i] = fmt.Sprint(officeWord, o)
		}
		groups = append(groups, any)
	case s.OfficerID != 0:
		groups = append(groups, []string{officerWord + s.OfficerID.String()})
	}
	return groups
}

// searchText is what the index holds of a case: its tokens and its filter words, each once.
func searchText(c *grievance.Case, tokens []string) string {
	all := append(plainTokens(tokens),
		channelWord+string(c.Channel), week(c.ID.Time()), month(c.ID.Time()),
		fmt.Sprint(officeWord, c.OfficeID), fmt.Sprint(districtWord, c.DistrictID), fmt.Sprint(departmentWord, c.DepartmentID), fmt.Sprint(subjectWord, c.SubjectID))
	if c.OfficerID != 0 {
		all = append(all, officerWord+c.OfficerID.String())
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// plainTokens keeps what both engines take as one word, and nothing that a filter uses:
// what is typed cannot reach outside the words of the posts.
func plainTokens(tokens []string) []string {
	plain := make([]string, 0, len(tokens)+8)
	for _, t := range tokens {
		if t != "" && strings.Trim(t, "abcdefghijklmnopqrstuvwxyz0123456789") == "" && !isFilterWord(t) {
			plain = append(plain, t)
		}
	}
	return plain
}

func isFilterWord(w string) bool {
	if len(w) < 3 || w[0] != 'z' || !strings.ContainsRune("odpfswmc", rune(w[1])) {
		return false
	}
	return w[1] == 'c' && slices.Contains([]string{"x", "facebook", "email"}, w[2:]) || strings.Trim(w[2:], "0123456789") == ""
}

const weekLength = 7 * 24 * time.Hour

func week(t time.Time) string { return fmt.Sprint(weekWord, weekNumber(t)) }

func weekNumber(t time.Time) int64 { return t.UnixMilli() / weekLength.Milliseconds() }

func month(t time.Time) string {
	t = t.UTC()
	return fmt.Sprint(monthWord, t.Year()*12+int(t.Month())-1)
}
