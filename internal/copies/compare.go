package copies

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
)

// Verdict is what a pair of posts is to each other.
type Verdict string

// The verdicts. Same is word for word; a proposal is for a person to judge.
const (
	Same      Verdict = "same"
	Propose   Verdict = "propose"
	Different Verdict = "different"
)

// Post is a reading with what is known around it; fields that are zero say nothing.
type Post struct {
	*Reading
	Author   grievance.ID
	Thread   string
	At       time.Time
	District int
}

// Reason is one thing that spoke for or against, with the words or numbers that did.
type Reason struct {
	Code  string // verbatim, words, translated, numbers, author, thread; numbers_differ, districts_differ, little, template, apart
	Words string
}

// Comparison is how alike two posts are, 0…1, what follows, and why.
type Comparison struct {
	Score   float64
	Verdict Verdict
	Reasons []Reason
}

// verbatimWords is how many content words a text needs before its repetition says anything
// (DESIGN.md §8); proposeFrom is the score of a proposal; vetoed and generic are the most
// that a pair may reach whose numbers or districts differ, and one that says too little.
const (
	verbatimWords = 5
	proposeFrom   = 0.5
	vetoed        = 0.2
	generic       = 0.4
)

// What two texts must share before they are more than the same kind of complaint, in the
// weights of the word list: as tuned on pairs judged by hand. In one language alike is easy;
// by the same author, or across languages, less will do.
const (
	enoughAlike  = 48.0
	enoughAuthor = 28.0
	enoughAcross = 8.0
)

// Compare tells how alike two posts are. Numbers that differ on both sides, and districts
// that differ, are vetoes; the same author and thread are evidence; an authority's reply is
// nobody's copy.
func (w *Words) Compare(a, b Post) Comparison {
	if a.template || b.template {
		return Comparison{Score: 0, Verdict: Different, Reasons: []Reason{{Code: "template"}}}
	}
	if a.verbatim != "" && a.verbatim == b.verbatim && a.content >= verbatimWords {
		return Comparison{Score: 1, Verdict: Same, Reasons: append([]Reason{{Code: "verbatim"}}, around(a, b)...)}
	}
	s := w.shared(a.Reading, b.Reading)
	c := Comparison{Reasons: append(s.reasons(), around(a, b)...)}
	enough := enoughAlike
	if a.Author != 0 && a.Author == b.Author {
		enough = enoughAuthor
	}
	if s.across {
		c.Score, enough = s.sayingTheSame(), enoughAcross
	} else {
		c.Score = logistic(alikeSlope*(s.mean()-alikeFrom) + min(0, s.mass-enough)/3)
	}
	if s.mass < enough {
		c.Score = min(c.Score, generic)
		c.Reasons = append(c.Reasons, Reason{Code: "little"})
	}
	if s.differ != "" {
		c.Score = min(c.Score, vetoed)
		c.Reasons = append(c.Reasons, Reason{"numbers_differ", s.differ})
	}
	if a.District != 0 && b.District != 0 && a.District != b.District {
		c.Score = min(c.Score, vetoed)
		c.Reasons = append(c.Reasons, Reason{Code: "districts_differ"})
	}
	c.Verdict = Different
	if c.Score >= proposeFrom {
		c.Verdict = Propose
	}
	return c
}

// around is the evidence outside the texts.
func around(a, b Post) (all []Reason) {
	if a.Author != 0 && a.Author == b.Author {
		all = append(all, Reason{Code: "author"})
	}
	if a.Thread != "" && a.Thread == b.Thread {
		all = append(all, Reason{Code: "thread"})
	}
	return all
}

// alikeFrom is the share of the words from which texts of one language are alike, alikeSlope
// how fast that becomes sure; tuned on pairs judged by hand.
const (
	alikeFrom  = 0.63
	alikeSlope = 6.0
)

// share is what two texts have in common.
type share struct {
	across       bool // of different languages or scripts
	coverA       float64
	coverB       float64
	mass         float64 // in common
	loose        float64 // the heaviest word that the other side has nothing for, on both sides
	jaccard      float64 // of the shingles
	lengths      float64 // log of their proportion
	same, differ string  // numbers
	odd          bool    // a number stands on one side only
	words        []weighed
}

type weighed struct {
	a, b   string
	weight float64
}

// acrossFrom is the difference in the share of Hindi words from which two texts are taken
// for different languages, whatever the guess for each says.
const acrossFrom = 0.2

