package console

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// auditRoutes are the auditor's reader: all of it reads, but for the order of an export.
func (c *Console) auditRoutes() []web.Route {
	audit := grievance.MayAudit
	return []web.Route{
		{Method: "GET", Pattern: "/audit", Handler: c.auditHistory, May: audit},
		{Method: "GET", Pattern: "/audit/reads", Handler: c.auditReads, May: audit},
		{Method: "GET", Pattern: "/audit/office", Handler: c.auditOffice, May: audit},
		{Method: "GET", Pattern: "/audit/days", Handler: c.auditDays, May: audit},
		{Method: "GET", Pattern: "/audit/exports", Handler: c.auditExports, May: audit},
		{Method: "POST", Pattern: "/audit/exports", Handler: c.askExport, May: audit},
		{Method: "GET", Pattern: "/audit/exports/{export}", Handler: c.auditFile, May: audit},
	}
}

// auditPage is one tab of the reader.
type auditPage struct {
	page
	Tabs    []navItem
	Text    string // what stands here and what does not
	Path    string // of the form
	Method  string // of the form
	Fields  []field
	Send    string
	Heads   []string
	Rows    []auditRow
	Empty   string
	Note    string // how far it has looked
	MoreURL string
	Links   []link
	Order   bool // the form orders something, and does not filter
}

// auditRow is a line of a log.
type auditRow struct{ Cells []auditCell }

// auditCell is what stands in a column: lines of words, some of which lead on.
type auditCell struct {
	Lines []link
	Class string
}

func plainCell(lines ...string) auditCell {
	var c auditCell
	for _, l := range lines {
		if l != "" {
			c.Lines = append(c.Lines, link{Name: l})
		}
	}
	return c
}

// auditTab begins a tab of the reader.
func (c *Console) auditTab(r *http.Request, v *web.Visit, path, name string) (auditPage, error) {
	base, err := c.page(r, v, "/audit")
	p := auditPage{page: base, Path: path, Method: "get", Text: v.T("audit." + name + "_text"), Empty: v.T("audit.none"), Send: v.T("console.filter")}
	for _, t := range []struct{ url, key string }{
		{"/audit", "audit.history"}, {"/audit/reads", "audit.reads"}, {"/audit/office", "audit.office"}, {"/audit/days", "audit.days"}, {"/audit/exports", "audit.exports"},
	} {
		if v.Who.Actor.Scope.All || t.url == "/audit" || t.url == "/audit/reads" {
			p.Tabs = append(p.Tabs, navItem{URL: t.url, Name: v.T(t.key), Current: t.url == path})
		}
	}
	return p, err
}

// logRequest reads the filters of a log; without any it is the last week.
func (c *Console) logRequest(r *http.Request) (desk.LogRequest, error) {
	q := r.URL.Query()
	office, err := number(r, "office")
	if err != nil {
		return desk.LogRequest{}, grievance.ErrNotFound
	}
	l := desk.LogRequest{From: q.Get("from"), To: q.Get("to"), Officer: q.Get("officer"), Number: q.Get("number"), OfficeID: office, Event: q.Get("event"), After: q.Get("after")}
	if len(q) == 0 || len(q) == 1 && q.Has("lang") {
		l.From = c.Desk.LogSince()
	}
	return l, nil
}

// logFields are the filters with what was typed, and what is wrong with it.
func logFields(v *web.Visit, l desk.LogRequest, invalid *grievance.InvalidError, names ...string) []field {
	values := map[string]field{
		"from":    {Kind: "date", Label: v.T("audit.from"), Value: l.From},
		"to":      {Kind: "date", Label: v.T("audit.to"), Value: l.To},
		"officer": {Kind: "text", Label: v.T("audit.officer"), Value: l.Officer},
		"number":  {Kind: "text", Label: v.T("citizen.number"), Value: l.Number},
	}
	var all []field
	for _, name := range names {
		f := values[name]
		f.Name = name
		if invalid != nil && invalid.Field == name {
			f.Error = v.T(invalid.Key)
		}
		all = append(all, f)
	}
	return all
}

