package demo

import (
	"math/rand/v2"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

// Matter is a citizen's trouble with all that a case needs of it, and how an office put
// it right.
type Matter struct {
	Author                 grievance.Author
	Text, Language, Report string
	SubjectID, DistrictID  int
}

// Draw draws a matter as the demonstration's past has them.
func Draw(r *rand.Rand, d *office.Directory) Matter {
	t := draw(r, d)
	return Matter{Author: t.author(), Text: t.text, Language: t.lang, SubjectID: d.SubjectByCode(t.matter.subject), DistrictID: t.district, Report: t.matter.report(t)}
}

// Staff are those who work for an office: who acts in the field, if anybody, and who
// reviews the report.
func (p *People) Staff(o grievance.Office) (field, reviewer grievance.Actor) {
	field = p.field[o.ID]
	if nodal, ok := p.nodal[o.ParentID]; ok {
		return field, nodal
	}
	return field, p.state
}
