package app

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nivaran/internal/demo"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// safeBuffer collects a log that several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// The database, the log and the metrics hold no password, token, code or link in clear:
// those that are planted, given by services, made by the program, typed wrongly, refused
// and replaced are all looked for, byte by byte.
func TestSecretsStandNowhere(t *testing.T) {
	w := newWorld(t, true)
	ctx := t.Context()
	log := &safeBuffer{}
	w.log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.wire()
	server, err := w.handler(true, func(string, int, time.Duration) {})
	must(t, err)
	h := httptest.NewServer(server.Handler)
	t.Cleanup(h.Close)

	secrets := map[string]string{}
	for _, name := range []string{"X_CONSUMER_SECRET", "X_CLIENT_SECRET", "X_BEARER", "FACEBOOK_APP_SECRET", "FACEBOOK_VERIFY_TOKEN"} {
		secrets[name] = w.env["NIVARAN_"+name]
	}
	keep := func(when string) {
		for what, s := range w.unsealed() {
			if len(s) >= 8 {
				secrets[what+" "+when] = s
			}
		}
	}
	keep("at first")

	// Accounts are read, refreshed, refused, connected and connected again.
	for _, s := range w.services()[:3] { // Microsoft would want the mailbox that Google has
		id, err := w.connectBy(s, "", 0)
		must(t, err)
		keep(fmt.Sprintf("of account %d connected", id))
		must(t, s.say("the pump stands still"))
		must(t, w.intake.Poll(ctx, id))
		s.revoke()
		_ = w.intake.Poll(ctx, id) // refused: the account stops
		_, err = w.connectBy(s, "", id)
		must(t, err)
		keep(fmt.Sprintf("of account %d again", id))
	}

	// An officer signs in: wrongly, rightly, with codes; another takes up an invitation.
	admin := &visitor{t: t, base: h.URL}
	secrets["wrong password"], secrets["password"] = "not-my-password-7361", demo.Password
	admin.get("/sign-in")
	admin.post("/sign-in", "email", "administrator@nivaran.example", "password", secrets["wrong password"])
	admin.post("/sign-in", "email", "administrator@nivaran.example", "password", demo.Password)
	admin.post("/sign-in/code", "code", "000000")
	id := w.stranger()
	a, err := w.auth()
	must(t, err)
	link, err := a.Invite(ctx, w.people[grievance.Administrator], id)
	must(t, err)
	token := link.URL[strings.LastIndex(link.URL, "/")+1:]
	secrets["invitation"] = token
	guest := &visitor{t: t, base: h.URL}
	guest.get("/invitation/" + token)
	secrets["chosen password"] = "lamba-raasta-hisar-tak-2026"
	_, enrol := guest.get(guest.post("/invitation/"+token, "password", secrets["chosen password"], "again", secrets["chosen password"]))
	shared := regexp.MustCompile(`secretletters[^>]*>([A-Z2-7 ]{16,})<`).FindStringSubmatch(enrol)
	if shared == nil {
		t.Fatalf("no letters for the authenticator app in %s", enrol)
	}
	secrets["authenticator's secret"] = strings.ReplaceAll(shared[1], " ", "")
	code, err := totp.GenerateCode(secrets["authenticator's secret"], time.Now())
	must(t, err)
	_, shown := guest.get(guest.post("/sign-in/enrol", "code", code))
	codes := regexp.MustCompile(`<code[^>]*>([A-Za-z0-9-]{8,})</code>`).FindAllStringSubmatch(shown, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	for i, c := range codes {
		secrets[fmt.Sprintf("recovery code %d", i)] = c[1]
	}
	base, err := url.Parse(h.URL)
	must(t, err)
	for name, v := range map[string]*visitor{"administrator": admin, "guest": guest} {
		for _, c := range v.client().Jar.Cookies(base) {
			if c.Name == "session" {
				secrets["session of the "+name] = c.Value
			}
		}
	}
	if len(secrets) < 35 {
		t.Fatalf("only %d secrets were planted", len(secrets))
	}

	places := w.everything()
	places["the log"] = []byte(log.String())
	if len(places["the log"]) < 200 {
		t.Errorf("the log says next to nothing: %s", places["the log"])
	}
	for what, s := range secrets {
		forms := []string{s, url.QueryEscape(s), strings.ReplaceAll(s, "-", "")}
		for place, b := range places {
			for _, f := range forms {
				if len(f) >= 8 && bytes.Contains(bytes.ToLower(b), bytes.ToLower([]byte(f))) {
					t.Errorf("%s stands in clear in %s", what, place)
				}
			}
		}
	}
	// The search finds what is there.
	if !bytes.Contains(bytes.Join(slices.Collect(maps.Values(places)), nil), []byte("administrator@nivaran.example")) {
		t.Error("the search looks at nothing")
	}
}

// unsealed is every secret of the database in clear.
func (w *world) unsealed() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for what, sealed := range w.allSealed() {
		plain, err := w.keys.Open(sealed, what)
		must(w.t, err)
		for _, m := range regexp.MustCompile(`"(access|refresh|token|password)":"([^"]+)"`).FindAllStringSubmatch(string(plain), -1) {
			all[what+" "+m[1]] = m[2]
		}
		if strings.HasPrefix(what, "totp:") {
			all[what] = string(plain)
		}
	}
	return all
}

// stranger is an officer with a charge and without an official ID.
func (w *world) stranger() grievance.ID {
	w.t.Helper()
	o := grievance.Officer{ID: w.store.NewID(time.Now()), Email: "guest@nivaran.example", NameEN: "Guest", Language: "en"}
	must(w.t, w.store.Tx(w.t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveOfficer(w.t.Context(), o); err != nil {
			return err
		}
		return tx.SaveCharge(w.t.Context(), grievance.Charge{ID: tx.NewID(time.Now()), OfficerID: o.ID, OfficeID: w.office.StateCell(), Role: grievance.Administrator, TitleEN: "Administrator", From: time.Now().Add(-time.Hour)})
	}))
	return o.ID
}

// everything is all that the database holds: the values of every table, and on SQLite
// the very files.
func (w *world) everything() map[string][]byte {
	w.t.Helper()
	all := map[string][]byte{}
	for table, b := range storetest.Values(w.t, w.store) {
		all["table "+table] = b
	}
	if w.env["NIVARAN_DB"] == "" {
		for _, name := range []string{"nivaran.db", "nivaran.db-wal"} {
			b, err := os.ReadFile(filepath.Join(w.cfg.Data, name))
			must(w.t, err)
			all["the file "+name] = b
		}
	}
	return all
}
