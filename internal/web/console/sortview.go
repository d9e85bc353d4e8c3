package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// queueRow is a waiting post in short.
type queueRow struct {
	URL, Text, TextLang, Guess string
	Mark                       mark
	Current                    bool
}

// bigPost is the post that is being sorted.
type bigPost struct {
	ID, Name, Note, Language string
	Mark                     mark
	Title, Plain, TextLang   string
	Other                    *otherReading
	Words                    []segment
	Why                      []whyChip
	Signs                    []sign
	Files                    []fileView
	URL                      string
}

// segment is a run of the text; marked ones are the words that decided.
type segment struct {
	Text   string
	Marked bool
}

// whyChip says what words of the post say.
type whyChip struct{ Words, Says string }

// candidate is one possible reading, on a key.
type candidate struct {
	Key, Value, Subject, Group, Where, WhereNote, Sure string
	Percent                                            int
	Chosen                                             bool
}

// keepReason is why a post is no grievance, on a letter.
type keepReason struct {
	Value, Letter, Key, Name string
	Proposed                 bool
}

// keepReasons are the letters after N.
var keepReasons = []keepReason{
	{Value: "praise", Letter: "T"}, {Value: "suggestion", Letter: "S"}, {Value: "query", Letter: "Q"}, {Value: "politics", Letter: "P"},
	{Value: "news", Letter: "W"}, {Value: "abuse", Letter: "A"}, {Value: "spam", Letter: "M"}, {Value: "authority", Letter: "O"},
	{Value: "other_government", Letter: "E"}, {Value: "court_or_service", Letter: "C"},
}

// manyRepeats is how often an author says the same in the last days before a program is
// supposed to write it, and setting it aside is proposed.
const manyRepeats = 5

// From which confidence on a guess is called sure or likely.
const (
	sureFrom   = 0.85
	likelyFrom = 0.5
)

func (c *Console) queueRow(v *web.Visit, p *grievance.StoredPost, current bool) queueRow {
	title, words, _ := desk.Readable(&p.Post)
	row := queueRow{URL: sortingURL(p.ID), Text: cmp.Or(title, grievance.Excerpt(words, 80)), TextLang: textLang(p.Verdict.Language), Mark: channelMark(v.Printer, p.Channel), Current: current}
	var parts []string
	sure := 0.0
	switch {
	case p.Verdict.Kind != "" && p.Verdict.Kind != grievance.Grievance:
		parts, sure = []string{notGrievance(v, p.Verdict)}, p.Verdict.KindConfidence
	case len(p.Verdict.Candidates) > 0:
		first := p.Verdict.Candidates[0]
		if d, ok := c.Office.Department(c.Office.DepartmentByCode(first.Department)); ok {
			parts = append(parts, d.Name(v.Lang()))
		}
		sure = first.Confidence
	}
	if d, ok := c.Office.District(p.Verdict.District); ok {
		parts = append(parts, d.Name(v.Lang()))
	}
	word := "sorting.is_ask"
	switch {
	case sure >= sureFrom:
		word = "sorting.is_sure"
	case sure >= likelyFrom:
		word = "sorting.is_likely"
	}
	row.Guess = strings.Join(append([]string{strings.Join(parts, ", ")}, v.T(word)), " · ")
	row.Guess = strings.TrimPrefix(row.Guess, " · ")
	return row
}

// notGrievance says in short what a post is that is no grievance.
func notGrievance(v *web.Visit, x grievance.Verdict) string {
	if x.NotReason != "" {
		return v.T("keep." + x.NotReason)
	}
	return v.T("kind." + string(x.Kind))
}

