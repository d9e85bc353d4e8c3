package sorting

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

// Example is a post of which a person said what it is. What is empty teaches nothing of
// that part.
type Example struct {
	Title, Text    string
	Group          string // posts of one group (an author) help or judge, never both; empty: copies of the text
	Kind           grievance.Kind
	NotReason      string // why it is not for us
	Department     string // topmost, by code; empty: that of a subject which the model knows
	Subject        string // by code; the shipped tree need not hold it
	Urgency        grievance.Urgency
	AgainstOfficer *bool
	Weight         float64 // how much it counts; 0: as much as a post of an office does
}

// officeWeight is how much a post counts that the office itself confirmed or corrected,
// beside one of the shipped text.
const officeWeight = 3

// How many places the judges have for what they have learnt, in bits: enough that the
// shipped text hardly shares any.
const (
	bigBits   = 17
	smallBits = 14
)

// How many weights the judges keep, the smallest going first: more made no figure on
// posts_dev better, and the model is read at every start.
const (
	departmentWeights = 600_000
	kindWeights       = 150_000
	subjectWeights    = 3_500 // for each subject
)

// Basis is how much of the shipped text a model learns before an office's own examples: one
// of so many of its posts and phrases, and all names. A thin basis knows little and is
// learnt in seconds, for trials.
type Basis int

// Shipped is the whole of the shipped text, as is 0.
const Shipped Basis = 1

// Train makes a model from the shipped text and the office's own examples, which count
// more. The same examples give the same model.
func (b Basis) Train(ctx context.Context, examples []Example) (*Model, error) {
	l := newLessons()
	l.shipped(max(1, int(b)))
	for _, e := range examples {
		l.add(e)
	}
	return l.model(ctx)
}

// lessons are what each judge learns from.
type lessons struct {
	kind, department, urgency, against []linear.Example
	subjects                           map[string][]linear.Example // by department
	departmentNames                    map[string][]string
	subjectNames                       map[string][]string
	parents                            map[string]string
	every, heard                       int // of the shipped text one example in so many is learnt
}

func newLessons() *lessons {
	return &lessons{subjects: map[string][]linear.Example{}, parents: map[string]string{},
		departmentNames: map[string][]string{}, subjectNames: map[string][]string{}}
}

// hear adds an example of the shipped text when its turn comes.
func (l *lessons) hear(e Example) {
	if l.heard++; l.heard%l.every == 0 {
		l.add(e)
	}
}

func (l *lessons) add(e Example) {
	if e.Weight == 0 {
		e.Weight = officeWeight
	}
	say := func(label string) linear.Example {
		return linear.Example{Text: joined(e.Title, e.Text), Label: label, Group: e.Group, Weight: e.Weight}
	}
	if e.Kind != "" {
		l.kind = append(l.kind, say(kindLabel(e.Kind, e.NotReason)))
	}
	if e.Urgency != "" {
		l.urgency = append(l.urgency, say(string(e.Urgency)))
	}
	if e.AgainstOfficer != nil {
		l.against = append(l.against, say(fmt.Sprint(*e.AgainstOfficer)))
	}
	department := e.Department
	if department == "" {
		department = l.parents[e.Subject]
	}
	if department == "" {
		return
	}
	l.department = append(l.department, say(department))
	if e.Subject != "" {
		l.parents[e.Subject] = department
		l.subjects[department] = append(l.subjects[department], say(e.Subject))
	}
}

// joined is a post as the judges read it.
func joined(title, text string) string {
	if title == "" {
		return text
	}
	return title + "\n" + text
}

// model lets every judge learn.
func (l *lessons) model(ctx context.Context) (*Model, error) {
	m := &Model{from: Text(), parents: l.parents, subjects: map[string]*linear.Model{}}
	var errs []error
	learn := func(of string, examples []linear.Example, o linear.Options) *linear.Model {
		if len(errs) > 0 {
			return nil
		}
		part, err := linear.Train(ctx, examples, o)
		if err != nil {
			errs = append(errs, fmt.Errorf("train %s: %w", of, err))
		}
		return part
	}
	m.kind = learn("kind", l.kind, linear.Options{Bits: bigBits, Weights: kindWeights})
	m.department = learn("department", l.department, linear.Options{Bits: bigBits + 1, Weights: departmentWeights, Names: l.departmentNames})
	m.urgency = learn("urgency", l.urgency, linear.Options{Bits: bigBits, Weights: kindWeights})
	m.against = learn("against", l.against, linear.Options{Bits: bigBits, Weights: kindWeights})
	for _, d := range slices.Sorted(maps.Keys(l.subjects)) {
		if labels := labelCount(l.subjects[d]); labels > 1 {
			m.subjects[d] = learn("subjects of "+d, l.subjects[d], linear.Options{Bits: smallBits, Weights: subjectWeights * labels, Names: l.subjectNames})
		}
	}
	m.findOnly()
	return m, errors.Join(errs...)
}

// labelCount is how many labels there are to tell apart.
func labelCount(examples []linear.Example) int {
	seen := map[string]bool{}
	for _, e := range examples {
		seen[e.Label] = true
	}
	return len(seen)
}
