package sorting

import (
	"bytes"
	"fmt"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

// lessonsOf is what the judges learn from examples alone, without the shipped text, which
// takes a minute.
func lessonsOf(examples []Example) *lessons {
	l := newLessons()
	for _, e := range examples {
		l.add(e)
	}
	return l
}

// office gives examples of an office with a tree of its own.
func office(n int) []Example {
	yes, no := true, false
	var all []Example
	for i := range n {
		all = append(all,
			Example{Text: fmt.Sprintf("mobile vet van did not come to village %d", i), Kind: grievance.Grievance, Department: "vets", Subject: "van", Urgency: grievance.Ordinary, AgainstOfficer: &no},
			Example{Text: fmt.Sprintf("cattle dying in village %d, send help", i), Kind: grievance.Grievance, Department: "vets", Subject: "epidemic", Urgency: grievance.Danger, AgainstOfficer: &no},
			Example{Text: fmt.Sprintf("clerk of ward %d asks a bribe for the parking pass", i), Kind: grievance.Grievance, Department: "parking", Subject: "pass", Urgency: grievance.Urgent, AgainstOfficer: &yes},
			Example{Text: fmt.Sprintf("good morning to all %d friends", i), Kind: grievance.NotForUs, NotReason: "spam"})
	}
	return all
}

// A tree that nobody shipped is learnt, and a model survives its file.
func TestTrainATreeOfTheOfficesOwn(t *testing.T) {
	m, err := lessonsOf(office(8)).model(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	if m, err = ReadModel(&b); err != nil {
		t.Fatal(err)
	}
	e := NewWith(m)
	v := e.Sort(Input{Text: "the vet van never came to our village"})
	if v.Kind != grievance.Grievance || v.Department != "vets" || v.Candidates[0].Subject != "van" {
		t.Errorf("van → %+v", v)
	}
	v = e.Sort(Input{Text: "the clerk asks a bribe for a parking pass"})
	if v.Department != "parking" || v.Candidates[0].Subject != "pass" || !v.AgainstOfficer {
		t.Errorf("pass, the only subject → %+v", v)
	}
	if v := e.Sort(Input{Text: "good morning friends"}); v.Kind != grievance.NotForUs || v.NotReason != "spam" {
		t.Errorf("wish → %+v", v)
	}
}

// What an example does not say teaches nothing; a subject that is known brings its department.
func TestExamplesTeachWhatTheySay(t *testing.T) {
	l := newLessons()
	l.parents["van"] = "vets"
	l.add(Example{Text: "a", Subject: "van"})
	l.add(Example{Text: "b", Kind: grievance.Query, Weight: 7})
	l.add(Example{Text: "c", Subject: "unheard_of"})
	if len(l.kind) != 1 || len(l.department) != 1 || len(l.subjects["vets"]) != 1 || len(l.urgency) != 0 || len(l.against) != 0 {
		t.Fatalf("%+v", l)
	}
	if want := (linear.Example{Text: "a", Label: "vets", Weight: officeWeight}); fmt.Sprint(l.department[0]) != fmt.Sprint(want) || l.kind[0].Weight != 7 {
		t.Errorf("%+v, %+v", l.department[0], l.kind[0])
	}
}

// Frames stand around posts whole, with a place where they ask for one.
func TestFrames(t *testing.T) {
	f := newFrames()
	for range 2 * len(f.by[string(grievance.Grievance)]) {
		e := f.framed(Example{Text: "pani nahi", Weight: 1})
		if e.Group != "pani nahi" || !bytes.Contains([]byte(e.Text), []byte("pani nahi")) || bytes.ContainsAny([]byte(e.Text), "{…") {
			t.Errorf("%+v", e)
		}
	}
	if n := len(f.things(grievance.Query)); n != thingsEach*len(f.by["query"]) {
		t.Errorf("%d queries", n)
	}
}
