package console

import (
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
)

// One case goes its way over the pages: sorted, assigned, accepted, reported with a
// photograph, not approved by its author, approved by another.
func TestJourney(t *testing.T) {
	w := newWorld(t)
	post := w.post(w.x, "Suresh Yadav", "हिसार के वार्ड 9 में 4 दिन से पानी नहीं आ रहा, पीने का पानी नहीं")
	clerk, district, field := w.as(grievance.Clerk), w.as(grievance.DistrictNodal), w.as(grievance.FieldOfficer)

	page := clerk.get("/sorting")
	if !strings.Contains(page.body, "Suresh Yadav") || !strings.Contains(page.body, "<mark>") {
		t.Fatalf("the desk does not show the post with its marked words:\n%s", excerpt(page.body))
	}
	a := clerk.post("/sorting/"+post.String()+"/open", url.Values{"candidate": {"0"}, "kind": {"grievance"}, "urgency": {"urgent"}, "district": {itoa(w.Office.DistrictByName("Hisar"))}})
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location, "/sorting?opened=GRV-") {
		t.Fatalf("open: %d to %q\n%s", a.status, a.location, excerpt(a.body))
	}
	if after := clerk.get(a.location); !strings.Contains(after.body, "Nothing waits") || !strings.Contains(after.body, "Opened and routed: GRV-") {
		t.Errorf("after the last post: %s", excerpt(after.body))
	}
	id, err := w.Desk.CaseNumbered(w.ctx(), w.actor(grievance.StateNodal), strings.TrimPrefix(a.location, "/sorting?opened="))
	if err != nil {
		t.Fatal(err)
	}
	at := "/cases/" + id.String()
	if a := district.post(at+"/assign", url.Values{"officer": {w.actor(grievance.FieldOfficer).ID.String()}}); a.location != at {
		t.Fatalf("assign: %d to %q\n%s", a.status, a.location, excerpt(a.body))
	}
	if a := field.get("/field"); !strings.Contains(a.body, "/field/"+id.String()) {
		t.Fatalf("the field officer does not see the case:\n%s", excerpt(a.body))
	}
	if a := field.post(at+"/accept", url.Values{"back": {"/field/" + id.String()}}); a.location != "/field/"+id.String() {
		t.Fatalf("accept: %d to %q", a.status, a.location)
	}
	if a := field.report(at+"/report", "too short"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "too short") || !strings.Contains(a.body, "errsum") {
		t.Errorf("a short report: %d, shown again: %v", a.status, strings.Contains(a.body, "too short"))
	}
	if a := field.report(at+"/report", "The burnt motor was replaced; water runs since 9 pm."); a.status != http.StatusSeeOther {
		t.Fatalf("report: %d\n%s", a.status, excerpt(a.body))
	}
	shown := district.get(at)
	if !strings.Contains(shown.body, "The burnt motor was replaced") || !strings.Contains(shown.body, "/files/") || !strings.Contains(shown.body, "Approve and answer") {
		t.Fatalf("the reviewer lacks report, photograph or button:\n%s", excerpt(shown.body))
	}
	if a := district.post(at+"/approve", url.Values{"version": {"7"}}); a.status != http.StatusConflict {
		t.Errorf("approving a version that nobody read: %d", a.status)
	}
	if a := district.post(at+"/approve", url.Values{"version": {"1"}}); a.location != at {
		t.Fatalf("approve: %d\n%s", a.status, excerpt(a.body))
	}
	if a := district.post(at+"/approve", url.Values{"version": {"1"}}); a.status != http.StatusConflict {
		t.Errorf("approving twice: %d", a.status)
	}
	if a := district.get(at); !strings.Contains(a.body, "Goes out soon") {
		t.Errorf("the queued answer is not in the conversation:\n%s", excerpt(a.body))
	}
}

// report files a report with a photograph, as the form of the page does.
func (b *browser) report(path, text string) answer {
	b.w.t.Helper()
	var body, picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		b.w.t.Fatal(err)
	}
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"text": text, "done_at": "2026-01-05", "done_time": "21:00", "done_by": "A. B.", "place": "Ward 9"} {
		if err := form.WriteField(name, value); err != nil {
			b.w.t.Fatal(err)
		}
	}
	f, err := form.CreateFormFile("files", "pump.jpg")
	if err != nil {
		b.w.t.Fatal(err)
	}
	if _, err := f.Write(picture.Bytes()); err != nil {
		b.w.t.Fatal(err)
	}
	form.Close()
	r, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodPost, b.w.server.URL+path, &body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.send(r)
}

