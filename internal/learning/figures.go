package learning

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// How far back the figures go, and how much of each list is shown.
const (
	monthsShown   = 13
	classesShown  = 60
	mistakesShown = 20
	clerksShown   = 100
	modelsShown   = 20
)

// Version is a model that was trained here, with its comparison.
type Version struct {
	store.Model
	Comparison Comparison
	Runs       bool // reads posts now
	MayTake    bool // never ran, and was not worse than the one that runs
	MayReturn  bool // ran before, and its file is kept
}

// Overview is what runs, what could, and how the last training went.
type Overview struct {
	Running  int // version; 0: the shipped one
	ByRule   bool
	Versions []Version
	Last     store.Training // the zero one: none was ever ordered
	Fresh    int            // words of people since then
	Warnings []Warning
}

// Overview reads it.
func (l *Learning) Overview(ctx context.Context, by grievance.Actor) (o Overview, err error) {
	if !by.May(grievance.MaySeeSorting) {
		return o, grievance.ErrForbidden
	}
	err = l.Store.View(ctx, func(tx *store.Tx) error {
		if o.Running, err = tx.RunningModel(ctx); err != nil {
			return err
		}
		if o.ByRule, err = tx.TakesOverByRule(ctx); err != nil {
			return err
		}
		if o.Last, err = tx.LastTraining(ctx); err != nil && !isNone(err) {
			return err
		}
		if o.Fresh, err = tx.ExamplesSince(ctx, o.Last.AskedAt); err != nil {
			return err
		}
		models, err := tx.Models(ctx, modelsShown)
		if err != nil {
			return err
		}
		for _, m := range models {
			v := Version{Model: m, Runs: m.Version == o.Running}
			v.MayTake = mayTake(m, o.Running)
			v.MayReturn = !v.Runs && m.Kept && !m.TakenAt.IsZero()
			if err := json.Unmarshal([]byte(m.Figures), &v.Comparison); err != nil {
				return err
			}
			o.Versions = append(o.Versions, v)
		}
		months, err := l.months(ctx, tx)
		o.Warnings = warnings(months)
		return err
	})
	return o, err
}

// Month is how the sorting did in a month, as of the verdicts of the time.
type Month struct {
	Month int // 202611
	Parts map[store.SortingPart]store.SortingTally
	Words store.WordMonth // how many words no earlier month had; as of the last training
}

// Accuracy is how right and how sure the sorting was, apart by what the page shows.
type Accuracy struct {
	Months    []Month // the newest first
	Part      store.SortingPart
	Classes   []store.SortingTally
	Languages []store.SortingTally // of the subject
	Mistakes  []store.Mistaken
	Clerks    []Clerk
	Differing []Differing // empty for whoever reads no case
	Differ    int         // how many there are
	Officers  map[grievance.ID]grievance.Officer
}

// Clerk is how often one officer said otherwise than the engine.
type Clerk struct {
	OfficerID grievance.ID
	Posts     int
	Changed   map[store.SortingPart]int
}

// Differing are two posts of the same words that people decided differently.
type Differing struct {
	store.Disagreement
	Post, Other        *grievance.StoredPost
	Decided, Otherwise store.Example
}

// Accuracy reads the figures of a part since the month of a moment.
func (l *Learning) Accuracy(ctx context.Context, by grievance.Actor, part store.SortingPart, since time.Time) (a Accuracy, err error) {
	switch {
	case !by.May(grievance.MaySeeSorting):
		return a, grievance.ErrForbidden
	case !slices.Contains(store.SortingParts, part):
		return a, grievance.Invalid("part", "error.not_a_choice")
	}
	a.Part = part
	from := grievance.IndianMonth(since)
	err = l.Store.View(ctx, func(tx *store.Tx) error {
		if a.Months, err = l.months(ctx, tx); err != nil {
			return err
		}
		if a.Classes, err = tx.SortingTallies(ctx, part, store.ByClass, from, classesShown); err != nil {
			return err
		}
		if a.Languages, err = tx.SortingTallies(ctx, part, store.ByLanguage, from, classesShown); err != nil {
			return err
		}
		if a.Mistakes, err = tx.MostMistaken(ctx, part, from, mistakesShown); err != nil {
			return err
		}
		if a.Clerks, err = clerks(ctx, tx, from); err != nil {
			return err
		}
		officers, err := tx.Officers(ctx)
		if err != nil {
			return err
		}
		a.Officers = make(map[grievance.ID]grievance.Officer, len(officers))
		for _, o := range officers {
			a.Officers[o.ID] = o
		}
		return a.differences(ctx, tx, by)
	})
	return a, err
}