func (w *Words) shared(a, b *Reading) share {
	s := share{across: a.language != b.language || math.Abs(a.hindi-b.hindi) >= acrossFrom}
	gotA, looseA, words := w.cover(a, b)
	gotB, looseB, _ := w.cover(b, a)
	s.words = words
	both, onlyA, onlyB := split(a.numbers, b.numbers)
	known := aNumber * float64(len(both))
	s.mass = min(gotA, gotB) + known
	s.coverA, s.coverB = (gotA+known)/(a.mass+1), (gotB+known)/(b.mass+1)
	s.loose = min(looseA, looseB)
	common := 0
	for x := range a.shingles {
		if b.shingles[x] {
			common++
		}
	}
	s.jaccard = float64(common) / float64(len(a.shingles)+len(b.shingles)-common+1)
	s.lengths = math.Abs(math.Log(float64(len(a.words)+1) / float64(len(b.words)+1)))
	s.same = strings.Join(both, ", ")
	s.odd = len(onlyA)+len(onlyB) > 0
	if len(onlyA) > 0 && len(onlyB) > 0 {
		s.differ = strings.Join(onlyA, ", ") + " ≠ " + strings.Join(onlyB, ", ")
	}
	return s
}

func (s share) mean() float64 { return (s.coverA + s.coverB) / 2 }

// sayingTheSame is the chance that texts of two languages say the same: a logistic function
// fitted on pairs of English and Hinglish, and of English and Hindi (THIRD_PARTY.md).
func (s share) sayingTheSame() float64 {
	z := acrossBias + acrossMax*max(s.coverA, s.coverB) + acrossMin*min(s.coverA, s.coverB) + acrossMass*min(s.mass, 60)/20 +
		acrossLoose*s.loose/5 + acrossJaccard*s.jaccard + acrossLengths*s.lengths
	if s.odd {
		z += acrossOdd
	}
	if s.differ != "" {
		z += acrossDiffer
	}
	if s.same != "" {
		z += acrossSame
	}
	return logistic(z)
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// cover says how much of a's words b has, what the heaviest word weighs that it has not,
// and which words they are.
func (w *Words) cover(a, b *Reading) (got, loose float64, words []weighed) {
	for _, x := range a.words {
		best, with := 0.0, ""
		for _, y := range b.words {
			if m := w.match(x, y); m > best {
				best, with = m, y.said
			}
		}
		got += best * x.weight
		loose = max(loose, (1-best)*x.weight)
		if best > 0 {
			words = append(words, weighed{x.said, with, best * x.weight})
		}
	}
	return got, loose, words
}

// How far two words count as one that share their concept, or their consonants only.
const (
	byConcept = 0.8
	byBones   = 0.7
)

// match is how surely two words say the same, 0…1.
func (w *Words) match(a, b word) float64 {
	if a.key == b.key {
		return 1
	}
	best := 0.0
	if a.concept == b.concept {
		best = byConcept
	}
	for _, m := range w.meanings[a.key] {
		if m.key == b.key {
			best = max(best, m.sure)
		}
	}
	if best < byBones && len(a.bones) >= 3 && a.bones == b.bones {
		best = byBones
	}
	return best
}

// split parts two sets into what both hold and what only one does.
func split(a, b map[string]bool) (both, onlyA, onlyB []string) {
	for x := range a {
		if b[x] {
			both = append(both, x)
		} else {
			onlyA = append(onlyA, x)
		}
	}
	for x := range b {
		if !a[x] {
			onlyB = append(onlyB, x)
		}
	}
	slices.Sort(both)
	slices.Sort(onlyA)
	slices.Sort(onlyB)
	return both, onlyA, onlyB
}

// shownWords is how many of the words that two texts share are named.
const shownWords = 5

// reasons names the heaviest words that the texts share, and their numbers.
func (s share) reasons() (all []Reason) {
	slices.SortStableFunc(s.words, func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	var plain, translated []string
	for _, x := range s.words[:min(len(s.words), shownWords)] {
		if strings.EqualFold(x.a, x.b) {
			plain = append(plain, x.a)
		} else {
			translated = append(translated, x.a+" = "+x.b)
		}
	}
	if len(plain) > 0 {
		all = append(all, Reason{"words", strings.Join(plain, ", ")})
	}
	if len(translated) > 0 {
		all = append(all, Reason{"translated", strings.Join(translated, ", ")})
	}
	if s.same != "" {
		all = append(all, Reason{"numbers", s.same})
	}
	return all
}
