package console

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// field is one question of a form.
type field struct {
	Kind        string // text, choice, radio, files, hidden, or a type of <input>
	Name, Label string
	Value, Hint string
	Optional    string // the word that says so; empty: required
	Empty       string // of a choice: nothing chosen
	Accept      string
	Complete    string // what a browser may fill in, as in the attribute autocomplete
	Choices     []web.Choice
	Groups      []web.Group
	Error       string
}

// forms makes fields for one request, filled with what was typed before.
type forms struct {
	console *Console
	r       *http.Request
	v       *web.Visit
	view    *desk.CaseView
	err     error
}

// typed is what the form held when it was sent, else the fallback.
func (f *forms) typed(name, fallback string) string {
	if f.r.Method == http.MethodPost {
		return f.r.PostFormValue(name)
	}
	return cmp.Or(f.r.URL.Query().Get(name), fallback)
}

func (f *forms) line(kind, name, label, fallback string) field {
	return field{Kind: kind, Name: name, Label: f.v.T(label), Value: f.typed(name, fallback)}
}

func (f *forms) choice(name, label, chosen string, choices []web.Choice) field {
	chosen = f.typed(name, chosen)
	for i := range choices {
		choices[i].Chosen = choices[i].Value == chosen
	}
	return field{Kind: "choice", Name: name, Label: f.v.T(label), Choices: choices, Empty: f.v.T("field.choose")}
}

func (f *forms) optional(x field) field {
	x.Optional = f.v.T("common.optional")
	return x
}

func (f *forms) radio(x field) field {
	x.Kind = "radio"
	return x
}

// offices lists the open offices: those of the case's district first, then the state's,
// then the other districts'.
func (f *forms) offices(chosen int) field {
	x := f.choice("office", "field.office", "", nil)
	want, lang := f.typed("office", idText(chosen)), f.v.Lang()
	of := map[int][]web.Choice{} // by district; 0: of the state
	for _, o := range f.console.Office.Offices(f.console.Now()) {
		id := strconv.Itoa(o.ID)
		of[o.DistrictID] = append(of[o.DistrictID], web.Choice{Value: id, Text: o.Name(lang), Chosen: id == want})
	}
	own := f.view.Case.DistrictID
	add := func(district int, place string) {
		if len(of[district]) > 0 {
			x.Groups = append(x.Groups, web.Group{Name: f.v.T("console.other_offices", "Place", place), Choices: of[district]})
		}
	}
	if d, ok := f.console.Office.District(own); ok {
		add(own, d.Name(lang))
	}
	add(0, f.v.T("console.whole_state"))
	for _, d := range f.console.Office.Districts() {
		if d.ID != own {
			add(d.ID, d.Name(lang))
		}
	}
	return x
}

func idText(id int) string {
	if id == 0 {
		return ""
	}
	return strconv.Itoa(id)
}

func routeFields(f *forms) []field { return []field{f.offices(f.view.Case.OfficeID)} }

func moveFields(f *forms) []field {
	return []field{f.offices(0), f.line("text", "remark", "field.remark", "")}
}

func reasonFields(f *forms) []field {
	return []field{f.line("text", "reason", "field.reason", "")}
}

func assignFields(f *forms) []field {
	holders, err := f.console.Desk.Assignable(f.r.Context(), f.v.Who.Actor, f.view.Case.ID)
	f.err = err
	var choices []web.Choice
	for _, h := range holders {
		choices = append(choices, web.Choice{Value: h.Officer.ID.String(), Text: h.Officer.Name(f.v.Lang()) + ", " + h.Charge.Title(f.v.Lang())})
	}
	return []field{f.choice("officer", "field.officer", "", choices)}
}

// complainants lists to whom something can be done.
func (f *forms) complainants(keep func(*grievance.Complainant) bool) field {
	k := f.console.clocks(f.v)
	var choices []web.Choice
	for _, p := range f.view.Complainants {
		if keep == nil || keep(p) {
			choices = append(choices, web.Choice{Value: p.ID.String(), Text: complainantName(k, f.view.Case, p) + " · " + f.v.T("channel."+string(p.Channel))})
		}
	}
	first := ""
	if len(choices) > 0 {
		first = choices[0].Value
	}
	return f.choice("complainant", "field.complainant", first, choices)
}

