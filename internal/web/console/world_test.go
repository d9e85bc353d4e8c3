package console

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"gocloud.dev/blob/memblob"

	"nivaran/internal/auth"
	"nivaran/internal/connector"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/learning"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
	"nivaran/internal/web"
)

const password = "a long way to Hisar"

// world is the console over an empty store with Haryana's offices, one officer per role
// and three official accounts.
type world struct {
	*Console
	t       testing.TB
	address string // of the database
	server  *httptest.Server
	shared  string // of every officer's authenticator app
	who     map[grievance.Role]auth.Who
	x       grievance.OfficialAccount
	page    grievance.OfficialAccount
	mail    grievance.OfficialAccount
	posts   int
	// service stands for Facebook; refuse is what trying a mailbox ends in.
	service *consents
	refuse  error
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx := t.Context()
	address := storetest.Address(t)
	s := storetest.Open(t, address, false)
	if err := office.Seed(ctx, s); err != nil {
		t.Fatal(err)
	}
	dir, err := office.Load(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.New(grievance.India)
	if err != nil {
		t.Fatal(err)
	}
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { bucket.Close() })
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	d := &desk.Desk{
		Store: s, Office: dir, Files: bucket, Now: time.Now, Log: log, Limits: grievance.DefaultLimits, PublicURL: "http://nivaran.example",
		AckMaxAge: 24 * time.Hour, AckLimit: 5,
		MessageID: func(number string, n int, domain string) string { return fmt.Sprintf("<%s.%d@%s>", number, n, domain) },
	}
	d.Reads = desk.NewReads(s, time.Now, log)
	a, err := auth.New(auth.Options{Store: s, Office: dir, Keys: keys, Now: time.Now, Log: log, PublicURL: "http://localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := web.New(web.Options{Auth: a, Texts: texts, Log: log, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{address: address, Console: &Console{Web: srv, Auth: a, Desk: d, Office: dir, Org: &office.Organisation{Store: s, Directory: dir, Now: time.Now}, Roles: &office.Roles{Store: s, Office: dir, Now: time.Now}, Now: time.Now, Log: log}, t: t, shared: auth.NewSharedSecret(), who: map[grievance.Role]auth.Who{}}
	models, err := learning.NewModels(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	w.Learning = &learning.Learning{Store: s, Desk: d, Office: dir, Models: models, Now: time.Now, Log: log}
	w.service = &consents{}
	w.Accounts = &office.Accounts{Store: s, Office: dir, Keys: keys, Authorizers: map[office.Service]connector.Authorizer{office.Facebook: w.service}, BaseURL: "http://nivaran.example",
		Try:  func(context.Context, grievance.OfficialAccount, connector.Secret) error { return w.refuse },
		Pace: func(grievance.Channel) time.Duration { return time.Minute }, Now: time.Now, Log: log}
	w.people(keys)
	w.accounts()
	handler, err := srv.Handler(w.Routes())
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(handler)
	t.Cleanup(w.server.Close)
	return w
}

// people adds an officer for each role, in the office where the role belongs. The
// district is Hisar, the department that of water.
func (w *world) people(keys *secret.Keys) {
	w.t.Helper()
	hisar, water := w.Office.DistrictByName("Hisar"), w.department("Public Health")
	fieldOffice := w.Office.Route(office.Question{DepartmentID: water, DistrictID: hisar, At: time.Now()}).OfficeID
	district := w.officeOf(grievance.Administration, 0, hisar)
	head := w.officeOf(grievance.Headquarters, water, 0)
	cell := w.Office.StateCell()
	at := map[grievance.Role]int{
		grievance.Administrator: cell, grievance.StateNodal: cell, grievance.Clerk: cell, grievance.Auditor: cell, grievance.Approver: cell,
		grievance.DistrictNodal: district, grievance.DepartmentNodal: head, grievance.FieldOfficer: fieldOffice,
	}
	for _, role := range grievance.Roles {
		w.officer(keys, role, at[role], cmp.Or(string(role))+"@nivaran.example")
	}
}

func (w *world) department(name string) int {
	w.t.Helper()
	for _, d := range w.Office.Departments() {
		if strings.Contains(d.NameEN, name) && d.ParentID == 0 {
			return d.ID
		}
	}
	w.t.Fatalf("no department %q", name)
	return 0
}

func (w *world) officeOf(tier grievance.Tier, department, district int) int {
	w.t.Helper()
	for _, o := range w.Office.Offices(time.Now()) {
		if o.Tier == tier && o.DepartmentID == department && o.DistrictID == district {
			return o.ID
		}
	}
	w.t.Fatalf("no office of tier %s for %d, %d", tier, department, district)
	return 0
}

func (w *world) officer(keys *secret.Keys, role grievance.Role, officeID int, email string) {
	w.t.Helper()
	now := time.Now()
	s := w.Desk.Store
	o := grievance.Officer{ID: s.NewID(now), Email: email, NameEN: "Officer " + string(role), NameHI: "अधिकारी " + string(role), Language: "en", Keys: true}
	ch := grievance.Charge{ID: s.NewID(now), OfficerID: o.ID, OfficeID: officeID, Role: role, TitleEN: "Title of " + string(role), TitleHI: "पद " + string(role), From: now.Add(-time.Hour), Duty: role == grievance.Clerk}
	cred, err := auth.Credentials(keys, o.ID, password, w.shared)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := w.t.Context()
	w.tx(func(tx *store.Tx) error {
		if err := tx.SaveOfficer(ctx, o); err != nil {
			return err
		}
		if err := tx.SaveCharge(ctx, ch); err != nil {
			return err
		}
		return tx.SaveCredentials(ctx, o.ID, cred)
	})
	of, _ := w.Office.Office(officeID)
	w.who[role] = auth.Who{Officer: o, Charge: ch, Office: of, Actor: w.acting(ch)}
}

// acting is the actor of a charge, of a custom role too.
func (w *world) acting(c grievance.Charge) grievance.Actor {
	w.t.Helper()
	by, ok := w.Office.Actor(c)
	if !ok {
		w.t.Fatalf("no office or role of charge %+v", c)
	}
	return by
}

func (w *world) accounts() {
	w.t.Helper()
	ctx, cell := w.t.Context(), w.Office.StateCell()
	w.x = grievance.OfficialAccount{Channel: grievance.X, Name: "State cell on X", Handle: "@NivaranHR", ExternalID: "1000", OfficeID: cell, CanSend: true, Acknowledge: true, ConnectedAt: time.Now()}
	w.page = grievance.OfficialAccount{Channel: grievance.Facebook, Name: "Nivaran Haryana", Handle: "Nivaran Haryana", ExternalID: "2000", OfficeID: cell, CanSend: true, ConnectedAt: time.Now()}
	w.mail = grievance.OfficialAccount{Channel: grievance.Email, Name: "Mailbox", Handle: "grievance@nivaran.example", ExternalID: "grievance@nivaran.example", OfficeID: cell, CanSend: true, ConnectedAt: time.Now()}
	w.tx(func(tx *store.Tx) (err error) {
		for _, a := range []*grievance.OfficialAccount{&w.x, &w.page, &w.mail} {
			if a.ID, err = tx.AddAccount(ctx, *a); err != nil {
				return err
			}
			for _, r := range []grievance.Role{grievance.DistrictNodal, grievance.DepartmentNodal, grievance.FieldOfficer} {
				if err := tx.SetAccountRight(ctx, grievance.AccountRight{AccountID: a.ID, Role: r, Level: grievance.PublishRight}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (w *world) tx(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Desk.Store.Tx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// post stores a citizen's post at the account and lets the plain sorter read it.
func (w *world) post(a grievance.OfficialAccount, author, text string) grievance.ID {
	w.t.Helper()
	w.posts++
	id := fmt.Sprint(5_000_000 + w.posts)
	p := grievance.Post{
		Channel: a.Channel, ExternalID: id, DedupKey: id, ThreadID: id, Form: grievance.Mention, Public: true, Text: text, FullText: text,
		Author:   grievance.Author{ExternalID: "author of " + author, Handle: strings.ToLower(strings.ReplaceAll(author, " ", "_")), Name: author},
		PostedAt: time.Now().Add(-10 * time.Minute), Mentions: []string{a.ExternalID}, Direction: grievance.In, URL: "https://x.example/" + id,
	}
	switch a.Channel {
	case grievance.Facebook:
		p.Form = grievance.Comment
	case grievance.Email:
		p.Form, p.Public, p.Title = grievance.Mail, false, "Letter"
		p.Mail = &grievance.MailFacts{MessageID: "<" + id + "@citizen.example>", From: p.Author.Handle + "@citizen.example", DMARCPass: true}
		p.Author.ExternalID = p.Mail.From
	}
	ctx := w.t.Context()
	var stored grievance.ID
	w.tx(func(tx *store.Tx) error {
		r, err := tx.StorePosts(ctx, a.ID, []store.Incoming{{What: "new", Post: p}}, time.Now().Add(-9*time.Minute))
		if err != nil {
			return err
		}
		stored = r[0].ID
		sp, err := tx.Post(ctx, stored)
		if err != nil {
			return err
		}
		e, err := engine()
		if err != nil {
			return err
		}
		sp.Verdict = e.Sort(sorting.Input{Title: p.Title, Text: text})
		sp.Sorted, sp.Urgency = grievance.SortAsk, sp.Verdict.Urgency
		return tx.SaveSorting(ctx, sp, "", time.Now().Add(time.Hour))
	})
	return stored
}

var engine = sync.OnceValues(sorting.New)

// open makes a case of a new post about water in Hisar.
func (w *world) open(a grievance.OfficialAccount, author string) *grievance.Case {
	w.t.Helper()
	return w.openIn(w.post(a, author, "हिसार के वार्ड 9 में 4 दिन से पानी नहीं आ रहा, टैंकर भी नहीं भेजा। बच्चे स्कूल बिना नहाए जा रहे हैं"))
}

func (w *world) openIn(post grievance.ID) *grievance.Case {
	w.t.Helper()
	opened, err := w.Desk.Open(w.t.Context(), w.who[grievance.Clerk].Actor, []desk.OpenRequest{{PostID: post, DepartmentID: w.department("Public Health"), DistrictID: w.Office.DistrictByName("Hisar"), Kind: grievance.Grievance}})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(opened[0].CaseID)
}

func (w *world) read(id grievance.ID) *grievance.Case {
	w.t.Helper()
	v, err := w.Desk.Case(w.t.Context(), w.who[grievance.StateNodal].Actor, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Case
}

// assigned is a case that the field officer has.
func (w *world) assigned(a grievance.OfficialAccount, author string) *grievance.Case {
	w.t.Helper()
	c := w.open(a, author)
	if err := w.Desk.Assign(w.t.Context(), w.who[grievance.DistrictNodal].Actor, c.ID, w.who[grievance.FieldOfficer].Officer.ID); err != nil {
		w.t.Fatal(err)
	}
	return w.read(c.ID)
}

// browser is a visitor with cookies; it follows no redirects by itself.
type browser struct {
	w    *world
	http *http.Client
}

func (w *world) browser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &browser{w: w, http: &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	status   int
	location string
	body     string
	header   http.Header
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.w.t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.server.URL+path, body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.send(r)
}

func (b *browser) send(r *http.Request) answer {
	b.w.t.Helper()
	resp, err := b.http.Do(r)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("Location"), string(text), resp.Header}
}

func (b *browser) get(path string) answer { b.w.t.Helper(); return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, form url.Values) answer {
	b.w.t.Helper()
	return b.do(http.MethodPost, path, form)
}

// as signs a browser in for the role, over the pages.
func (w *world) as(role grievance.Role) *browser {
	w.t.Helper()
	b := w.browser()
	email := w.who[role].Officer.Email
	if a := b.post("/sign-in", url.Values{"email": {email}, "password": {password}}); a.location != "/sign-in/code" {
		w.t.Fatalf("password of %s: %d, to %q", role, a.status, a.location)
	}
	// Each code works once: a second browser of the same officer starts the count anew.
	w.tx(func(tx *store.Tx) error {
		_, cred, err := tx.OfficerByEmail(w.t.Context(), email)
		if err != nil {
			return err
		}
		cred.TOTPLast = 0
		return tx.SaveCredentials(w.t.Context(), w.who[role].Officer.ID, cred)
	})
	code, err := totp.GenerateCode(w.shared, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if a := b.post("/sign-in/code", url.Values{"code": {code}}); a.status != http.StatusSeeOther || a.location != "/" {
		w.t.Fatalf("code of %s: %d, to %q", role, a.status, a.location)
	}
	return b
}

// actor is the role as the desk knows it.
func (w *world) actor(role grievance.Role) grievance.Actor { return w.who[role].Actor }

func (w *world) ctx() context.Context { return w.t.Context() }
