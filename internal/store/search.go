package store

import (
	"cmp"
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
	Any                                           []string // one of them must be there
	OfficeID, DistrictID, DepartmentID, SubjectID int
	Channel                                       grievance.Channel
	State                                         grievance.State
	Kind                                          grievance.Kind
	From, To                                      time.Time // arrived from, and before
	Posts                                         bool      // posts without a case too: only whoever sorts may ask
	NoCases                                       bool      // posts alone
	Before                                        grievance.ID
	Limit                                         int
	// Budget is how long to look before a page that is not full is given back; zero: 45 ms.
	Budget time.Duration
	// Keep says of what the index found whether its stored texts are meant; nil keeps all.
	Keep func(Wording) bool
}

// Hit is what a search found: a case with its posts, or a post that has no case.
type Hit struct {
	Case  *grievance.Case
	Posts []*grievance.StoredPost // of a case only once they were read; without the accounts that saw them
}

// ID is the hit's place in the order: of the case or the post.
func (h Hit) ID() grievance.ID {
	if h.Case != nil {
		return h.Case.ID
	}
	return h.Posts[0].ID
}

// Found is one page of a search, the newest first.
type Found struct {
	Hits []Hit
	// LookedTo is set when older ones were not looked at yet; the next page goes on there.
	LookedTo grievance.ID
}

