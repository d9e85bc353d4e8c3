package learning

import (
	"bytes"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/sorting"
)

// engineOf is the engine that a model file makes.
func engineOf(file []byte) (*sorting.Engine, error) {
	model, err := sorting.ReadModel(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	return sorting.NewWith(model), nil
}

// examples are the lessons as the engine learns them: a subject that this installation no
// longer has is none.
func (l *Learning) examples(learnt []lesson) []sorting.Example {
	all := make([]sorting.Example, 0, len(learnt))
	for _, x := range learnt {
		e := sorting.Example{Title: x.Post.Title, Text: x.Post.Text, Group: groupOf(x), Kind: x.Chose.Kind, NotReason: x.Chose.Reason, Urgency: x.Chose.Urgency}
		if l.Office.SubjectByCode(x.Chose.Subject) != 0 {
			e.Subject = x.Chose.Subject
		}
		if l.Office.DepartmentByCode(x.Chose.Department) != 0 {
			e.Department = x.Chose.Department
		}
		all = append(all, e)
	}
	return all
}

// groupOf keeps what one author wrote on one side, and so the copies of one text.
func groupOf(x lesson) string {
	if x.Post.Author.ExternalID != "" {
		return string(x.Channel) + ":" + x.Post.Author.ExternalID
	}
	return x.copyKey
}

// grounds are the districts and places as they were at a version of the office's lists.
type grounds struct {
	version string
	*sorting.Grounds
}

// here gives the grounds of today, built again after a change of the lists.
func (m *Models) here() *sorting.Grounds {
	version := m.Office.Version()
	if g := m.grounds.Load(); g != nil && g.version == version {
		return g.Grounds
	}
	g := &grounds{version, sorting.NewGrounds(m.Office.Districts(), m.Office.Places())}
	m.grounds.Store(g)
	return g.Grounds
}

// input is a post as the engine reads it, with what the organisation knows of the accounts
// that saw it and of its author.
func (m *Models) input(p *grievance.StoredPost, own []grievance.OfficialAccount, earlier []int) sorting.Input {
	in := sorting.Input{Title: p.Title, Text: p.Text, KrutiDev: p.Mail != nil && p.Mail.KrutiDev,
		Earlier: earlier, Lat: p.Place.Lat, Lon: p.Place.Lon, Grounds: m.here()}
	for _, a := range own {
		o, ok := m.Office.Office(a.OfficeID)
		if !ok {
			continue
		}
		if o.DistrictID != 0 {
			in.District = o.DistrictID
		}
		if d, ok := m.Office.Department(o.DepartmentID); ok {
			in.Department = d.Code
		}
	}
	return in
}

// read reads a post with an engine. What this installation does not have is no candidate,
// and whose a subject is says the installation's own list.
func (m *Models) read(e *sorting.Engine, p *grievance.StoredPost, own []grievance.OfficialAccount, earlier []int) grievance.Verdict {
	v := e.Sort(m.input(p, own, earlier))
	v.Candidates = slices.DeleteFunc(v.Candidates, func(c grievance.Candidate) bool {
		if c.Subject != "" {
			return m.Office.SubjectByCode(c.Subject) == 0
		}
		return m.Office.DepartmentByCode(c.Department) == 0
	})
	for i := range v.Candidates {
		c := &v.Candidates[i]
		s, known := m.Office.Subject(m.Office.SubjectByCode(c.Subject))
		if d, ok := m.Office.Department(m.Office.TopDepartment(s.DepartmentID)); known && ok {
			c.Department = d.Code
		}
		if i == 0 && known && s.Sensitive {
			v.Sensitive = true
		}
	}
	if len(v.Candidates) == 0 {
		v.Department, v.DepartmentConfidence = "", 0
	} else if first := v.Candidates[0]; first.Department != v.Department {
		v.Department, v.DepartmentConfidence = first.Department, first.Confidence
	}
	return v
}