func (l *Learning) months(ctx context.Context, tx *store.Tx) ([]Month, error) {
	from := grievance.IndianMonth(l.Now().AddDate(0, -(monthsShown - 1), 0))
	byMonth := map[int]*Month{}
	at := func(month int) *Month {
		if byMonth[month] == nil {
			byMonth[month] = &Month{Month: month, Parts: map[store.SortingPart]store.SortingTally{}}
		}
		return byMonth[month]
	}
	for _, p := range store.SortingParts {
		all, err := tx.SortingTallies(ctx, p, store.ByMonth, from, monthsShown)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			month, err := strconv.Atoi(t.Name)
			if err != nil {
				return nil, err
			}
			at(month).Parts[p] = t
		}
	}
	words, err := tx.WordMonths(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		if m := byMonth[w.Month]; m != nil {
			m.Words = w
		}
	}
	out := make([]Month, 0, len(byMonth))
	for _, m := range byMonth {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(a, b Month) int { return b.Month - a.Month })
	return out, nil
}

// clerks counts what each officer decided, and changed.
func clerks(ctx context.Context, tx *store.Tx, from int) ([]Clerk, error) {
	var out []Clerk
	at := map[string]int{}
	for _, p := range store.SortingParts {
		all, err := tx.SortingTallies(ctx, p, store.ByOfficer, from, clerksShown)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			id, err := grievance.ParseID(t.Name)
			if err != nil || id == 0 {
				continue // of the time before, when nobody noted who
			}
			i, ok := at[t.Name]
			if !ok {
				i = len(out)
				at[t.Name] = i
				out = append(out, Clerk{OfficerID: id, Changed: map[store.SortingPart]int{}})
			}
			out[i].Posts = max(out[i].Posts, t.Posts)
			out[i].Changed[p] = t.Posts - t.Right
		}
	}
	return out, nil
}