// showLog renders a tab whose log was read, or could not be read for what was typed.
func (c *Console) showLog(w http.ResponseWriter, r *http.Request, v *web.Visit, p auditPage, next store.LogNext, err error) error {
	status := http.StatusOK
	if _, ok := errors.AsType[*grievance.InvalidError](err); ok {
		status, p.Empty = http.StatusUnprocessableEntity, v.T("audit.not_read")
	} else if err != nil {
		return err
	}
	if next.After != "" {
		q := r.URL.Query()
		q.Set("after", next.After)
		if len(r.URL.Query()) == 0 {
			q.Set("from", c.Desk.LogSince())
		}
		p.MoreURL = p.Path + "?" + q.Encode()
	}
	if !next.LookedTo.IsZero() {
		p.Note = v.T("audit.looked_back", "Time", v.Moment(next.LookedTo))
	}
	return c.Web.Render(w, status, "console/audit", p)
}

func (c *Console) auditHistory(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	l, err := c.logRequest(r)
	if err != nil {
		return err
	}
	p, err := c.auditTab(r, v, "/audit", "history")
	if err != nil {
		return err
	}
	log, err := c.Desk.HistoryLog(r.Context(), v.Who.Actor, l)
	invalid, _ := errors.AsType[*grievance.InvalidError](err)
	p.Fields = append(logFields(v, l, invalid, "from", "to", "number", "officer"), c.officeFilter(v, l.OfficeID), eventFilter(v, l.Event))
	p.Heads = []string{v.T("console.col_when"), v.T("console.col_case"), v.T("audit.what"), v.T("audit.who"), v.T("common.office")}
	for _, e := range log.Lines {
		p.Rows = append(p.Rows, auditRow{Cells: []auditCell{
			when(v, e.Entry.At), {Class: "regno", Lines: []link{{Name: e.Number, URL: "/cases/" + e.CaseID.String()}}},
			plainCell(v.T("event."+string(e.Event)), moved(v, e.Entry)), plainCell(actorName(v, e.Entry, log.Officers)), plainCell(c.officeName(v, e.OfficeID)),
		}})
	}
	return c.showLog(w, r, v, p, log.LogNext, err)
}

// moved says from which state to which.
func moved(v *web.Visit, e grievance.Entry) string {
	if e.From == e.To || e.From == "" {
		return ""
	}
	return v.T("state."+string(e.From)) + " → " + v.T("state."+string(e.To))
}

func actorName(v *web.Visit, e grievance.Entry, officers map[grievance.ID]grievance.Officer) string {
	if e.Actor == grievance.OfficerActor {
		o := officers[e.ActorID]
		return o.Name(v.Lang())
	}
	return v.T("actor." + string(e.Actor))
}

func (c *Console) officeFilter(v *web.Visit, chosenID int) field {
	f := field{Name: "office", Label: v.T("common.office"), Kind: "choice"}
	for _, o := range c.Office.Offices(c.Now()) {
		f.Choices = append(f.Choices, web.Choice{Value: strconv.Itoa(o.ID), Text: o.Name(v.Lang()), Chosen: o.ID == chosenID})
	}
	return f
}

func eventFilter(v *web.Visit, chosenEvent string) field {
	f := field{Name: "event", Label: v.T("audit.what"), Kind: "choice"}
	for _, e := range grievance.AllEvents {
		f.Choices = append(f.Choices, web.Choice{Value: string(e), Text: v.T("event." + string(e)), Chosen: string(e) == chosenEvent})
	}
	return f
}