func askFields(f *forms) []field {
	text := f.line("text", "text", "field.question", "")
	text.Hint = f.v.T("field.question_hint")
	ways := f.choice("way", "field.way", string(grievance.PublicWay), nil)
	for _, w := range []grievance.Way{grievance.PublicWay, grievance.PrivateWay, grievance.LetterWay} {
		ways.Choices = append(ways.Choices, web.Choice{Value: string(w), Text: f.v.T("reply_way." + string(w)), Chosen: string(w) == f.typed("way", string(f.usualWay()))})
	}
	return []field{f.complainants(nil), f.radio(ways), text}
}

// usualWay is how the first complainant is best asked: privately where that is possible.
func (f *forms) usualWay() grievance.Way {
	if len(f.view.Complainants) == 0 {
		return grievance.PublicWay
	}
	switch f.view.Complainants[0].Channel {
	case grievance.Email:
		return grievance.LetterWay
	case grievance.Facebook:
		return grievance.PrivateWay
	}
	return grievance.PublicWay
}

func toldFields(f *forms) []field {
	untold := func(k *grievance.Complainant) bool { return k.DeliveredAt.IsZero() }
	return []field{f.complainants(untold), f.line("text", "how", "field.how", "")}
}

func confirmFields(f *forms) []field {
	var choices []web.Choice
	for _, x := range []grievance.Feedback{grievance.FeedbackYes, grievance.FeedbackNo} {
		choices = append(choices, web.Choice{Value: string(x), Text: f.v.T("verdict." + string(x))})
	}
	unsaid := func(k *grievance.Complainant) bool { return k.Feedback == grievance.NoFeedback }
	return []field{f.complainants(unsaid), f.radio(f.choice("feedback", "field.verdict", "", choices))}
}

func reportFields(f *forms) []field {
	now := f.console.Now().In(grievance.India)
	last := &grievance.Report{}
	if n := len(f.view.Reports); n > 0 {
		last = f.view.Reports[n-1] // sent back: the office goes on from its own words
	}
	files := field{Kind: "files", Name: "files", Label: f.v.T("field.files"), Hint: f.v.T("field.files_hint"), Accept: "image/*,application/pdf", Optional: f.v.T("common.optional")}
	text := f.line("text", "text", "field.report", last.Text)
	text.Hint = f.v.T("field.report_hint")
	by := cmp.Or(last.DoneBy, f.v.Who.Officer.Name(f.v.Lang())+", "+f.v.Who.Charge.Title(f.v.Lang()))
	return []field{
		files, text,
		f.line("date", "done_at", "field.day", now.Format("2006-01-02")),
		f.line("time", "done_time", "field.time", now.Format("15:04")),
		f.line("text1", "done_by", "field.done_by", by),
		f.optional(f.line("text1", "place", "field.done_place", last.Place)),
	}
}

func correctFields(f *forms) []field {
	c := f.view.Case
	subject := f.choice("subject", "field.subject", "", nil)
	subject.Groups = f.console.subjectGroups(f.v, f.typed("subject", idText(c.SubjectID)))
	subject.Optional = f.v.T("common.optional")
	place := f.choice("place", "common.place", "", nil)
	place.Groups, place.Optional = f.console.placeGroups(f.v, c.DistrictID, f.typed("place", idText(c.PlaceID))), subject.Optional
	return []field{f.line("text1", "title", "field.title", c.Title), subject, place, f.choice("urgency", "field.urgency", string(c.Urgency), urgencyChoices(f.v))}
}

func urgencyChoices(v *web.Visit) []web.Choice {
	var all []web.Choice
	for _, u := range []grievance.Urgency{grievance.Ordinary, grievance.Urgent, grievance.Danger} {
		all = append(all, web.Choice{Value: string(u), Text: v.T("urgency." + string(u))})
	}
	return all
}

