package learning

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"nivaran/internal/grievance"
	"nivaran/internal/linear"
)

// Comparison is how a new model and the running one did on the same held-back posts.
type Comparison struct {
	Late      int     `json:"late"` // of the posts, those held back for being new
	Parts     []Part  `json:"parts"`
	Languages []Slice `json:"languages"`
	// Tried are the posts that the new model would have decided alone from some confidence
	// on, by decision: on these a threshold is chosen until enough came in.
	Tried map[grievance.AloneDecision][]Tried `json:"tried"`
}

// Part is one of the things that a verdict says: kind, department, subject or district.
type Part struct {
	Part    string   `json:"part"`
	Posts   int      `json:"posts"`
	New     Measures `json:"new"`
	Running Measures `json:"running"`
	Gained  int      `json:"gained"` // posts that only the new model got right
	Lost    int      `json:"lost"`   // posts that only the running one got right
	Classes []Slice  `json:"classes"`
}

// Measures are those of one model on one part.
type Measures struct {
	Accuracy linear.Figure `json:"accuracy"`
	ECE      float64       `json:"ece"`
	Coverage float64       `json:"coverage"` // the share that is at least 95 % right, the surest first
}

// Slice is how many of a class, or of a language (its subjects), each model got right.
type Slice struct {
	Name    string `json:"name"`
	Posts   int    `json:"posts"`
	New     int    `json:"new"`
	Running int    `json:"running"`
}

// Tried is a decision that would have gone alone from its confidence down, and whether it
// was right.
type Tried struct {
	Sure  float64 `json:"sure"`
	Right bool    `json:"right"`
}

// Parts are what is compared, in the order in which it is shown.
var Parts = []string{"kind", "department", "subject", "district"}

// said is what a verdict says of a part, best first.
func said(v *grievance.Verdict, part string) []linear.Candidate {
	reading, sure := v.Said()
	switch part {
	case "kind":
		return []linear.Candidate{{Label: string(reading.Kind), Confidence: sure.Kind}}
	case "department":
		if reading.Department == "" {
			return nil
		}
		return []linear.Candidate{{Label: reading.Department, Confidence: sure.Department}}
	case "subject":
		var all []linear.Candidate
		for _, c := range v.Candidates {
			all = append(all, linear.Candidate{Label: c.Subject, Confidence: c.Confidence})
		}
		return all
	}
	if reading.District == 0 {
		return nil
	}
	return []linear.Candidate{{Label: strconv.Itoa(reading.District), Confidence: sure.District}}
}

// chose is what a person said of a part; empty for nothing.
func chose(r grievance.Reading, part string) string {
	switch part {
	case "kind":
		return string(r.Kind)
	case "department":
		return r.Department
	case "subject":
		return r.Subject
	}
	if r.District == 0 {
		return ""
	}
	return strconv.Itoa(r.District)
}

// reader reads posts with one model.
type reader func(p *grievance.StoredPost) grievance.Verdict

// compare lets both models read the held-back posts.
func compare(judged []lesson, fresh, running reader) Comparison {
	c := Comparison{Tried: map[grievance.AloneDecision][]Tried{}}
	type verdicts struct{ fresh, running grievance.Verdict }
	read := make([]verdicts, len(judged))
	for i, x := range judged {
		read[i] = verdicts{fresh(x.Post), running(x.Post)}
		if x.late {
			c.Late++
		}
		c.try(x, read[i].fresh)
	}
	languages := map[string]*Slice{}
	for _, part := range Parts {
		p := Part{Part: part, Classes: []Slice{}}
		classes := map[string]*Slice{}
		var n, r []linear.Judged
		for i, x := range judged {
			label := chose(x.Chose, part)
			if label == "" {
				continue
			}
			a, b := linear.Judged{Label: label, Said: said(&read[i].fresh, part)}, linear.Judged{Label: label, Said: said(&read[i].running, part)}
			n, r = append(n, a), append(r, b)
			was, is := right(b), right(a)
			p.Gained += one(is && !was)
			p.Lost += one(was && !is)
			count(classes, label, is, was)
			if part == "subject" {
				count(languages, x.Language, is, was)
			}
		}
		p.Posts, p.New, p.Running, p.Classes = len(n), measures(n), measures(r), listed(classes)
		c.Parts = append(c.Parts, p)
	}
	c.Languages = listed(languages)
	return c
}

// try notes whether the new model could decide the post alone, and whether rightly.
func (c *Comparison) try(x lesson, v grievance.Verdict) {
	p := *x.Post
	p.Verdict, p.Urgency = v, v.Urgency
	d, sure := p.Proposal()
	if d == "" {
		return
	}
	reading, _ := v.Said()
	c.Tried[d] = append(c.Tried[d], Tried{math.Round(1000*sure) / 1000, d.Holds(reading, x.Chose)})
}

func right(j linear.Judged) bool { return len(j.Said) > 0 && j.Said[0].Label == j.Label }

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func count(m map[string]*Slice, name string, fresh, running bool) {
	s := m[name]
	if s == nil {
		s = &Slice{Name: name}
		m[name] = s
	}
	s.Posts++
	s.New += one(fresh)
	s.Running += one(running)
}

// listed lists the slices, the largest first.
func listed(m map[string]*Slice) []Slice {
	all := make([]Slice, 0, len(m))
	for _, s := range m {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Slice) int { return cmp.Or(b.Posts-a.Posts, cmp.Compare(a.Name, b.Name)) })
	return all
}

func measures(all []linear.Judged) Measures {
	r := linear.Judge(all, "")
	m := Measures{Accuracy: r.Accuracy, ECE: r.ECE.Value}
	sure := linear.ShareOf(int(math.Round(m.Accuracy.Value*float64(len(all)))), len(all))
	m.Accuracy.Low, m.Accuracy.High = sure.Low, sure.High // drawn anew, "all right" would have no range
	for _, c := range r.Coverage {
		if c.Precision == 0.95 {
			m.Coverage = c.Share
		}
	}
	return m
}

// Worse says whether the new model is worse than the running one: it got fewer of all parts
// right that a model decides, or of one of them so many fewer that chance does not explain it
// (a sign test at 5 %).
func (c *Comparison) Worse() bool {
	gained, lost := 0, 0
	for _, p := range c.Parts {
		if p.Part == "district" { // found by rules, the same for both
			continue
		}
		gained, lost = gained+p.Gained, lost+p.Lost
		if d := float64(p.Lost - p.Gained); d > 1.645*math.Sqrt(float64(p.Lost+p.Gained)) && p.Lost-p.Gained > 1 {
			return true
		}
	}
	return lost > gained
}
