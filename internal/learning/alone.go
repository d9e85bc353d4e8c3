package learning

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
	"nivaran/internal/store"
)

// What a decision needs to be left to the program, and to stay so.
const (
	LeastTried  = 200 // posts of the office on which the model's word and a person's are known
	leastAlone  = 50  // of them that would have gone alone
	roomBelow   = 0.05
	triedMost   = 5000
	lookedMost  = 4 * triedMost // words of people that are looked through for them
	leastJudged = 30            // asked about anyway, before the measured precision counts
)

// Stated are the precisions that can be asked for.
var Stated = []float64{0.95, 0.98}

// Trial is what a decision would have done alone on the office's own cases, for a precision.
type Trial struct {
	Decision  grievance.AloneDecision
	Stated    float64
	Tried     int     // posts on which both words are known
	Threshold float64 // from which confidence on it would have gone alone
	Alone     int     // of them
	Wrong     int     // of those
	Low, High float64 // the 95 % interval of how often it is right
	HeldBack  bool    // measured on held-back posts, as the model has not run long enough
	// Refused says why it cannot be switched on: few (fewer than LeastTried), never (no
	// confidence reaches the precision); empty: it can.
	Refused string
}

// Right is how often it would have been right.
func (t Trial) Right() float64 { return float64(t.Alone-t.Wrong) / float64(max(t.Alone, 1)) }

// Share is how much would have gone alone.
func (t Trial) Share() float64 { return float64(t.Alone) / float64(max(t.Tried, 1)) }

// tried is what a threshold is chosen on: all posts that were looked at, and those of them
// for which the decision was proposed.
type tried struct {
	posts    int
	proposed map[grievance.AloneDecision][]Tried
	heldBack bool
}

// triedOn gathers the words of the version and of people on the same posts: what it said
// before a clerk decided, or, until that is enough, its words on the posts held back from it.
func triedOn(ctx context.Context, tx *store.Tx, version int) (tried, error) {
	t := tried{proposed: map[grievance.AloneDecision][]Tried{}}
	var m store.Model
	if version != 0 {
		var err error
		if m, err = tx.Model(ctx, version); err != nil {
			return t, err
		}
	}
	var before grievance.ID
	for looked := 0; t.posts < triedMost && looked < lookedMost; looked += readAtOnce {
		page, next, err := tx.LabelledPosts(ctx, before, readAtOnce)
		if err != nil {
			return t, err
		}
		for _, e := range page {
			if e.Model != version || e.Said.Kind == "" {
				continue
			}
			t.posts++
			p := *e.Post
			if d, sure := p.Proposal(); d != "" {
				t.proposed[d] = append(t.proposed[d], Tried{sure, d.Holds(e.Said, e.Chose)})
			}
		}
		if before = next; next == 0 || next.Time().Before(m.MadeAt) { // older ones it never read
			break
		}
	}
	if t.posts >= LeastTried || version == 0 || m.Held < t.posts {
		return t, nil
	}
	return heldBackOf(m)
}

// heldBackOf are the model's words on the posts that were held back from it.
func heldBackOf(m store.Model) (tried, error) {
	var c Comparison
	err := json.Unmarshal([]byte(m.Figures), &c)
	return tried{posts: m.Held, proposed: c.Tried, heldBack: true}, err
}

// triedBefore is triedOn ahead of the transaction that changes the model, which is not held
// up by it; nothing where nothing goes alone.
func (l *Learning) triedBefore(ctx context.Context, version int) (t tried, err error) {
	err = l.Store.View(ctx, func(tx *store.Tx) error {
		rules, err := tx.AloneRules(ctx)
		if err != nil || !slices.ContainsFunc(rules, func(r store.AloneRule) bool { return r.Active }) {
			return err
		}
		t, err = triedOn(ctx, tx, version)
		return err
	})
	if isNone(err) { // no such version: the change itself says so
		err = nil
	}
	return t, err
}

