package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// The auditor sees who saw and did what, with the filters; the words of people stay on the
// page of the case, and that it was opened is seen too.
func TestAuditorReads(t *testing.T) {
	w := newWorld(t)
	mine, other := w.assigned(w.x, "Suresh Yadav"), w.assigned(w.x, "Kamla Devi")
	if err := w.Desk.Note(w.ctx(), w.actor(grievance.DistrictNodal), mine.ID, "He was rude on the telephone.", nil); err != nil {
		t.Fatal(err)
	}
	state, b := w.as(grievance.StateNodal), w.as(grievance.Auditor)
	state.get("/cases/" + mine.ID.String())
	state.get("/cases/" + mine.ID.String() + "/forward")
	to := state.post("/search", url.Values{"q": {"पानी"}}).location
	state.get(to)
	flush := func() {
		if err := w.Desk.Reads.Flush(w.ctx()); err != nil {
			t.Fatal(err)
		}
	}
	flush()
	b.get("/cases/" + mine.ID.String())
	flush()
	now := grievance.IndianDay(time.Now())
	tests := []struct {
		path  string
		holds []string
		lacks []string
	}{
		{"/audit", []string{mine.Number, other.Number, "Internal note", "Officer district_nodal", `value="` + grievance.IndianDay(time.Now().Add(-7*24*time.Hour)) + `"`}, []string{"rude", "Suresh", "पानी"}},
		{"/audit?number=" + mine.Number, []string{mine.Number}, []string{other.Number}},
		{"/audit?event=noted", []string{mine.Number}, []string{other.Number}},
		{"/audit?officer=clerk@nivaran.example&from=" + now + "&to=" + now, []string{mine.Number, other.Number, "Officer clerk"}, []string{"Officer district_nodal"}},
		{"/audit?to=2020-01-01", []string{"Nothing was written"}, []string{mine.Number}},
		{"/audit/reads", []string{"GET /cases/{id}", "GET /cases/{id}/forward", "Officer state_nodal", "Officer auditor", "What a search found", other.Number}, []string{"Suresh", "पानी"}},
		{"/audit/reads?number=" + mine.Number + "&officer=auditor@nivaran.example", []string{mine.Number, "Officer auditor"}, []string{"Officer state_nodal"}},
		{"/audit/reads?event=search", []string{"What a search found"}, []string{"GET /cases/{id}"}},
		{"/audit/office", []string{"Accounts, officers, roles"}, nil},
	}
	for _, tt := range tests {
		a := b.get(tt.path)
		for _, s := range tt.holds {
			if a.status != http.StatusOK || !strings.Contains(a.body, s) {
				t.Errorf("%s: %d, does not hold %q\n%s", tt.path, a.status, s, excerpt(a.body))
			}
		}
		for _, s := range tt.lacks {
			if strings.Contains(tableOf(a.body), s) {
				t.Errorf("%s holds %q", tt.path, s)
			}
		}
	}
	for path, words := range map[string]string{
		"/audit?number=GRV-1": "This is no registration number", "/audit?officer=nobody@nivaran.example": "No officer has this e-mail address", "/audit?from=yesterday": "Write the day as",
		"/audit/reads?from=2026-02-01&to=2026-01-01": "The last day lies before the first",
	} {
		if a := b.get(path); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, words) {
			t.Errorf("%s: %d, want 422 and %q", path, a.status, words)
		}
	}
	for _, path := range []string{"/audit?after=x", "/audit?after=1.2", "/audit/reads?after=1.2.3.4x", "/audit?office=x"} {
		if a := b.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, a.status)
		}
	}
}

// tableOf is the table of a page.
func tableOf(body string) string {
	from, to := strings.Index(body, "<tbody"), strings.Index(body, "</tbody>")
	if from < 0 || to < from {
		return ""
	}
	return body[from:to]
}

// An auditor of whom a case complains sees nothing of it, neither acts nor reads.
func TestAuditorComplainedOf(t *testing.T) {
	w := newWorld(t)
	against, plain := w.assigned(w.x, "Suresh Yadav"), w.assigned(w.x, "Kamla Devi")
	if err := w.Desk.Exclude(w.ctx(), w.actor(grievance.Clerk), against.ID, store.Exclusion{OfficerID: w.actor(grievance.Auditor).ID}); err != nil {
		t.Fatal(err)
	}
	post := w.post(w.x, "Rakesh Goyal", "the auditor takes money")
	if err := w.Desk.KeepFrom(w.ctx(), w.actor(grievance.Clerk), post, store.Exclusion{OfficerID: w.actor(grievance.Auditor).ID}); err != nil {
		t.Fatal(err)
	}
	w.as(grievance.Clerk).get("/sorting/" + post.String())
	state := w.as(grievance.StateNodal)
	for _, c := range []*grievance.Case{against, plain} {
		state.get("/cases/" + c.ID.String())
	}
	state.get(state.post("/search", url.Values{"q": {"पानी"}}).location)
	if err := w.Desk.Reads.Flush(w.ctx()); err != nil {
		t.Fatal(err)
	}
	b := w.as(grievance.Auditor)
	for _, path := range []string{"/audit", "/audit/reads"} {
		body := b.get(path).body
		if strings.Contains(body, against.Number) || strings.Contains(body, against.ID.String()) {
			t.Errorf("%s tells the auditor of the case against the auditor", path)
		}
		if !strings.Contains(body, plain.Number) {
			t.Errorf("%s lacks the other case", path)
		}
	}
	for _, path := range []string{"/audit/reads?event=post", "/audit/office?event=post.excluded"} {
		if body := b.get(path).body; tableOf(body) != "" {
			t.Errorf("%s tells the auditor of the post against the auditor: %s", path, tableOf(body))
		}
	}
	if a := b.get("/audit?number=" + against.Number); a.status != http.StatusUnprocessableEntity {
		t.Errorf("by its number: %d", a.status)
	}
}