// Candidates are read in batches: at first as many as fill the page with some to spare,
// then up to twice as many as before, by how many are read in a batch's share of the budget
// and in what is left of it.
const (
	searchBudget = 45 * time.Millisecond
	batchShare   = 6
	firstBatch   = 32
	searchBatch  = 256
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

// Search looks for cases within the scope, and for posts without one, window by window from
// the newest, until the page is full or the budget is used. A query that narrows nothing
// finds nothing.
func (tx *Tx) Search(ctx context.Context, s grievance.Scope, q SearchQuery) (f Found, err error) {
	f.LookedTo, err = tx.look(ctx, s, q, func(ids []grievance.ID) ([]grievance.ID, error) {
		hits, err := tx.searchHits(ctx, s, q, ids, q.Limit-len(f.Hits))
		f.Hits = append(f.Hits, hits...)
		return hitIDs(hits), err
	})
	return f, err
}

// SearchWordings is a Search that reads no more than the stored texts: to choose among many
// hits. HitsOf reads the chosen.
func (tx *Tx) SearchWordings(ctx context.Context, s grievance.Scope, q SearchQuery) (all []Wording, lookedTo grievance.ID, err error) {
	lookedTo, err = tx.look(ctx, s, q, func(ids []grievance.ID) ([]grievance.ID, error) {
		page, err := tx.wordingsOf(ctx, s, q, ids)
		page = page[:min(len(page), q.Limit-len(all))]
		all = append(all, page...)
		return wordingIDs(page), err
	})
	return all, lookedTo, err
}

// look finds candidates, has them read, and says to where it looked if older ones are left.
// read gives those that are hits, the newest first, no more than the page lacks.
func (tx *Tx) look(ctx context.Context, s grievance.Scope, q SearchQuery, read func(ids []grievance.ID) ([]grievance.ID, error)) (lookedTo grievance.ID, err error) {
	groups := q.groups(s)
	if len(groups) == 0 || q.NoCases && !q.Posts { // nothing is meant, however long we look
		return 0, nil
	}
	newest, oldest, err := tx.searchSpan(ctx, q)
	if err != nil || newest < oldest {
		return 0, err
	}
	windows, err := tx.s.engine.searchWindows(ctx, tx, q, groups, newest, oldest)
	if err != nil {
		return 0, err
	}
	l := looking{tx: tx, q: q, groups: groups, read: read, newest: newest, below: newest + 1, oldest: oldest, start: time.Now(), size: min(searchBatch, max(firstBatch, q.Limit+firstBatch/4))}
	for _, w := range windows {
		if l.few() {
			w = window{from: oldest}
		}
		if done, err := l.through(ctx, w); done || err != nil {
			return l.lookedTo, err
		}
	}
	return 0, nil
}

// looking is a search on its way from the newest to the oldest.
type looking struct {
	tx            *Tx
	q             SearchQuery
	groups        [][]string
	read          func(ids []grievance.ID) ([]grievance.ID, error)
	newest        grievance.ID
	below, oldest grievance.ID // what lies from oldest and below is yet to be looked at
	start         time.Time    // how long we look, not when: no rule depends on it
	size          int          // of the next batch
	candidates    int          // so far
	hits          int          // so far
	lookedTo      grievance.ID
}

// through looks through a window, and says whether the page is full or the budget used.
func (l *looking) through(ctx context.Context, w window) (done bool, err error) {
	from := max(w.from, l.oldest)
	for more := true; more && from < l.below; {
		ahead := l.tx.s.engine.searchAhead(w, l.size)
		query, args := l.tx.s.engine.search(l.groups, w, from, l.below, ahead)
		rows, err := l.tx.QueryContext(ctx, query, args...)
		ids, err := collect(rows, err, func(r *sql.Rows) (id grievance.ID, err error) { return id, r.Scan(&id) })
		if err != nil {
			return false, err
		}
		more = len(ids) == ahead
		l.candidates += len(ids)
		for len(ids) > 0 {
			n := min(l.size, len(ids))
			if done, err := l.batch(ids[:n]); done || err != nil {
				return done, err
			}
			ids = ids[n:]
		}
		if !more {
			l.below = from
		}
	}
	return l.spent(), nil
}

// batch has candidates read, and says whether the page is full or the budget used.
func (l *looking) batch(ids []grievance.ID) (done bool, err error) {
	begin := time.Now()
	hits, err := l.read(ids)
	if err != nil {
		return false, err
	}
	if l.hits += len(hits); l.hits >= l.q.Limit {
		l.lookedTo = hits[len(hits)-1]
		return true, nil
	}
	l.below = ids[len(ids)-1]
	room := min(l.budget()/batchShare, l.budget()-time.Since(l.start))
	fits := int64(len(ids)) * int64(room) / max(1, int64(time.Since(begin)))
	l.size = min(max(int(fits), firstBatch), 2*l.size, searchBatch)
	return l.spent(), nil
}

// spent says whether the budget is used while older ones are left, which the next page
// looks at.
func (l *looking) spent() bool {
	if l.below <= l.oldest || time.Since(l.start) <= l.budget() {
		return false
	}
	l.lookedTo = l.below
	return true
}

// fewAfter is how long a time must have few hits before the same is expected of the rest.
const fewAfter = 2 * weekLength

// few says whether so few were found in the newest weeks that all that is left may be asked
// at once: the words of many months cost more than they spare then.
func (l *looking) few() bool {
	looked, left := l.newest.Time().Sub(l.below.Time()), l.below.Time().Sub(l.oldest.Time())
	return looked > fewAfter && float64(l.candidates)*left.Hours() <= rareHits/4*looked.Hours()
}

func (l *looking) budget() time.Duration { return cmp.Or(l.q.Budget, searchBudget) }

// searchSpan gives the newest and the oldest id that the query can find.
func (tx *Tx) searchSpan(ctx context.Context, q SearchQuery) (newest, oldest grievance.ID, err error) {
	var newestPost, oldestPost grievance.ID
	err = tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT MAX(id) FROM cases), 0), COALESCE((SELECT MIN(id) FROM cases), 1), COALESCE((SELECT MAX(id) FROM posts), 0), COALESCE((SELECT MIN(id) FROM posts), 1)`).Scan(&newest, &oldest, &newestPost, &oldestPost)
	if q.Posts {
		newest, oldest = max(newest, newestPost), min(oldest, oldestPost)
	}
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

// groups are the words of the query and of the scope: of each group one must be there.
func (q SearchQuery) groups(s grievance.Scope) [][]string {
	var groups [][]string
	for _, t := range plainTokens(q.Tokens) {
		groups = append(groups, []string{t})
	}
	if any := plainTokens(q.Any); len(any) > 0 {
		groups = append(groups, any)
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