// sortingPost fills in everything about the post that is being sorted.
func (c *Console) sortingPost(v *web.Visit, p *sortingPage, view *desk.SortingView) {
	x, k, lang := view.Post, c.clocks(v), v.Lang()
	title, words, other := readable(v.Printer, &x.Post)
	p.Post = &bigPost{
		ID: x.ID.String(), Name: authorName(k, x.Author), Note: k.note(x) + " · " + v.Moment(x.PostedAt) + " · " + v.Age(k.now.Sub(x.ReceivedAt)),
		Language: v.T("language." + languageKey(x.Verdict.Language)), Mark: channelMark(v.Printer, x.Channel), Title: title,
		Plain: words, TextLang: textLang(x.Verdict.Language), Other: other, Words: segments(words, x.Verdict.Reasons), Why: c.why(v, x.Verdict.Reasons), URL: x.URL,
		Files: append(k.media(x.Media), c.fileViews(k, view.Files, sortingURL(x.ID))...),
	}
	if x.Urgency == grievance.Danger {
		p.Post.Signs = append(p.Post.Signs, sign{Class: "flag flag-danger", Icon: "exclamation-octagon-fill", Words: v.T("urgency.danger")})
	}
	if x.Sorted == grievance.SortFailed {
		p.Post.Signs = append(p.Post.Signs, sign{Class: "flag flag-late", Icon: "exclamation-triangle", Words: v.T("sorting.unsorted")})
	}
	for i, cand := range x.Verdict.Candidates[:min(3, len(x.Verdict.Candidates))] {
		p.Candidates = append(p.Candidates, c.candidate(v, x, cand, i))
	}
	p.Subjects = c.subjectGroups(v, "")
	for _, d := range c.Office.Districts() {
		p.Districts = append(p.Districts, web.Choice{Value: strconv.Itoa(d.ID), Text: d.Name(lang), Chosen: d.ID == x.Verdict.District})
	}
	p.Places = c.placeGroups(v, 0, strconv.Itoa(c.Office.PlaceNamed(x.Verdict.Places, x.Verdict.District)))
	p.Urgencies = chosen(urgencyChoices(v), string(cmp.Or(x.Urgency, grievance.Ordinary)))
	p.Kinds = chosen(kindChoices(v), string(x.Verdict.Kind))
	p.Against = x.Verdict.AgainstOfficer
	for _, s := range view.Similar {
		p.Pairs = append(p.Pairs, pairOf(k, x, s))
	}
	for _, a := range view.Alike {
		p.Pairs = append(p.Pairs, alikePair(k, x, a))
	}
	p.Pairs = keyed(p.Pairs, p.NextID)
	for _, f := range view.Clusters {
		if f.State == store.ClusterOffered {
			p.Floods = append(p.Floods, c.floodLine(v, f))
		}
	}
	for _, reason := range keepReasons {
		reason.Name, reason.Key = v.T("keep."+reason.Value), strings.ToLower(reason.Letter)
		reason.Proposed = reason.Value == x.Verdict.NotReason || grievance.Kind(reason.Value) == x.Verdict.Kind || reason.Value == "spam" && view.Repeats >= manyRepeats
		if reason.Proposed && x.Verdict.Kind != grievance.Grievance {
			p.Instead = v.T("sorting.probably_not", "Reason", reason.Name, "Letter", reason.Letter)
		}
		p.Reasons = append(p.Reasons, reason)
	}
	if p.Instead != "" { // a slip of the finger opens no case
		for i := range p.Candidates {
			p.Candidates[i].Chosen = false
		}
	}
	p.Other = len(p.Candidates) == 0 && p.Instead == ""
	before := v.T("sorting.before_none")
	if view.AuthorCases > 0 {
		before = v.T("sorting.before_cases", "Count", view.AuthorCases, "Settled", view.AuthorSettled)
	}
	var seen []string
	for _, a := range view.Accounts {
		seen = append(seen, cmp.Or(a.Handle, a.Name))
	}
	p.Author = []fact{{Name: v.T("sorting.before"), Value: before}, {Name: v.T("sorting.mentions"), Value: strings.Join(seen, ", ")}}
	if view.Repeats >= manyRepeats {
		p.Author = append(p.Author, fact{Name: v.T("copies.repeats"), Value: v.T("copies.repeats_times", "Count", view.Repeats)})
	}
}

func chosen(all []web.Choice, value string) []web.Choice {
	for i := range all {
		all[i].Chosen = all[i].Value == value
	}
	return all
}

func languageKey(lang string) string {
	switch lang {
	case "hi", "en", "pa", "ur", "mr", "mixed":
		return lang
	case "hi-Latn", "hinglish":
		return "hi_latn"
	}
	return "und"
}

// candidate shows one reading: subject, limit, the office that would have it, and how
// often such a reading is right.
func (c *Console) candidate(v *web.Visit, p *grievance.StoredPost, x grievance.Candidate, i int) candidate {
	lang := v.Lang()
	subject, ok := c.Office.Subject(c.Office.SubjectByCode(x.Subject))
	department := c.Office.DepartmentByCode(x.Department)
	out := candidate{Key: strconv.Itoa(i + 1), Value: strconv.Itoa(i), Percent: int(100*x.Confidence + 0.5), Chosen: i == 0}
	out.Sure = v.T("sorting.sure", "Share", min(out.Percent, 99)) // nothing is certain
	if out.Percent == 0 {
		out.Sure = v.T("sorting.unlikely")
	}
	if ok {
		department = subject.DepartmentID
		out.Subject = subject.Name(lang)
		urgency := cmp.Or(p.Urgency, grievance.Ordinary)
		out.Group = v.T("sorting.limit", "Category", subject.Category(lang), "Urgency", v.T("urgency."+string(urgency)), "Limit", v.WorkingDays(c.Desk.Limits.Days(subject, urgency)))
	}
	if out.Subject == "" {
		d, _ := c.Office.Department(department)
		out.Subject = d.Name(lang)
	}
	routed := c.Office.Route(questionOf(p, desk.OpenRequest{SubjectID: subject.ID, DepartmentID: department, DistrictID: p.Verdict.District, PlaceID: c.Office.PlaceNamed(p.Verdict.Places, p.Verdict.District),
		Against: p.Verdict.AgainstOfficer}))
	out.Where, out.WhereNote = c.officeName(v, routed.OfficeID), v.T("sorting.unknown_district")
	if d, ok := c.Office.District(routed.DistrictID); ok {
		out.WhereNote = v.T("sorting.in_district", "District", d.Name(lang))
	}
	return out
}