// Whoever wrote the report is told why another approves it.
func TestOwnReport(t *testing.T) {
	w := newWorld(t)
	c := w.open(w.x, "Suresh Yadav")
	district := w.as(grievance.DistrictNodal)
	at := "/cases/" + c.ID.String()
	if a := district.report(at+"/report", "The burnt motor was replaced; water runs since 9 pm."); a.status != http.StatusSeeOther {
		t.Fatalf("report: %d\n%s", a.status, excerpt(a.body))
	}
	if a := district.get(at); !strings.Contains(a.body, "You wrote this report") || strings.Contains(a.body, at+"/approve") {
		t.Errorf("the author's page:\n%s", excerpt(a.body))
	}
	if a := district.post(at+"/approve", url.Values{"version": {"1"}}); a.status != http.StatusForbidden {
		t.Errorf("approving the own report: %d", a.status)
	}
}

// A telephone number is not published before somebody says that it is the office's.
func TestPersonalDataAsksFirst(t *testing.T) {
	w := newWorld(t)
	c := w.open(w.x, "Suresh Yadav")
	district := w.as(grievance.DistrictNodal)
	at := "/cases/" + c.ID.String()
	form := url.Values{"mode": {"public"}, "complainant": {w.complainant(c).String()}, "text": {"Please call 98765 43210 today."}}
	a := district.post(at+"/reply", form)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "98765 43210") || strings.Contains(a.body, `<div class="warn" hidden`) {
		t.Errorf("a telephone number in public: %d\n%s", a.status, excerpt(a.body))
	}
	form.Set("personal", "ok")
	if a := district.post(at+"/reply", form); a.location != at {
		t.Errorf("the office's own number: %d\n%s", a.status, excerpt(a.body))
	}
	long := url.Values{"mode": {"public"}, "complainant": form["complainant"], "text": {strings.Repeat("क", 281)}}
	// The state cell speaks for itself; under a district's words stands its name.
	if a := w.as(grievance.StateNodal).post(at+"/reply", long); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Too long by 1 letter") {
		t.Errorf("281 letters on X: %d", a.status)
	}
}

func TestPersonal(t *testing.T) {
	for text, want := range map[string]bool{
		"call 9876543210": true, "98765-43210": true, "९८७६५ ४३२१०": true, "01663-000100": true, "1234 5678 9012": true, "ABCDE1234F": true, "a.b@c.in": true,
		"GRV-2026-0042117": false, "ward 9, sector 14": false, "23.11.2026, 9:40": false, "₹1,48,000": false, "@NivaranHR": false, "call 1912": false,
	} {
		if got := personal.MatchString(text); got != want {
			t.Errorf("%q looks personal: %v, want %v", text, got, want)
		}
	}
}

