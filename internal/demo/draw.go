package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

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

// told is a citizen's trouble as it was drawn.
type told struct {
	matter   matter
	lang     string
	place    string
	district int
	text     string
	who      int
}

func (m matter) report(t told) string {
	if t.lang == "hi" {
		return fmt.Sprintf(m.reportHi, t.place)
	}
	return fmt.Sprintf(m.reportEN, t.place)
}

func (t told) author() grievance.Author {
	name := givenNames[t.who%len(givenNames)] + " " + familyNames[t.who/len(givenNames)%len(familyNames)]
	number, handle := strconv.Itoa(t.who), strings.ToLower(strings.ReplaceAll(name, " ", "_"))
	handle = handle[:min(len(handle), 15-len(number))] + number // X has no longer ones
	return grievance.Author{ExternalID: fmt.Sprintf("9%06d", t.who), Handle: handle, Name: name}
}

// draw picks a matter by its weight, a district, and a language: a third each.
func draw(r *rand.Rand, d *office.Directory) told {
	sum := 0
	for _, m := range matters {
		sum += m.weight
	}
	roll, drawn := r.IntN(sum), matters[0]
	for _, m := range matters {
		if roll -= m.weight; roll < 0 {
			drawn = m
			break
		}
	}
	districts := d.Districts()
	return write(r, drawn, districts[r.IntN(len(districts))])
}

// write lets somebody of the district write about the matter.
func write(r *rand.Rand, m matter, dist grievance.District) told {
	t := told{matter: m, district: dist.ID, who: r.IntN(len(givenNames) * len(familyNames) * 2)}
	switch r.IntN(3) {
	case 0:
		t.lang, t.place, t.text = "hi", dist.NameHI, pick(r, t.matter.hi)
		t.place += fmt.Sprintf(" के वार्ड %d", 1+r.IntN(30))
	case 1:
		t.lang, t.place, t.text = "hi-Latn", fmt.Sprintf("%s ward %d", dist.NameEN, 1+r.IntN(30)), pick(r, t.matter.latin)
	default:
		t.lang, t.place, t.text = "en", fmt.Sprintf("%s, ward %d", dist.NameEN, 1+r.IntN(30)), pick(r, t.matter.en)
	}
	t.text = fmt.Sprintf(t.text, t.place)
	return t
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }
