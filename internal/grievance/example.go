package grievance

// Reading is what a post is: as the engine said it, or as a person decided. Empty and 0
// mean that nothing was said of that part.
type Reading struct {
	Kind       Kind
	Reason     string // why it is not for us
	Subject    string // by code
	Department string // by code, the topmost one
	District   int    // LGD code
	Urgency    Urgency
}

// Sure is how sure the engine was of each part, in 0…1.
type Sure struct{ Kind, Subject, Department, District float64 }

// Said is what the engine said of the post before any person's word took its place.
func (v *Verdict) Said() (Reading, Sure) {
	r := Reading{Kind: v.Kind, Reason: v.NotReason, District: v.District, Urgency: v.Urgency}
	s := Sure{Kind: v.KindConfidence, District: v.DistrictConfidence}
	if v.Before != nil {
		r.Kind, r.Reason, r.Urgency = v.Before.Kind, v.Before.NotReason, v.Before.Urgency
	}
	if r.Kind != NotForUs {
		r.Reason = ""
	}
	if len(v.Candidates) == 0 {
		return r, s
	}
	first := v.Candidates[0]
	r.Subject, r.Department, s.Subject = first.Subject, first.Department, first.Confidence
	if v.Department == first.Department && v.Department != "" {
		s.Department = v.DepartmentConfidence
		return r, s
	}
	for _, c := range v.Candidates { // of the time before a verdict named its department
		if c.Department == first.Department {
			s.Department = min(s.Department+c.Confidence, 1)
		}
	}
	return r, s
}

// Overrule keeps what the engine said, before a person's word takes its place in the verdict.
func (v *Verdict) Overrule() {
	if v.Before == nil {
		v.Before = &Overruled{Kind: v.Kind, NotReason: v.NotReason, Urgency: v.Urgency}
	}
}

// Overruled is what the engine said where a person said otherwise.
type Overruled struct {
	Kind      Kind    `json:"kind"`
	NotReason string  `json:"not_reason,omitempty"`
	Urgency   Urgency `json:"urgency"`
}

// ExampleAct is by what a person said what a post is.
type ExampleAct string

// The acts that make an example.
const (
	ExampleOpen      ExampleAct = "open"
	ExampleJoin      ExampleAct = "join"       // as one more voice of a case
	ExampleKeep      ExampleAct = "keep"       // not for us, or praise
	ExampleBringBack ExampleAct = "bring_back" // a kept post goes back to the desk: the word before it is void
	ExampleCorrect   ExampleAct = "correct"    // the case is about something else
	ExampleMove      ExampleAct = "move"       // not this office's: passed back or on to another department or district
)