func kindChoices(v *web.Visit) []web.Choice {
	var all []web.Choice
	for _, k := range []grievance.Kind{grievance.Grievance, grievance.Suggestion, grievance.Query, grievance.Praise} {
		all = append(all, web.Choice{Value: string(k), Text: v.T("kind." + string(k))})
	}
	return all
}

// subjectGroups lists the subjects by department.
func (c *Console) subjectGroups(v *web.Visit, chosen string) []web.Group {
	lang := v.Lang()
	byDepartment := map[int][]web.Choice{}
	for _, s := range c.Office.Subjects() {
		id := strconv.Itoa(s.ID)
		byDepartment[s.DepartmentID] = append(byDepartment[s.DepartmentID], web.Choice{Value: id, Text: s.Name(lang), Chosen: id == chosen})
	}
	var groups []web.Group
	for _, d := range c.Office.Departments() {
		if choices := byDepartment[d.ID]; len(choices) > 0 {
			groups = append(groups, web.Group{Name: d.Name(lang), Choices: choices})
		}
	}
	return groups
}

// placeGroups lists the towns and tehsils by district, or those of one district.
func (c *Console) placeGroups(v *web.Visit, district int, chosen string) []web.Group {
	lang := v.Lang()
	byDistrict := map[int][]web.Choice{}
	for _, p := range c.Office.Places() {
		if id := strconv.Itoa(p.ID); district == 0 || district == p.DistrictID {
			byDistrict[p.DistrictID] = append(byDistrict[p.DistrictID], web.Choice{Value: id, Text: placeName(v, p), Chosen: id == chosen})
		}
	}
	var groups []web.Group
	for _, d := range c.Office.Districts() {
		if choices := byDistrict[d.ID]; len(choices) > 0 {
			groups = append(groups, web.Group{Name: d.Name(lang), Choices: choices})
		}
	}
	return groups
}

// subTehsil ends the English names of sub-tehsils in the Local Government Directory.
const subTehsil = " ST"

// placeName is a place with what it is.
func placeName(v *web.Visit, p grievance.Place) string {
	tier := p.Tier
	if strings.HasSuffix(p.NameEN, subTehsil) {
		tier = "subtehsil"
	}
	return strings.TrimSuffix(p.Name(v.Lang()), subTehsil) + " · " + v.T("place."+tier)
}

func settleFields(f *forms) []field {
	var choices []web.Choice
	for _, o := range desk.OutcomesOf(f.view.Case.Kind) {
		choices = append(choices, web.Choice{Value: string(o), Text: f.v.T("outcome." + string(o))})
	}
	first := ""
	if len(choices) > 0 {
		first = choices[0].Value
	}
	return []field{f.radio(f.choice("outcome", "field.outcome", first, choices)), f.line("text", "text", "field.answer", "")}
}

func rejectFields(f *forms) []field {
	var choices []web.Choice
	for _, reason := range grievance.RejectReasons {
		choices = append(choices, web.Choice{Value: reason, Text: f.v.T("reject." + reason)})
	}
	return []field{f.radio(f.choice("reason", "field.reason", "", choices)), f.line("text", "remark", "field.remark", "")}
}

func referFields(f *forms) []field {
	var choices []web.Choice
	for _, s := range grievance.ReferenceSystems {
		choices = append(choices, web.Choice{Value: s, Text: f.v.T("reference." + s)})
	}
	return []field{f.choice("system", "field.system", "", choices), f.line("text1", "number", "field.number", "")}
}

func eraseFields(f *forms) []field {
	var choices []web.Choice
	for _, p := range f.view.Posts {
		if p.Direction == grievance.In && p.ErasedAt.IsZero() {
			_, words, _ := desk.Readable(&p.Post)
			choices = append(choices, web.Choice{Value: p.ID.String(), Text: f.v.Moment(p.PostedAt) + " · " + grievance.Excerpt(words, 60)})
		}
	}
	return []field{f.radio(f.choice("post", "field.post", "", choices)), f.line("text", "reason", "field.reason", "")}
}

func queryEscape(s string) string { return url.QueryEscape(s) }
