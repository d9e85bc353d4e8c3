package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/seed"
	"nivaran/internal/sorting"
)

// postedLine is a post as sort reads it: account is cm, dept:CODE or dist:NAME. The labels
// are for measuring only.
type postedLine struct {
	ID      json.RawMessage `json:"id"`
	Title   string          `json:"title"`
	Text    *string         `json:"text"`
	Account string          `json:"account"`
	Lat     float64         `json:"lat"`
	Lon     float64         `json:"lon"`

	Kind           grievance.Kind    `json:"kind"`
	Department     string            `json:"department"`
	District       string            `json:"district"`
	Urgency        grievance.Urgency `json:"urgency"`
	AgainstOfficer bool              `json:"against_officer"`
	Language       string            `json:"language"`
}

// sortedLine is what the engine says of a post.
type sortedLine struct {
	ID                   json.RawMessage      `json:"id"`
	Kind                 grievance.Kind       `json:"kind"`
	KindConfidence       float64              `json:"kind_confidence"`
	NotReason            string               `json:"not_reason,omitempty"`
	Language             string               `json:"language"`
	Department           string               `json:"department,omitempty"`
	DepartmentConfidence float64              `json:"department_confidence"`
	Candidates           []candidateLine      `json:"candidates"`
	District             string               `json:"district,omitempty"`
	DistrictConfidence   float64              `json:"district_confidence,omitempty"`
	Places               []grievance.PlaceCue `json:"places"`
	Urgency              grievance.Urgency    `json:"urgency"`
	AgainstOfficer       bool                 `json:"against_officer"`
	Reasons              []grievance.Reason   `json:"reasons"`
}

type candidateLine struct {
	Department string  `json:"department"`
	Subject    string  `json:"subject"`
	Confidence float64 `json:"confidence"`
}

// districts finds the districts of accounts and answers by any of their names.
type districts struct {
	code map[string]int
	name map[int]string
}

func newDistricts() districts {
	d := districts{map[string]int{}, map[int]string{}}
	for _, x := range seed.Districts() {
		d.name[x.Code] = x.NameEN
		for _, name := range x.Names {
			d.code[strings.ToLower(name)] = x.Code
		}
	}
	return d
}

// input is the post as the engine reads it; an account that nobody knows says nothing.
func (d districts) input(p *postedLine) sorting.Input {
	in := sorting.Input{Title: p.Title, Text: *p.Text, Lat: p.Lat, Lon: p.Lon}
	if code, ok := strings.CutPrefix(p.Account, "dept:"); ok {
		in.Department = code
	}
	if name, ok := strings.CutPrefix(p.Account, "dist:"); ok {
		in.District = d.code[strings.ToLower(name)]
	}
	return in
}

func readPost(line []byte) (*postedLine, error) {
	p := &postedLine{}
	if err := json.Unmarshal(line, p); err != nil {
		return nil, err
	}
	if p.Text == nil {
		return nil, errors.New("there is no text")
	}
	return p, nil
}

// posts sorts lines of posts with an engine.
func (cmd *sortCmd) posts(e *env, engine *sorting.Engine) error {
	d := newDistricts()
	return answerLines(e, e.stdin, textForm, func(line []byte) (any, error) {
		p, err := readPost(line)
		if err != nil {
			return nil, err
		}
		v := engine.Sort(d.input(p))
		out := sortedLine{
			ID: p.ID, Kind: v.Kind, KindConfidence: v.KindConfidence, NotReason: v.NotReason, Language: v.Language,
			Department: v.Department, DepartmentConfidence: v.DepartmentConfidence, Candidates: []candidateLine{},
			District: d.name[v.District], DistrictConfidence: v.DistrictConfidence, Places: append([]grievance.PlaceCue{}, v.Places...),
			Urgency: v.Urgency, AgainstOfficer: v.AgainstOfficer, Reasons: append([]grievance.Reason{}, v.Reasons...),
		}
		if v.Kind != grievance.NotForUs {
			out.NotReason = "" // only proposed to the clerk
		}
		for _, c := range v.Candidates {
			out.Candidates = append(out.Candidates, candidateLine{c.Department, c.Subject, c.Confidence})
		}
		return out, nil
	})
}

// evaluate prints how an engine does on a file of labelled posts.
func (cmd *sortCmd) evaluate(e *env, engine *sorting.Engine) error {
	d, top := newDistricts(), sorting.Topmost()
	var posts []sorting.Labelled
	err := eachLine(cmd.Evaluate, func(n int, line []byte) error {
		p, err := readPost(line)
		if err != nil {
			return fmt.Errorf("%s: line %d: %w; write one labelled post a line", cmd.Evaluate, n, err)
		}
		posts = append(posts, sorting.Labelled{
			ID: string(p.ID), Input: d.input(p), Kind: p.Kind, Department: top[p.Department], District: d.code[strings.ToLower(p.District)],
			Urgency: p.Urgency, AgainstOfficer: p.AgainstOfficer, Language: p.Language,
		})
		return nil
	})
	if err != nil {
		return err
	}
	f := engine.Evaluate(posts)
	if cmd.Wrong {
		for _, m := range f.Wrong {
			fmt.Fprintf(e.stdout, "%s: %s is %s, said %s\n", m.ID, m.Part, m.Want, m.Got)
		}
	}
	_, err = f.WriteTo(e.stdout)
	return err
}

// engine is the engine with a model from a file, or with the shipped one; nil where the
// file is not an engine's.
func (cmd *sortCmd) engine() (engine *sorting.Engine, err error) {
	if cmd.Model == "" {
		return sorting.New()
	}
	f, err := os.Open(cmd.Model)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m, err := sorting.ReadModel(f)
	switch {
	case errors.Is(err, sorting.ErrNotModel):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return sorting.NewWith(m), nil
}
