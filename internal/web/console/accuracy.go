package console

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/learning"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// accuracyPage says how often the sorting was right, as of the verdicts of the time.
type accuracyPage struct {
	page
	Tabs      []tab
	Parts     []tab
	Filters   []field
	Part      string
	Empty     bool
	Months    rowsView
	Classes   rowsView
	Languages rowsView
	Mistakes  rowsView
	Clerks    rowsView
	Differing []differingView
	Differ    string
}

// monthsBack are the spans that can be asked for.
var monthsBack = []int{1, 3, 12}

func (c *Console) accuracy(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	part, back := store.SortingPart(cmp.Or(r.URL.Query().Get("part"), string(store.SubjectPart))), 3
	if n, err := strconv.Atoi(r.URL.Query().Get("months")); err == nil && n > 0 && n <= 12 {
		back = n
	}
	a, err := c.Learning.Accuracy(r.Context(), v.Who.Actor, part, c.Now().AddDate(0, 1-back, 0))
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/understanding")
	if err != nil {
		return err
	}
	p := accuracyPage{page: base, Tabs: c.tabs(v, "/understanding/accuracy"), Part: partName(v, part), Empty: len(a.Months) == 0}
	for _, x := range store.SortingParts {
		p.Parts = append(p.Parts, tab{URL: "/understanding/accuracy?part=" + string(x) + "&months=" + strconv.Itoa(back), Name: partName(v, x), Current: x == part})
	}
	f := field{Kind: "choice", Name: "months", Label: v.T("understanding.span")}
	for _, n := range monthsBack {
		f.Choices = append(f.Choices, web.Choice{Value: strconv.Itoa(n), Text: v.T("understanding.months", "Count", n), Chosen: n == back})
	}
	p.Filters = []field{f, {Kind: "hidden", Name: "part", Value: string(part)}}
	p.Months = monthRows(v, a.Months)
	p.Classes = c.tallyRows(v, v.T("understanding.by_class"), part, a.Classes, func(name string) string { return c.className(v, part, name) })
	p.Languages = c.tallyRows(v, v.T("understanding.by_language"), part, a.Languages, func(name string) string { return v.T("language." + languageKey(name)) })
	p.Mistakes = c.mistakeRows(v, part, a.Mistakes)
	p.Clerks = clerkRows(v, a)
	p.differ(c, v, a)
	return c.Web.Render(w, http.StatusOK, "console/accuracy", p)
}

// className is the name of what a part says.
func (c *Console) className(v *web.Visit, part store.SortingPart, code string) string {
	lang := v.Lang()
	switch part {
	case store.KindPart:
		return v.T("kind." + code)
	case store.DepartmentPart:
		if d, ok := c.Office.Department(c.Office.DepartmentByCode(code)); ok {
			return d.Name(lang)
		}
	case store.SubjectPart:
		if s, ok := c.Office.Subject(c.Office.SubjectByCode(code)); ok {
			return s.Name(lang)
		}
	case store.DistrictPart:
		if id, err := strconv.Atoi(code); err == nil {
			if d, ok := c.Office.District(id); ok {
				return d.Name(lang)
			}
		}
	}
	return cmp.Or(code, v.T("understanding.nothing_said"))
}

// monthName writes a month like 202611.
func monthName(v *web.Visit, month int) string {
	return v.T("date.month_"+strconv.Itoa(month%100)) + " " + strconv.Itoa(month/100)
}

func monthRows(v *web.Visit, months []learning.Month) rowsView {
	t := rowsView{Title: v.T("understanding.by_month"), Heads: []string{v.T("understanding.col_month"), v.T("understanding.col_posts"), partName(v, store.KindPart), partName(v, store.DepartmentPart), partName(v, store.SubjectPart), v.T("understanding.col_sure"), v.T("understanding.col_words")}}
	for i, m := range months {
		row := []cell{{Text: monthName(v, m.Month), Class: "nowrap"}, {Text: v.Number(m.Parts[store.KindPart].Posts)}}
		for _, p := range []store.SortingPart{store.KindPart, store.DepartmentPart, store.SubjectPart} {
			row = append(row, tallyCell(v, m.Parts[p]))
		}
		sure, words := "–", "–"
		if s := m.Parts[store.SubjectPart]; s.Posts > 0 {
			sure = v.T("understanding.of_hundred", "Share", percent(s.Sure))
		}
		if m.Words.Words > 0 && i < len(months)-1 { // the first month has none before it
			words = v.T("understanding.of_hundred", "Share", percent(float64(m.Words.Unknown)/float64(m.Words.Words)))
		}
		t.Rows = append(t.Rows, tableRow{Cells: append(row, cell{Text: sure, Class: "nowrap"}, cell{Text: words, Class: "nowrap"})})
	}
	return t
}

