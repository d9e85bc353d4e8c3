package sorting

import (
	"fmt"
	"io"
	"math"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

// Labelled is a post of which is known what an engine should say. A part that is not known
// is empty; districts are judged in any case, as most posts name none.
type Labelled struct {
	ID string
	Input
	Kind           grievance.Kind
	Department     string // topmost
	District       int
	Urgency        grievance.Urgency
	AgainstOfficer bool
	Language       string
}

// Figures are how an engine did on labelled posts.
type Figures struct {
	posts                     int
	kind, first, three        share // the departments of the grievances
	language                  share
	notForUs, danger, against found3
	urgency                   share
	district                  found3
	kindSure, departmentSure  []sure
	confused                  map[[2]string]int
	Wrong                     []Mistake
}

// Mistake is a part of a post that was judged wrongly.
type Mistake struct{ ID, Part, Want, Got string }

// share is how many of all went right.
type share struct{ right, all int }

func (s *share) add(right bool) {
	s.all++
	if right {
		s.right++
	}
}

func (s share) String() string {
	l := linear.ShareOf(s.right, s.all)
	return fmt.Sprintf("%.3f (%.3f–%.3f, %d of %d)", l.Value(), l.Low, l.High, s.right, s.all)
}

// found3 counts a thing that is looked for: found rightly, found wrongly, missed.
type found3 struct{ right, wrong, missed int }

func (f *found3) add(want, got bool) {
	switch {
	case want && got:
		f.right++
	case got:
		f.wrong++
	case want:
		f.missed++
	}
}

func (f found3) String() string {
	return fmt.Sprintf("precision %v, recall %v", share{f.right, f.right + f.wrong}, share{f.right, f.right + f.missed})
}

// sure is a decision with how sure it was.
type sure struct {
	confidence float64
	right      bool
}

// Evaluate sorts labelled posts and counts what went right.
func (e *Engine) Evaluate(posts []Labelled) *Figures {
	f := &Figures{posts: len(posts), confused: map[[2]string]int{}}
	for _, p := range posts {
		f.add(p, e.Sort(p.Input))
	}
	return f
}

func (f *Figures) add(p Labelled, v grievance.Verdict) {
	judge := func(part string, want, got string, s *share) bool {
		if s.add(want == got); want != got {
			f.Wrong = append(f.Wrong, Mistake{p.ID, part, want, got})
		}
		return want == got
	}
	right := judge("kind", string(p.Kind), string(v.Kind), &f.kind)
	f.kindSure = append(f.kindSure, sure{v.KindConfidence, right})
	f.notForUs.add(p.Kind == grievance.NotForUs, v.Kind == grievance.NotForUs)
	f.danger.add(p.Urgency == grievance.Danger, v.Urgency == grievance.Danger)
	f.against.add(p.AgainstOfficer, v.AgainstOfficer)
	judge("urgency", string(p.Urgency), string(v.Urgency), &f.urgency)
	if p.AgainstOfficer != v.AgainstOfficer {
		f.Wrong = append(f.Wrong, Mistake{p.ID, "against_officer", fmt.Sprint(p.AgainstOfficer), fmt.Sprint(v.AgainstOfficer)})
	}
	if p.Language != "" {
		f.language.add(p.Language == v.Language)
	}
	f.addDistrict(p.District, v.District)
	if p.Kind != grievance.Grievance || p.Department == "" {
		return
	}
	right = judge("department", p.Department, v.Department, &f.first)
	f.departmentSure = append(f.departmentSure, sure{v.DepartmentConfidence, right})
	if !right {
		f.confused[[2]string{p.Department, v.Department}]++
	}
	f.three.add(slices.ContainsFunc(v.Candidates, func(c grievance.Candidate) bool { return c.Department == p.Department }))
}

func (f *Figures) addDistrict(want, got int) {
	if got != 0 && want != 0 && got != want {
		f.district.wrong++
		f.district.missed++
		return
	}
	f.district.add(want != 0, got != 0)
}

// WriteTo writes the figures as text, each share with its 95 % interval (Wilson).
func (f *Figures) WriteTo(to io.Writer) (int64, error) {
	text := fmt.Sprintf(`posts                 %d
kind                  %v
department, first     %v
department, of three  %v
not for us            %v
danger                %v
against an officer    %v
urgency               %v
district              %v
language              %v
calibration error     kind %.3f, department %.3f
alone at 95 %%         kind %v, department %v
`, f.posts, f.kind, f.first, f.three, f.notForUs, f.danger, f.against, f.urgency, f.district, f.language,
		calibrationError(f.kindSure), calibrationError(f.departmentSure), covered(f.kindSure, 0.95), covered(f.departmentSure, 0.95))
	n, err := io.WriteString(to, text)
	return int64(n), err
}

// calibrationError is the mean distance between how sure decisions were and how often they
// were right, over ten equal ranges of confidence.
func calibrationError(all []sure) float64 {
	var n, right, sum [10]float64
	for _, s := range all {
		b := min(int(s.confidence*10), 9)
		n[b]++
		sum[b] += s.confidence
		if s.right {
			right[b]++
		}
	}
	var e float64
	for b := range n {
		e += math.Abs(right[b] - sum[b])
	}
	return e / max(float64(len(all)), 1)
}

// covered is how many decisions, the surest first, may go alone with at least this share
// of them right.
func covered(all []sure, precision float64) share {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b sure) int { return int(math.Copysign(1, b.confidence-a.confidence)) })
	best, right := 0, 0
	for i, s := range all {
		if s.right {
			right++
		}
		if float64(right) >= precision*float64(i+1) {
			best = i + 1
		}
	}
	return share{best, len(all)}
}