func TestSignInPages(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	email := w.who[grievance.Clerk].Officer.Email
	if a := b.get("/cases?state=closed"); a.location != "/sign-in?next="+url.QueryEscape("/cases?state=closed") {
		t.Errorf("a stranger is led to %q", a.location)
	}
	for i := range 5 {
		a := b.post("/sign-in", url.Values{"email": {email}, "password": {"wrong"}})
		want := http.StatusUnprocessableEntity
		if i == 4 {
			want = http.StatusTooManyRequests
		}
		if a.status != want || !strings.Contains(a.body, email) {
			t.Errorf("wrong password, try %d: %d", i+1, a.status)
		}
	}
	if a := b.post("/sign-in", url.Values{"email": {email}, "password": {password}}); a.status != http.StatusTooManyRequests || !strings.Contains(a.body, "Wait 1") {
		t.Errorf("the right password after five wrong ones: %d", a.status)
	}
	other := w.browser()
	email = w.who[grievance.StateNodal].Officer.Email
	if a := other.post("/sign-in", url.Values{"email": {email}, "password": {password}, "next": {"//evil.example/x"}}); a.location != "/sign-in/code" {
		t.Errorf("a foreign next leads to %q", a.location)
	}
	if a := other.post("/sign-in/code", url.Values{"code": {"12 34"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "not right") {
		t.Errorf("wrong code: %d", a.status)
	}
	if a := other.get("/inbox"); a.status != http.StatusSeeOther {
		t.Errorf("a page without the code: %d", a.status)
	}
}

// The keyboard's road through the desk: later, not a grievance, undo, danger, join.
func TestSortingDesk(t *testing.T) {
	w := newWorld(t)
	first := w.post(w.x, "Rakesh Goyal", "हिसार सेक्टर 14 में 3 दिन से बिजली नहीं है")
	second := w.post(w.page, "Pooja Malik", "Sector 5 Hisar mein street light band hai")
	clerk := w.as(grievance.Clerk)
	page := clerk.get("/sorting/" + first.String())
	for _, key := range []string{`data-key="Enter"`, `data-key="1"`, `data-key="l"`, `data-key="d"`, `data-key="n t"`, `data-key="n c"`, `data-key="]"`} {
		if !strings.Contains(page.body, key) {
			t.Errorf("the desk has no %s", key)
		}
	}
	if !strings.Contains(page.body, `name="next" value="`+second.String()) {
		t.Error("the desk does not remember which post comes next")
	}
	a := clerk.post("/sorting/"+first.String()+"/keep", url.Values{"reason": {"news"}, "next": {second.String()}})
	if a.location != "/sorting/"+second.String()+"?kept="+first.String() {
		t.Fatalf("keep leads to %q", a.location)
	}
	if a := clerk.get(a.location); !strings.Contains(a.body, "/sorting/"+first.String()+"/undo") {
		t.Error("keeping cannot be undone from the next page")
	}
	if a := clerk.post("/sorting/"+first.String()+"/keep", url.Values{"reason": {"because"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a reason that is none: %d", a.status)
	}
	if a := clerk.post("/sorting/"+first.String()+"/undo", nil); a.location != "/sorting/"+first.String()+"?undone" {
		t.Errorf("undo leads to %q", a.location)
	}
	if a := clerk.post("/sorting/"+first.String()+"/danger", nil); a.location != "/sorting/"+first.String()+"?danger" {
		t.Errorf("danger leads to %q", a.location)
	}
	c := w.open(w.x, "Suresh Yadav")
	if a := clerk.post("/sorting/"+second.String()+"/join", url.Values{"number": {strings.ToLower(c.Number)}}); a.location != "/sorting?joined" {
		t.Errorf("join by number: %d to %q\n%s", a.status, a.location, excerpt(a.body))
	}
	if got := w.read(c.ID).Complained; got != 2 {
		t.Errorf("complainants = %d, want 2", got)
	}
	// the same request twice has the effect of one
	for range 2 {
		if a := clerk.post("/sorting/"+first.String()+"/open", url.Values{"candidate": {"0"}}); a.status != http.StatusSeeOther {
			t.Errorf("open: %d", a.status)
		}
	}
}

// Of what is probably no grievance none of the readings is chosen beforehand: Enter opens
// nothing and says what to press, a reading that is chosen opens.
func TestEnterOpensNoGreeting(t *testing.T) {
	w := newWorld(t)
	at := "/sorting/" + w.post(w.x, "Ravi", "Good morning friends, have a nice day! Happy Diwali to all").String()
	clerk := w.as(grievance.Clerk)
	if page := clerk.get(at); !strings.Contains(page.body, "Probably no grievance") || strings.Contains(page.body, `name="candidate" value="0" checked`) {
		t.Fatalf("a greeting: %s", excerpt(page.body))
	}
	a := clerk.post(at+"/open", url.Values{"kind": {"grievance"}, "urgency": {"ordinary"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Nothing was opened") || a.header.Get("HX-Push-Url") != "false" {
		t.Fatalf("Enter: %d\n%s", a.status, excerpt(a.body))
	}
	if a := clerk.post(at+"/open", url.Values{"candidate": {"other"}, "kind": {"grievance"}, "urgency": {"ordinary"}}); a.status != http.StatusSeeOther {
		t.Errorf("chosen: %d\n%s", a.status, excerpt(a.body))
	}
}