func (c *Console) auditReads(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	l, err := c.logRequest(r)
	if err != nil {
		return err
	}
	p, err := c.auditTab(r, v, "/audit/reads", "reads")
	if err != nil {
		return err
	}
	log, err := c.Desk.ReadLog(r.Context(), v.Who.Actor, l)
	invalid, _ := errors.AsType[*grievance.InvalidError](err)
	kinds := field{Name: "event", Label: v.T("audit.seen"), Kind: "choice"}
	for _, what := range grievance.ReadKinds {
		kinds.Choices = append(kinds.Choices, web.Choice{Value: what, Text: v.T("read." + what), Chosen: what == l.Event})
	}
	p.Fields = append(logFields(v, l, invalid, "from", "to", "number", "officer"), kinds)
	p.Heads = []string{v.T("console.col_when"), v.T("audit.who"), v.T("audit.seen"), v.T("audit.way")}
	for _, e := range log.Lines {
		o := log.Officers[e.OfficerID]
		p.Rows = append(p.Rows, auditRow{Cells: []auditCell{when(v, e.At), plainCell(o.Name(v.Lang()), o.Email), seen(v, e, log.Numbers), {Class: "code", Lines: []link{{Name: e.Route}}}}})
	}
	return c.showLog(w, r, v, p, log.LogNext, err)
}

// seen says what was read, with the cases that it concerns.
func seen(v *web.Visit, e store.ReadLine, numbers map[grievance.ID]string) auditCell {
	c := plainCell(v.T("read." + e.What))
	if e.Number != "" {
		c.Lines = append(c.Lines, link{Name: e.Number, URL: "/cases/" + e.CaseID.String()})
	}
	for _, id := range desk.CasesShown(e.Read) {
		if n := numbers[id]; n != "" {
			c.Lines = append(c.Lines, link{Name: n, URL: "/cases/" + id.String()})
		}
	}
	if e.What == grievance.ReadList || e.What == grievance.ReadExport || e.What == grievance.ReadLost {
		c.Lines = append(c.Lines, link{Name: e.Subject})
	}
	return c
}

func (c *Console) auditOffice(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	l, err := c.logRequest(r)
	if err != nil {
		return err
	}
	p, err := c.auditTab(r, v, "/audit/office", "office")
	if err != nil {
		return err
	}
	log, err := c.Desk.OfficeLog(r.Context(), v.Who.Actor, l)
	invalid, _ := errors.AsType[*grievance.InvalidError](err)
	kinds := field{Name: "event", Label: v.T("audit.what"), Kind: "choice"}
	for _, e := range grievance.OfficeEvents {
		kinds.Choices = append(kinds.Choices, web.Choice{Value: e.Name, Text: v.T("office_event." + e.Name), Chosen: e.Name == l.Event})
	}
	p.Fields = append(logFields(v, l, invalid, "from", "to", "officer"), kinds)
	p.Heads = []string{v.T("console.col_when"), v.T("audit.what"), v.T("audit.who"), v.T("audit.about")}
	for _, e := range log.Lines {
		by := v.T("actor.system")
		if e.Actor != 0 {
			o := log.Officers[e.Actor]
			by = o.Name(v.Lang())
		}
		p.Rows = append(p.Rows, auditRow{Cells: []auditCell{when(v, e.At), officeEvent(v, e.Event), plainCell(by), c.eventFacts(v, e, log.Officers)}})
	}
	return c.showLog(w, r, v, p, log.LogNext, err)
}

// officeEvent says an event in words, or shows its code where the log is older than the words.
func officeEvent(v *web.Visit, event string) auditCell {
	if slices.ContainsFunc(grievance.OfficeEvents, func(e grievance.OfficeEvent) bool { return e.Name == event }) {
		return plainCell(v.T("office_event." + event))
	}
	return auditCell{Class: "code", Lines: []link{{Name: event}}}
}

// eventFacts names the officers and offices among an entry's ids and codes.
func (c *Console) eventFacts(v *web.Visit, e grievance.OfficeEntry, officers map[grievance.ID]grievance.Officer) auditCell {
	var cell auditCell
	for _, f := range desk.OfficeData(e) {
		value := f.Value
		if id, err := grievance.ParseID(value); err == nil && f.Name == "officer" {
			o := officers[id]
			value = o.Name(v.Lang())
		}
		if id, err := strconv.Atoi(value); err == nil && f.Name == "office" && c.officeName(v, id) != "" {
			value = c.officeName(v, id)
		}
		cell.Lines = append(cell.Lines, link{Name: factName(v, f.Name) + ": " + value})
	}
	return cell
}

