package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// What differs in the search index of the two engines: an FTS5 table whose row numbers
// are the case ids on SQLite, a table with a GIN index on PostgreSQL.

func (e engine) searchID() string {
	if e == sqliteEngine {
		return "rowid"
	}
	return "case_id"
}

func (e engine) searchColumns() string { return e.searchID() + ", tokens" }

// search is the query for at most n hits of a window from one id to below another, the
// newest first. SQLite walks the index backwards and stops; PostgreSQL would guess wrongly
// between sorting and walking, so it is told to find first, or to walk.
func (e engine) search(groups [][]string, w window, from, below grievance.ID, n int) (string, []any) {
	switch {
	case e == sqliteEngine:
		return `SELECT rowid FROM case_search WHERE case_search MATCH $1 AND rowid >= $2 AND rowid < $3 ORDER BY rowid DESC LIMIT $4`,
			[]any{e.match(groups), from, below, n}
	case w.walk:
		c := &where{}
		c.and("case_id >= ? AND case_id < ?", from, below)
		for _, g := range groups {
			c.anyWord(g)
		}
		return `SELECT case_id FROM case_search WHERE ` + c.String() + ` ORDER BY case_id DESC` + c.limit(n), c.args
	}
	return `WITH hits AS MATERIALIZED (SELECT case_id FROM case_search WHERE array_to_tsvector(string_to_array(tokens, ' ')) @@ $1::tsquery)
		SELECT case_id FROM hits WHERE case_id >= $2 AND case_id < $3 ORDER BY case_id DESC LIMIT $4`,
		[]any{e.match(append(groups[:len(groups):len(groups)], w.words...)), from, below, n}
}

// anyWord narrows to rows of the index that hold one of the words, by their text.
func (w *where) anyWord(words []string) {
	if len(words) == 1 {
		w.and("' ' || tokens || ' ' LIKE ?", "% "+words[0]+" %")
		return
	}
	w.and("string_to_array(tokens, ' ') && string_to_array(?, ' ')", strings.Join(words, " "))
}

// searchAhead is how many hits are asked of a window at once where size are read next: for
// the first of them PostgreSQL's index has found all.
func (e engine) searchAhead(w window, size int) int {
	if e == sqliteEngine || w.walk {
		return size
	}
	return max(size, rareHits)
}

// match writes groups of words, of each of which one must be there, in the engine's form.
// The words are [a-z0-9] only.
func (e engine) match(groups [][]string) string {
	and, or, quote := " & ", " | ", "'"
	if e == sqliteEngine {
		and, or, quote = " AND ", " OR ", `"`
	}
	parts := make([]string, len(groups))
	for i, g := range groups {
		quoted := make([]string, len(g))
		for j, w := range g {
			quoted[j] = quote + w + quote
		}
		parts[i] = "(" + strings.Join(quoted, or) + ")"
	}
	return strings.Join(parts, and)
}

// window is a span of time that is searched at once: words has its weeks or months, from
// is its first id. One that is walked is read row by row, without the index of the words.
type window struct {
	words [][]string
	from  grievance.ID
	walk  bool
}

// walked is how many of the newest rows PostgreSQL reads one by one: common words fill a page
// from them in 2 ms, where their index would give all hits of a week first.
const walked = 2000

// walkedPart is which part of a page the walk must be expected to fill.
const walkedPart = 8