// trial chooses the lowest confidence from which on the decision was right as often as
// stated, with an interval that does not reach far below.
func (t tried) trial(d grievance.AloneDecision, stated float64) Trial {
	out := Trial{Decision: d, Stated: stated, Tried: t.posts, HeldBack: t.heldBack, High: 1, Refused: "never"}
	all := slices.Clone(t.proposed[d])
	slices.SortFunc(all, func(a, b Tried) int { return cmp.Compare(b.Sure, a.Sure) })
	wrong := 0
	for i, x := range all {
		wrong += one(!x.Right)
		if i+1 < len(all) && all[i+1].Sure == x.Sure {
			continue
		}
		n := i + 1
		right := linear.ShareOf(n-wrong, n)
		if n >= leastAlone && right.Value() >= stated && right.Low >= stated-roomBelow {
			out.Threshold, out.Alone, out.Wrong, out.Low, out.High, out.Refused = math.Ceil(1000*x.Sure)/1000, n, wrong, right.Low, right.High, ""
		}
	}
	if t.posts < LeastTried {
		out.Refused = "few"
	}
	return out
}

// SwitchOn lets the program take a decision alone, at the precision that was measured on
// the office's own cases just now.
func (l *Learning) SwitchOn(ctx context.Context, by grievance.Actor, d grievance.AloneDecision, stated float64) error {
	if !slices.Contains(grievance.AloneDecisions, d) {
		return grievance.Invalid("decision", "error.not_a_choice")
	}
	if !slices.Contains(Stated, stated) {
		return grievance.Invalid("stated", "error.not_a_choice")
	}
	if !by.May(grievance.MayManageSorting) {
		return grievance.ErrForbidden
	}
	var version int
	var t tried
	err := l.Store.View(ctx, func(tx *store.Tx) (err error) {
		if version, err = tx.RunningModel(ctx); err == nil {
			t, err = triedOn(ctx, tx, version)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("switch on %s: %w", d, err)
	}
	return l.change(ctx, by, "switch on "+string(d), func(tx *store.Tx) error {
		running, err := tx.RunningModel(ctx)
		if err != nil {
			return err
		}
		if running != version {
			return fmt.Errorf("%w: another model took over meanwhile", grievance.ErrConflict)
		}
		trial := t.trial(d, stated)
		if trial.Refused != "" {
			return grievance.Invalid("stated", "error.alone_"+trial.Refused)
		}
		rule := ruleOf(trial, version)
		rule.SetAt, rule.OfficerID = l.Now(), by.ID
		if err := tx.SaveAloneRule(ctx, rule); err != nil {
			return err
		}
		return tx.RecordOffice(ctx, by, "alone.switched_on", map[string]any{"decision": d, "stated": stated, "threshold": trial.Threshold, "model": version, "cases": trial.Tried, "alone": trial.Alone, "wrong": trial.Wrong}, l.Now())
	})
}

func ruleOf(t Trial, version int) store.AloneRule {
	return store.AloneRule{Decision: t.Decision, Active: true, Stated: t.Stated, Threshold: t.Threshold, Model: version, Cases: t.Tried, Alone: t.Alone, Wrong: t.Wrong}
}

// SwitchOff lets people decide again.
func (l *Learning) SwitchOff(ctx context.Context, by grievance.Actor, d grievance.AloneDecision) error {
	return l.change(ctx, by, "switch off "+string(d), func(tx *store.Tx) error {
		rules, err := tx.AloneRules(ctx)
		if err != nil {
			return err
		}
		for _, r := range rules {
			if r.Decision == d && r.Active {
				return l.end(ctx, tx, by, r, "by_hand")
			}
		}
		return nil
	})
}

// end switches a rule off; whoever manages the sorting is told when no person did it.
func (l *Learning) end(ctx context.Context, tx *store.Tx, by grievance.Actor, r store.AloneRule, why string) error {
	r.Active, r.EndedAt, r.EndedWhy = false, l.Now(), why
	if err := tx.SaveAloneRule(ctx, r); err != nil {
		return err
	}
	if err := tx.RecordOffice(ctx, by, "alone.switched_off", map[string]any{"decision": r.Decision, "why": why}, l.Now()); err != nil {
		return err
	}
	if by.Kind != grievance.SystemActor {
		return nil
	}
	return l.tell(ctx, tx, "notice.alone_off_"+string(r.Decision))
}

// tell tells the state's nodal officers.
func (l *Learning) tell(ctx context.Context, tx *store.Tx, kind string) error {
	charges, err := tx.AllCharges(ctx, l.Now())
	if err != nil {
		return err
	}
	told := map[grievance.ID]bool{}
	for _, c := range charges {
		who := c.Acting()
		if c.Role != grievance.StateNodal || who == 0 || told[who] {
			continue
		}
		told[who] = true
		if err := tx.Notify(ctx, store.Notice{OfficerID: who, Kind: kind, At: l.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// measureAgain chooses the thresholds of the decisions that are on anew, for another model,
// on what it was tried on.
func (l *Learning) measureAgain(ctx context.Context, tx *store.Tx, version int, t tried) error {
	rules, err := tx.AloneRules(ctx)
	if err != nil {
		return err
	}
	rules = slices.DeleteFunc(rules, func(r store.AloneRule) bool { return !r.Active })
	for _, r := range rules {
		trial := t.trial(r.Decision, r.Stated)
		if trial.Refused != "" {
			if err := l.end(ctx, tx, grievance.System, r, "model"); err != nil {
				return err
			}
			continue
		}
		next := ruleOf(trial, version)
		next.SetAt, next.OfficerID = l.Now(), r.OfficerID
		if err := tx.SaveAloneRule(ctx, next); err != nil {
			return err
		}
		if err := tx.RecordOffice(ctx, grievance.System, "alone.measured", map[string]any{"decision": r.Decision, "threshold": next.Threshold, "model": version}, l.Now()); err != nil {
			return err
		}
	}
	return nil
}

// watchAlone switches a decision off whose measured precision fell below the stated one: on
// posts asked about anyway, or, whatever the sample says, when people took back more of what
// went alone than the stated precision leaves room for.
func (l *Learning) watchAlone(ctx context.Context) error {
	var fallen []store.AloneRule
	err := l.Store.View(ctx, func(tx *store.Tx) error {
		fallen = nil
		rules, err := tx.AloneRules(ctx)
		if err != nil {
			return err
		}
		for _, r := range rules {
			if !r.Active {
				continue
			}
			t, err := tx.AloneTally(ctx, r.Decision, r.SetAt)
			if err != nil {
				return err
			}
			if below(t, r.Stated) {
				fallen = append(fallen, r)
			}
		}
		return nil
	})
	if err != nil || len(fallen) == 0 {
		return err
	}
	err = l.Store.Tx(ctx, func(tx *store.Tx) error {
		for _, r := range fallen {
			if err := l.end(ctx, tx, grievance.System, r, "precision"); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, l.Models.Refresh(ctx))
}

func below(t store.AloneTally, stated float64) bool {
	room := 1 - stated
	sampled := t.Asked >= leastJudged && float64(t.Refuted) > room*float64(t.Asked)
	undone := t.Alone >= leastJudged && float64(t.Undone) > room*float64(t.Alone)
	return sampled || undone
}

// activeRules are the decisions that are switched on.
func activeRules(ctx context.Context, tx *store.Tx) (map[grievance.AloneDecision]grievance.AloneRule, error) {
	rules, err := tx.AloneRules(ctx)
	active := map[grievance.AloneDecision]grievance.AloneRule{}
	for _, r := range rules {
		if r.Active {
			active[r.Decision] = grievance.AloneRule{Decision: r.Decision, Threshold: r.Threshold}
		}
	}
	if err != nil {
		err = fmt.Errorf("what may be decided alone: %w", err)
	}
	return active, err
}