// readable says of which posts the actor may read the words: of those in cases of the
// jurisdiction that are not sensitive, and without a case for whoever sorts.
func readable(ctx context.Context, tx *store.Tx, by grievance.Actor, posts []*grievance.StoredPost) (map[grievance.ID]bool, error) {
	var ids []grievance.ID
	for _, p := range posts {
		if p.CaseID != 0 && !slices.Contains(ids, p.CaseID) {
			ids = append(ids, p.CaseID)
		}
	}
	open := map[grievance.ID]bool{0: by.May(grievance.MaySort)} // by case
	if len(ids) > 0 {
		cases, err := tx.Cases(ctx, by.Scope, store.CaseFilter{IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			open[c.ID] = !c.Sensitive
		}
	}
	out := map[grievance.ID]bool{}
	for _, p := range posts {
		out[p.ID] = open[p.CaseID] && p.ErasedAt.IsZero()
	}
	return out, nil
}

// differences reads what people decided differently; the words of the posts only for those
// who may read them.
func (a *Accuracy) differences(ctx context.Context, tx *store.Tx, by grievance.Actor) error {
	all, err := tx.Disagreements(ctx, by.Scope)
	if a.Differ = len(all); err != nil || !by.May(grievance.MayRead) || len(all) == 0 {
		return err
	}
	all = all[:min(len(all), mistakesShown)]
	var ids []grievance.ID
	for _, d := range all {
		ids = append(ids, d.PostID, d.OtherID)
	}
	posts, err := tx.PostsByID(ctx, ids)
	if err != nil {
		return err
	}
	may, err := readable(ctx, tx, by, posts)
	if err != nil {
		return err
	}
	byID := map[grievance.ID]*grievance.StoredPost{}
	for _, p := range posts {
		byID[p.ID] = p
	}
	examples, err := tx.ExamplesOfPosts(ctx, ids)
	if err != nil {
		return err
	}
	words := map[grievance.ID][]store.Example{}
	for _, e := range examples {
		words[e.PostID] = append(words[e.PostID], e)
	}
	for _, d := range all {
		x := Differing{Disagreement: d, Post: byID[d.PostID], Other: byID[d.OtherID]}
		if own, other := words[d.PostID], words[d.OtherID]; len(own) > 0 && len(other) > 0 {
			x.Decided, x.Otherwise = own[len(own)-1], other[len(other)-1]
			for _, e := range other { // of one post the earlier word that was another
				if differ(e.Chose, x.Decided.Chose) == d.Part {
					x.Otherwise = e
				}
			}
		}
		if may[d.PostID] && may[d.OtherID] {
			a.Differing = append(a.Differing, x)
		}
	}
	return nil
}

// Warning is a sign that the sorting gets worse.
type Warning struct {
	What  string // accuracy, words, sure
	Part  store.SortingPart
	Month int
	Now   float64 // share
	Was   float64 // of the months before
}

// What makes a warning: the newest month with enough posts beside the three before it. Set
// by judgement; a share of fewer posts moves by chance alone.
const (
	warnPosts  = 100
	warnFall   = 0.05 // right, or sure, less often by this
	warnNew    = 1.5  // new words more often by this factor, and
	warnNewMin = 0.1  // at least this share
	warnBefore = 3
)

// warnings compares the newest month that has enough posts with those before it.
func warnings(months []Month) (all []Warning) {
	for _, p := range []store.SortingPart{store.KindPart, store.DepartmentPart, store.SubjectPart} {
		right := func(m Month) (float64, int) { return float64(m.Parts[p].Right), m.Parts[p].Posts }
		sure := func(m Month) (float64, int) {
			return m.Parts[p].Sure * float64(m.Parts[p].Posts), m.Parts[p].Posts
		}
		if month, now, was, ok := beside(months, right); ok && was-now > warnFall {
			all = append(all, Warning{"accuracy", p, month, now, was})
		}
		if month, now, was, ok := beside(months, sure); ok && was-now > warnFall {
			all = append(all, Warning{"sure", p, month, now, was})
		}
	}
	words := func(m Month) (float64, int) { return float64(m.Words.Unknown), int(m.Words.Words) }
	if len(months) > 0 {
		months = months[:len(months)-1] // to the first month every word is new
	}
	if month, now, was, ok := beside(months, words); ok && now > warnNew*was && now > warnNewMin {
		all = append(all, Warning{"words", "", month, now, was})
	}
	return all
}

// beside gives a share in the newest month with enough cases and in those before it together.
func beside(months []Month, share func(Month) (sum float64, of int)) (month int, now, was float64, ok bool) {
	for i, m := range months {
		sum, n := share(m)
		if n < warnPosts {
			continue
		}
		var before float64
		of := 0
		for _, b := range months[i+1 : min(i+1+warnBefore, len(months))] {
			s, k := share(b)
			before, of = before+s, of+k
		}
		if of < warnPosts {
			return 0, 0, 0, false
		}
		return m.Month, sum / float64(n), before / float64(of), true
	}
	return 0, 0, 0, false
}

// AloneView is a decision that may be left to the program: what it would do, what was
// switched on, and how that fares.
type AloneView struct {
	Decision grievance.AloneDecision
	Trials   []Trial // one for each precision that can be asked for
	Rule     store.AloneRule
	Tally    store.AloneTally // since it was switched on
}

// AloneViews reads the decisions.
func (l *Learning) AloneViews(ctx context.Context, by grievance.Actor) (all []AloneView, err error) {
	if !by.May(grievance.MaySeeSorting) {
		return nil, grievance.ErrForbidden
	}
	err = l.Store.View(ctx, func(tx *store.Tx) error {
		version, err := tx.RunningModel(ctx)
		if err != nil {
			return err
		}
		t, err := triedOn(ctx, tx, version)
		if err != nil {
			return err
		}
		rules, err := tx.AloneRules(ctx)
		if err != nil {
			return err
		}
		for _, d := range grievance.AloneDecisions {
			v := AloneView{Decision: d, Rule: store.AloneRule{Decision: d}}
			for _, stated := range Stated {
				v.Trials = append(v.Trials, t.trial(d, stated))
			}
			if i := slices.IndexFunc(rules, func(r store.AloneRule) bool { return r.Decision == d }); i >= 0 {
				v.Rule = rules[i]
				if v.Tally, err = tx.AloneTally(ctx, d, v.Rule.SetAt); err != nil {
					return err
				}
			}
			all = append(all, v)
		}
		return nil
	})
	return all, err
}