// tallyCell is how often it was right, with a bar where there are enough posts.
func tallyCell(v *web.Visit, t store.SortingTally) cell {
	if t.Posts == 0 {
		return cell{Text: "–"}
	}
	x := cell{Text: share(v, t.Right, t.Posts)}
	if t.Posts >= fewPosts {
		x.Bar = percent(float64(t.Right) / float64(t.Posts))
	}
	return x
}

func (c *Console) tallyRows(v *web.Visit, title string, part store.SortingPart, all []store.SortingTally, name func(string) string) rowsView {
	t := rowsView{Title: title, Heads: []string{partName(v, part), v.T("understanding.col_posts"), v.T("understanding.col_right"), v.T("understanding.col_sure")}}
	if title == v.T("understanding.by_language") {
		t.Heads[0] = v.T("common.language")
	}
	for _, x := range all {
		t.Rows = append(t.Rows, tableRow{Cells: []cell{{Text: name(x.Name)}, {Text: v.Number(x.Posts)}, tallyCell(v, x), {Text: v.T("understanding.of_hundred", "Share", percent(x.Sure)), Class: "nowrap"}}})
	}
	return t
}

func (c *Console) mistakeRows(v *web.Visit, part store.SortingPart, all []store.Mistaken) rowsView {
	t := rowsView{Title: v.T("understanding.mistakes"), Heads: []string{v.T("understanding.col_said"), v.T("understanding.col_chose"), v.T("understanding.col_posts")}}
	for _, m := range all {
		t.Rows = append(t.Rows, tableRow{Cells: []cell{{Text: c.className(v, part, m.Said)}, {Text: c.className(v, part, m.Chose)}, {Text: v.Number(m.Posts)}}})
	}
	return t
}

func clerkRows(v *web.Visit, a learning.Accuracy) rowsView {
	t := rowsView{Title: v.T("understanding.clerks"), Heads: []string{v.T("common.officer"), v.T("understanding.col_decided")}}
	for _, p := range store.SortingParts {
		t.Heads = append(t.Heads, v.T("understanding.changed_"+string(p)))
	}
	for _, x := range a.Clerks {
		row := []cell{{Text: cmp.Or(a.Officers[x.OfficerID].Name(v.Lang()), x.OfficerID.String())}, {Text: v.Number(x.Posts)}}
		for _, p := range store.SortingParts {
			row = append(row, cell{Text: v.Number(x.Changed[p])})
		}
		t.Rows = append(t.Rows, tableRow{Cells: row})
	}
	return t
}

// differingView is two posts of the same words, or one, with what two officers made of it.
type differingView struct {
	Text, TextLang  string
	Part            string
	One, Other      string // what each decided
	OneBy, OtherBy  string
	OneURL, TwoURL  string
	OneWhen, TwoDay string
}

func (p *accuracyPage) differ(c *Console, v *web.Visit, a learning.Accuracy) {
	p.Differ = v.T("understanding.differ_count", "Count", a.Differ)
	by := func(e store.Example) string { return a.Officers[e.OfficerID].Name(v.Lang()) }
	for _, d := range a.Differing {
		part := store.SortingPart(d.Part)
		x := differingView{
			Text: grievance.Excerpt(d.Post.Text, 160), TextLang: textLang(d.Post.Verdict.Language), Part: partName(v, part),
			One: c.className(v, part, codeOf(d.Decided.Chose, part)), Other: c.className(v, part, codeOf(d.Otherwise.Chose, part)),
			OneBy: by(d.Decided), OtherBy: by(d.Otherwise), OneWhen: moment(v, d.Decided.At), TwoDay: moment(v, d.Otherwise.At), OneURL: postCaseURL(d.Post), TwoURL: postCaseURL(d.Other),
		}
		p.Differing = append(p.Differing, x)
	}
}

func moment(v *web.Visit, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return v.Moment(at)
}

func postCaseURL(p *grievance.StoredPost) string {
	if p.CaseID == 0 {
		return ""
	}
	return "/cases/" + p.CaseID.String()
}

func codeOf(r grievance.Reading, part store.SortingPart) string {
	switch part {
	case store.KindPart:
		return string(r.Kind)
	case store.DepartmentPart:
		return r.Department
	case store.SubjectPart:
		return r.Subject
	}
	if r.District == 0 {
		return ""
	}
	return strconv.Itoa(r.District)
}