// questionOf asks where a post goes as it is chosen.
func questionOf(p *grievance.StoredPost, r desk.OpenRequest) office.Question {
	return office.Question{SubjectID: r.SubjectID, DepartmentID: r.DepartmentID, DistrictID: r.DistrictID, PlaceID: r.PlaceID, At: p.ReceivedAt, Against: r.Against}
}

// why names what the words of the post say.
func (c *Console) why(v *web.Visit, reasons []grievance.Reason) []whyChip {
	var all []whyChip
	for _, r := range reasons {
		if r.Words == "" || slices.ContainsFunc(reasons, within(r)) {
			continue
		}
		all = append(all, whyChip{Words: r.Words, Says: c.says(v, r)})
	}
	return all
}

// within says of another reason whether it says the same of more of the text.
func within(r grievance.Reason) func(grievance.Reason) bool {
	return func(x grievance.Reason) bool {
		return x.Says == r.Says && x.Code == r.Code && x.Start <= r.Start && r.End <= x.End && x.End-x.Start > r.End-r.Start
	}
}

func (c *Console) says(v *web.Visit, r grievance.Reason) string {
	lang := v.Lang()
	switch r.Says {
	case "department":
		if d, ok := c.Office.Department(c.Office.DepartmentByCode(r.Code)); ok {
			return d.Name(lang)
		}
	case "subject":
		if s, ok := c.Office.Subject(c.Office.SubjectByCode(r.Code)); ok {
			return s.Name(lang)
		}
	case "district", "place":
		id, err := strconv.Atoi(r.Code)
		if err != nil {
			id = c.Office.DistrictByName(r.Code)
		}
		if d, ok := c.Office.District(id); ok {
			return d.Name(lang)
		}
	case "urgency", "kind":
		return v.T("says.level_" + r.Code)
	}
	return v.T("says." + r.Says)
}

// segments cuts the text where the deciding words begin and end.
func segments(text string, reasons []grievance.Reason) []segment {
	type span struct{ from, to int }
	var spans []span
	for _, r := range reasons {
		if r.Start >= 0 && r.End > r.Start && r.End <= len(text) && utf8.ValidString(text[r.Start:r.End]) {
			spans = append(spans, span{r.Start, r.End})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out []segment
	at := 0
	for _, s := range spans {
		if s.from < at {
			continue // within one that is marked already
		}
		if s.from > at {
			out = append(out, segment{Text: text[at:s.from]})
		}
		out = append(out, segment{Text: text[s.from:s.to], Marked: true})
		at = s.to
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}

// kept lists what was set aside; any of it can come back.
func (c *Console) kept(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	var before grievance.ID
	if text := r.URL.Query().Get("before"); text != "" {
		id, err := grievance.ParseID(text)
		if err != nil {
			return err
		}
		before = id
	}
	posts, err := c.Desk.Kept(r.Context(), v.Who.Actor, before)
	if err != nil {
		return err
	}
	base, err := c.page(r, v, "/sorting")
	if err != nil {
		return err
	}
	k := c.clocks(v)
	p := tablePage{page: base, Title: v.T("sorting.kept"), Text: v.T("sorting.kept_text"), Empty: v.T("sorting.kept_none"), BackURL: "/sorting", BackName: v.T("sorting.desk"),
		Heads: []string{v.T("console.col_when"), v.T("console.col_matter"), v.T("console.reason"), ""}, Links: []link{{Name: v.T("alone.list"), URL: "/sorting/alone"}}}
	for _, x := range posts {
		m := channelMark(v.Printer, x.Channel)
		_, words, _ := desk.Readable(&x.Post)
		p.Rows = append(p.Rows, tableRow{Cells: []cell{
			{Text: v.Moment(x.ReceivedAt), Class: "nowrap"},
			{Mark: &m, Text: grievance.Excerpt(words, 140), Class: "said", Note: authorName(k, x.Author)},
			{Text: v.T("keep." + cmp.Or(x.Verdict.NotReason, string(x.Verdict.Kind)))},
			{Buttons: []button{{URL: sortingURL(x.ID) + "/undo", Name: v.T("sorting.bring_back")}}},
		}})
		before = x.ID
	}
	if len(posts) >= keptRows {
		p.MoreURL = "/sorting/kept?before=" + before.String()
	}
	return c.Web.Render(w, http.StatusOK, "console/table", p)
}

// keptRows is how many kept posts the desk gives at a time.
const keptRows = 50