// factName is what an entry's id or code is of, in words where there are any.
func factName(v *web.Visit, name string) string {
	key := "office_fact." + name
	if words := v.T(key); words != key {
		return words
	}
	return name
}

func (c *Console) auditDays(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	p, err := c.auditTab(r, v, "/audit/days", "days")
	if err != nil {
		return err
	}
	heads, err := c.Desk.DailyHeads(r.Context(), v.Who.Actor, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	p.Heads = []string{v.T("audit.day"), v.T("audit.head"), v.T("audit.cases_changed"), v.T("audit.reads"), v.T("audit.made")}
	p.Links = []link{{Name: v.T("audit.public_page"), URL: "/audit/heads"}}
	p.Empty = v.T("audit.no_day")
	for _, h := range heads {
		p.Rows = append(p.Rows, auditRow{Cells: []auditCell{
			{Class: "nowrap", Lines: []link{{Name: dayWords(v, h.Day)}, {Name: h.Day}}}, {Class: "code", Lines: []link{{Name: grievance.HashText(h.Hash)}}}, plainCell(v.Number(h.Cases)), plainCell(v.Number(h.Reads)), plainCell(v.Moment(h.MadeAt)),
		}})
	}
	if n := len(heads); n > 0 {
		older, err := c.Desk.PublicHeads(r.Context(), heads[n-1].Day)
		if err != nil {
			return err
		}
		if len(older) > 0 {
			p.MoreURL = "/audit/days?before=" + heads[n-1].Day
		}
	}
	return c.Web.Render(w, http.StatusOK, "console/audit", p)
}

func (c *Console) auditExports(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.exportsPage(w, r, v, http.StatusOK, nil)
}

// exportsPage shows the exports that are kept, and orders another.
func (c *Console) exportsPage(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, invalid *grievance.InvalidError) error {
	p, err := c.auditTab(r, v, "/audit/exports", "exports")
	if err != nil {
		return err
	}
	all, err := c.Desk.Exports(r.Context(), v.Who.Actor)
	if err != nil {
		return err
	}
	p.Method, p.Order, p.Send, p.Empty = "post", true, v.T("audit.export"), v.T("audit.no_export")
	p.Fields = logFields(v, desk.LogRequest{From: r.PostFormValue("from"), To: r.PostFormValue("to")}, invalid, "from", "to")
	p.Heads = []string{v.T("audit.asked"), v.T("audit.span"), v.T("audit.entries"), v.T("audit.file")}
	for _, e := range all {
		file := plainCell(v.T("audit.writing"))
		if !e.DoneAt.IsZero() {
			file = auditCell{Lines: []link{{Name: v.T("audit.download", "Size", (e.Size+999)/1000), URL: "/audit/exports/" + e.ID.String()}}}
		}
		p.Rows = append(p.Rows, auditRow{Cells: []auditCell{when(v, e.AskedAt), plainCell(span(v, e.Days)), plainCell(v.Number(e.Entries)), file}})
	}
	return c.Web.Render(w, status, "console/audit", p)
}

// span names the days of an export.
func span(v *web.Visit, d store.Days) string {
	from, to := d.From, d.To
	if from == "" {
		from = v.T("audit.beginning")
	}
	if to == "" {
		to = v.T("audit.present")
	}
	return from + " – " + to
}

func (c *Console) askExport(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	err := c.Desk.AskExport(r.Context(), v.Who.Actor, store.Days{From: r.PostFormValue("from"), To: r.PostFormValue("to")})
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.exportsPage(w, r, v, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.export_asked", "/audit/exports")
	return nil
}

// auditFile sends the file of an export.
func (c *Console) auditFile(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "export")
	if err != nil {
		return err
	}
	e, body, err := c.Desk.OpenExport(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "nivaran-audit-" + url.PathEscape(grievance.IndianDay(e.AskedAt)) + ".zip"}))
	_, _ = io.Copy(w, body) // a reader who leaves is nobody's error
	return nil
}

// when is the moment of a line.
func when(v *web.Visit, at time.Time) auditCell {
	return auditCell{Class: "nowrap", Lines: []link{{Name: v.DateTime(at)}}}
}