// A log goes on page by page, each line once.
func TestAuditPages(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.x, "Suresh Yadav")
	const notes = 230
	w.tx(func(tx *store.Tx) error {
		for range notes {
			if err := tx.Record(w.ctx(), w.actor(grievance.DistrictNodal), grievance.Noted, c, c.State, nil, "", time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	b, seen, path := w.as(grievance.Auditor), 0, "/audit?event=noted"
	for range 5 {
		a := b.get(path)
		seen += strings.Count(tableOf(a.body), `<tr role="row">`)
		_, below, _ := strings.Cut(a.body, "</tbody>")
		_, more, ok := strings.Cut(below, `href="/audit?`)
		if !ok {
			break
		}
		query, _, _ := strings.Cut(more, `"`)
		path = "/audit?" + strings.ReplaceAll(query, "&amp;", "&")
	}
	if seen != notes {
		t.Errorf("%d lines over the pages, want %d", seen, notes)
	}
}

// Asked for twice, an export is made once; taking it is written down, and an officer who
// may not audit the whole state gets none.
func TestExportOnce(t *testing.T) {
	w := newWorld(t)
	w.assigned(w.x, "Suresh Yadav")
	b := w.as(grievance.Auditor)
	for range 2 {
		if a := b.post("/audit/exports", url.Values{"from": {""}, "to": {""}}); a.status != http.StatusSeeOther {
			t.Fatalf("order: %d", a.status)
		}
	}
	all, err := w.Desk.Exports(w.ctx(), w.actor(grievance.Auditor))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d exports, %v; want one", len(all), err)
	}
	path := "/audit/exports/" + all[0].ID.String()
	if a := b.get(path); a.status != http.StatusNotFound {
		t.Errorf("before it is written: %d", a.status)
	}
	for range 2 { // a job may run twice
		if err := w.Desk.MakeExport(w.ctx(), all[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if a := b.get(path); a.status != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("download: %d", a.status)
	}
	if err := w.Desk.Reads.Flush(w.ctx()); err != nil {
		t.Fatal(err)
	}
	if a := b.get("/audit/reads?event=export"); !strings.Contains(tableOf(a.body), "audit "+all[0].ID.String()) {
		t.Error("the download is not in the read log")
	}
	district := w.actor(grievance.Auditor)
	district.Scope = grievance.Scope{DistrictID: 1}
	if err := w.Desk.AskExport(w.ctx(), district, store.Days{}); err == nil {
		t.Error("an auditor of one district exports the whole state")
	}
	late := *w.Desk
	late.Now = func() time.Time { return time.Now().AddDate(0, 0, 8) }
	if _, err := late.Due(w.ctx()); err != nil {
		t.Fatal(err)
	}
	if a := b.get(path); a.status != http.StatusNotFound {
		t.Errorf("after a week: %d", a.status)
	}
}

// Every change of accounts, roles, charges and what goes out reaches those whom it
// concerns: whatever route an officer takes, the log says so and somebody is told.
func TestChangesAreTold(t *testing.T) {
	w := newWorld(t)
	known := map[string]grievance.OfficeEvent{}
	for _, e := range grievance.OfficeEvents {
		known[e.Name] = e
	}
	browsers := map[grievance.Role]*browser{}
	steps, walked := rightful(), 0
	for _, rt := range w.Routes() {
		s, ok := steps[name(rt)]
		if rt.Method != http.MethodPost || !ok || rt.Public {
			continue
		}
		if browsers[s.role] == nil {
			browsers[s.role] = w.as(s.role)
		}
		path, form := s.ready(w)
		logged, noticed := w.logged()
		browsers[s.role].do(rt.Method, path, form)
		events, notices := w.logged()
		for _, e := range events {
			if e.N <= int64(len(logged)) || e.Actor == 0 { // the program's own may concern nobody in this world
				continue
			}
			walked++
			if o, ok := known[e.Event]; !ok || o.Tells != "" && o.When == "" && notices == noticed {
				t.Errorf("%s wrote %s and told nobody; it concerns %s", name(rt), e.Event, o.Tells)
			}
		}
	}
	if walked < 10 {
		t.Errorf("the walk met %d entries of the office log only", walked)
	}
}

// logged is the office log, the newest first, and how many notices there are.
func (w *world) logged() (all []grievance.OfficeEntry, notices int) {
	w.t.Helper()
	err := w.Desk.Store.View(w.ctx(), func(tx *store.Tx) (err error) {
		if all, _, err = tx.OfficeLog(w.ctx(), store.LogFilter{}, 10_000); err != nil {
			return err
		}
		return tx.QueryRowContext(w.ctx(), `SELECT COUNT(*) FROM notices`).Scan(&notices)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all, notices
}