// searchWindows cuts the time from newest back to oldest. SQLite streams and needs one
// window. PostgreSQL walks through the newest rows if they may fill a part of the page, and
// looks through this week, the week before, 2 before it, then 2, 8 and 32 months and so on;
// words that are known to be rare are asked over everything at once.
func (e engine) searchWindows(ctx context.Context, tx *Tx, q SearchQuery, groups [][]string, newest, oldest grievance.ID) ([]window, error) {
	everything := []window{{from: oldest}}
	if e == sqliteEngine {
		return everything, nil
	}
	rare, share, err := tx.rareWords(ctx, q, groups)
	if err != nil || rare {
		return everything, err
	}
	var all []window
	last := weekNumber(newest.Time())
	if share*walked > float64(q.Limit)/walkedPart {
		walk := window{walk: true, from: oldest}
		err := tx.QueryRowContext(ctx, `SELECT case_id FROM case_search WHERE case_id <= $1 ORDER BY case_id DESC LIMIT 1 OFFSET $2`, newest, walked-1).Scan(&walk.from)
		all = append(all, walk)
		if errors.Is(err, sql.ErrNoRows) { // there are not so many
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		last = weekNumber(walk.from.Time())
	}
	for _, n := range []int64{1, 1, 2} {
		w := window{from: grievance.FirstID(time.UnixMilli((last - n + 1) * weekLength.Milliseconds()))}
		var weeks []string
		for i := last; i > last-n; i-- {
			weeks = append(weeks, week(time.UnixMilli(i*weekLength.Milliseconds())))
		}
		w.words = [][]string{weeks}
		all = append(all, w)
		last -= n
	}
	m := all[len(all)-1].from.Time().Add(-time.Millisecond) // the months overlap the weeks at most once; ids bound both
	for n := 2; all[len(all)-1].from > oldest; n *= 4 {
		first := time.Date(m.Year(), m.Month()-time.Month(n-1), 1, 0, 0, 0, 0, time.UTC)
		w := window{from: grievance.FirstID(first)}
		var months []string
		for i := range n {
			months = append(months, month(time.Date(m.Year(), m.Month()-time.Month(i), 1, 0, 0, 0, 0, time.UTC)))
		}
		w.words = [][]string{months}
		all = append(all, w)
		m = first.Add(-time.Millisecond)
	}
	return all, nil
}

// rareHits is how many hits PostgreSQL collects and sorts without anybody waiting.
const rareHits = 2000

// similarTerms is of how many words, of which one must be there, each may have its share of
// the rare hits.
const similarTerms = 8

// rareWords says whether the query has few hits in the whole index, as far as the
// statistics tell: the rarest of the words that must be there has, or each of those of
// which one must be. In a small table every word is rare. share is which part of the table
// would be hits if words did not know of each other.
func (tx *Tx) rareWords(ctx context.Context, q SearchQuery, groups [][]string) (rare bool, share float64, err error) {
	words, one := plainTokens(q.Tokens), false
	if len(words) == 0 {
		words, one = plainTokens(q.Any), true
	}
	var rows float64 // a table that was never looked at is guessed by its size
	err = tx.QueryRowContext(ctx, `SELECT CASE WHEN reltuples < 0 THEN pg_relation_size(oid) / 200 ELSE reltuples END FROM pg_class WHERE oid = to_regclass('case_search')`).Scan(&rows)
	if err != nil || rows <= rareHits {
		return err == nil, 0, err
	}
	shares, err := tx.wordShares(ctx, slices.Concat(groups...))
	if err != nil {
		return false, 0, err
	}
	share = 1
	for _, g := range groups {
		any := 0.0
		for _, w := range g {
			any += shares[w]
		}
		share *= min(1, any)
	}
	switch {
	case len(words) == 0:
		return false, share, nil
	case !slices.ContainsFunc(words, func(w string) bool { return shares[w] > 0 }):
		known, err := tx.searchStatistics(ctx)
		return known, share, err
	case one:
		return !slices.ContainsFunc(words, func(w string) bool { return shares[w]*rows > rareHits/similarTerms }), share, nil
	}
	return slices.ContainsFunc(words, func(w string) bool { return shares[w]*rows <= rareHits }), share, nil
}

// wordShares says of common words in which part of the rows each is.
func (tx *Tx) wordShares(ctx context.Context, words []string) (map[string]float64, error) {
	common := &where{}
	inList(common, "u.word", words)
	rows, err := tx.QueryContext(ctx, `SELECT u.word, u.share FROM pg_stats s,
		LATERAL unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS u(word, share)
		WHERE s.schemaname = current_schema() AND s.tablename = 'case_search_terms' AND `+common.String(), common.args...)
	shares := map[string]float64{}
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var word string
		var share float64
		err := r.Scan(&word, &share)
		shares[word] = share
		return struct{}{}, err
	})
	return shares, err
}

// searchStatistics says whether PostgreSQL has looked at the index at all.
func (tx *Tx) searchStatistics(ctx context.Context) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'case_search_terms' AND most_common_elems IS NOT NULL`).Scan(&n)
	return n > 0, err
}
