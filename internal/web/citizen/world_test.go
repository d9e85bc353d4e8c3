package citizen

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/secret"
	"nivaran/internal/store"
	"nivaran/internal/web"
)

// world is the public pages over a real desk.
type world struct {
	*desktest.World
	t      *testing.T
	server *httptest.Server
	log    *bytes.Buffer // of the web server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: desktest.New(t), t: t, log: &bytes.Buffer{}}
	keys, err := secret.New()
	w.Must(err)
	texts, err := i18n.New(grievance.India)
	w.Must(err)
	log := slog.New(slog.NewTextHandler(w.log, nil))
	a, err := auth.New(auth.Options{Store: w.Desk.Store, Office: w.Desk.Office, Keys: keys, Now: w.Desk.Now, Log: log})
	w.Must(err)
	s, err := web.New(web.Options{Auth: a, Texts: texts, Log: log, Now: w.Desk.Now})
	w.Must(err)
	h, err := s.Handler((&Citizen{Web: s, Desk: w.Desk}).Routes())
	w.Must(err)
	w.server = httptest.NewServer(h)
	t.Cleanup(w.server.Close)
	return w
}

// link is a secret link of the case's author, valid for a day.
func (w *world) link(id grievance.ID, author string) string {
	w.t.Helper()
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	v, err := w.Desk.Case(w.t.Context(), w.State, id)
	w.Must(err)
	for _, k := range v.Complainants {
		if k.Author.Name == author {
			w.Must(w.Desk.Store.Tx(w.t.Context(), func(tx *store.Tx) error {
				return tx.SaveLink(w.t.Context(), store.Link{Hash: hash[:], CaseID: id, ComplainantID: k.ID, ExpiresAt: w.Clock.Add(24 * time.Hour)})
			}))
			return "/c/" + token
		}
	}
	w.t.Fatalf("%s has not complained in %s", author, v.Case.Number)
	return ""
}

// photographed brings a new case to an answer with a photograph and a document.
func (w *world) photographed(author string) grievance.ID {
	w.t.Helper()
	ctx := w.t.Context()
	id := w.Open(author)
	w.Must(w.Desk.Assign(ctx, w.Magistrate, id, w.Field.ID))
	w.Must(w.Desk.Accept(ctx, w.Field, id))
	var picture bytes.Buffer
	w.Must(png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 6))))
	w.Must(w.Desk.Report(ctx, w.Field, id, desk.ReportRequest{Text: report, DoneAt: w.Clock.Add(-time.Minute), DoneBy: "Engineer",
		Files: []desk.Upload{{Name: "pump.png", Data: picture.Bytes()}, {Name: "order.pdf", Data: []byte("%PDF-1.4\nan order\n%%EOF\n")}}}))
	w.Must(w.Desk.Approve(ctx, w.Magistrate, id, 1))
	w.Deliver(id)
	return id
}

const report = "बूस्टर पंप की मोटर बदल दी गई है।\nपानी चालू है <पूरे दबाव से>।"

// visitor is a browser with cookies; it follows no redirects by itself.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
}

func (w *world) visitor() *visitor {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	w.Must(err)
	return &visitor{t: w.t, base: w.server.URL, http: &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
}

func (b *visitor) do(method, path string, form url.Values, header ...string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(body), resp.Header}
}

func (b *visitor) get(path string, header ...string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, nil, header...)
}

// post sends a form and expects to be led to a page.
func (b *visitor) post(path, to string, form url.Values) {
	b.t.Helper()
	if a := b.do(http.MethodPost, path, form); a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		b.t.Fatalf("POST %s: %d, to %q; want to %q", path, a.status, a.header.Get("Location"), to)
	}
}

// holds expects the page to hold each text, and none of those after a "-".
func (a answer) holds(t *testing.T, name string, texts ...string) {
	t.Helper()
	for _, want := range texts {
		not, absent := strings.CutPrefix(want, "-")
		if strings.Contains(a.body, not) == absent {
			t.Errorf("%s: %q, want absent=%v, in\n%s", name, not, absent, a.body)
		}
	}
}

func feedback(f grievance.Feedback, words string) url.Values {
	return url.Values{"feedback": {string(f)}, "words": {words}}
}
