package store

import (
	"fmt"
	"strings"

	"nivaran/internal/grievance"
)

// where collects conditions and numbers their parameters. Values never enter SQL text.
type where struct {
	parts []string
	args  []any
}

// arg adds a parameter and gives its mark.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

// and adds a condition; each ? is the next of the values.
func (w *where) and(condition string, values ...any) {
	for _, v := range values {
		condition = strings.Replace(condition, "?", w.arg(v), 1)
	}
	w.parts = append(w.parts, condition)
}

// limit bounds how many rows come back; 0: all.
func (w *where) limit(n int) string {
	if n == 0 {
		return ""
	}
	return " LIMIT " + w.arg(n)
}

func (w *where) String() string {
	if len(w.parts) == 0 {
		return "TRUE"
	}
	return strings.Join(w.parts, " AND ")
}

// within narrows to the cases (under alias) that the scope may touch: its jurisdiction by
// columns, less the cases that complain of the viewer. Every query of cases passes here.
func (w *where) within(s grievance.Scope, alias string) {
	n := len(w.parts)
	switch {
	case s.All:
	case s.DistrictID != 0:
		w.and(alias+".district_id = ?", s.DistrictID)
	case s.DepartmentID != 0:
		w.and(alias+".department_id = ?", s.DepartmentID)
	case len(s.Offices) > 0:
		inList(w, alias+".office_id", s.Offices)
	case s.OfficerID != 0:
		w.and(alias+".officer_id = ?", s.OfficerID)
	default:
		w.and("FALSE")
	}
	if len(s.Joined) > 0 && len(w.parts) > n {
		w.joined(s, alias)
		w.parts = append(w.parts[:n], "("+w.parts[n]+" OR "+w.parts[n+1]+")")
	}
	w.unlessHidden(s, alias+".id")
}

// joined narrows to the cases that an office of the scope was let in to.
func (w *where) joined(s grievance.Scope, alias string) {
	offices := &where{args: w.args}
	inList(offices, "o.office_id", s.Joined)
	w.args = offices.args
	w.parts = append(w.parts, alias+".id IN (SELECT o.case_id FROM overseers o WHERE o.level = 0 AND "+offices.String()+")")
}

// joinedOnly narrows to those of them that lie outside the scope's own jurisdiction.
func (w *where) joinedOnly(s grievance.Scope, alias string) {
	w.joined(s, alias)
	n := len(w.parts)
	w.within(s.Columns(), alias)
	for i := n; i < len(w.parts); i++ {
		w.parts[i] = "NOT (" + w.parts[i] + ")"
	}
}

// unlessPostHidden leaves out posts (under alias) that complain of the viewer, or whose
// case does.
func (w *where) unlessPostHidden(s grievance.Scope, alias string) {
	w.unlessExcluded(s, alias+".id")
	w.unlessHidden(s, alias+".case_id")
}

// unlessHiddenPost leaves out what is about a post (by the column of its id) that is hidden
// from the viewer by itself or by its case.
func (w *where) unlessHiddenPost(s grievance.Scope, postID string) {
	w.unlessExcluded(s, postID)
	if s.Unseen() {
		w.parts = append(w.parts, "NOT EXISTS (SELECT 1 FROM posts p JOIN case_exclusions x ON x.case_id = p.case_id WHERE p.id = "+postID+" AND "+w.complainsOf(s)+")")
	}
}

// unlessExcluded leaves out what is about a post that complains of the viewer.
func (w *where) unlessExcluded(s grievance.Scope, postID string) {
	if s.Unseen() {
		w.parts = append(w.parts, "NOT EXISTS (SELECT 1 FROM post_exclusions x WHERE x.post_id = "+postID+" AND "+w.complainsOf(s)+")")
	}
}

// unlessHidden leaves out what belongs to a case (by the column of its id) that complains
// of the viewer.
func (w *where) unlessHidden(s grievance.Scope, caseID string) {
	if s.Unseen() {
		w.parts = append(w.parts, "NOT EXISTS (SELECT 1 FROM case_exclusions x WHERE x.case_id = "+caseID+" AND "+w.complainsOf(s)+")")
	}
}

// hiddenFrom narrows to just those cases that within leaves out for the viewer's sake:
// they are few, so they are found from the exclusions.
func (w *where) hiddenFrom(s grievance.Scope, alias string) {
	w.parts = append(w.parts, alias+".id IN (SELECT x.case_id FROM case_exclusions x WHERE "+w.complainsOf(s)+")")
}

// complainsOf is true for the exclusions x that meet the viewer, whose unset columns meet
// nothing.
func (w *where) complainsOf(s grievance.Scope) string {
	offices := &where{args: w.args}
	inList(offices, "x.office_id", s.ViewerOffices)
	w.args = offices.args
	return "(x.officer_id IN (" + w.arg(s.Viewer) + ", " + w.arg(s.Absent) + ") AND x.officer_id <> 0 OR " + offices.String() + ")"
}
