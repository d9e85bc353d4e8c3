package notice

import (
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// What is urgent goes out at once in the officer's language, with number and link and
// nothing else, and once.
func TestUrgent(t *testing.T) {
	w := newWorld(t)
	o := w.officer("duty", "hi", grievance.MailChoices{Cases: grievance.MailDaily})
	w.tell(o, "notice.danger", "GRV-2026-0000017")
	got := w.round()
	if len(got) != 1 || got[0].To != o.Email || got[0].Subject != "निवारण: जान का खतरा: तुरंत देखें" {
		t.Fatalf("mails = %+v", got)
	}
	for _, want := range []string{"GRV-2026-0000017", "https://nivaran.example/notices/", "https://nivaran.example/settings", "जान का खतरा"} {
		if !strings.Contains(got[0].Text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, got[0].Text)
		}
	}
	if again := w.round(); len(again) != 0 {
		t.Errorf("the next round sent %+v", again)
	}
}

func TestChoices(t *testing.T) {
	tests := []struct {
		name    string
		choices grievance.MailChoices
		kind    string
		now     int // mails of the first round
		daily   int // and at nine
	}{
		{"a case, as usual", grievance.MailChoices{}, "notice.case_yours", 0, 1},
		{"a case, at once", grievance.MailChoices{Cases: grievance.MailAtOnce}, "notice.case_yours", 1, 0},
		{"a case, never", grievance.MailChoices{Cases: grievance.MailNever}, "notice.case_yours", 0, 0},
		{"danger, daily", grievance.MailChoices{Cases: grievance.MailDaily}, "notice.danger", 1, 0},
		{"danger, never", grievance.MailChoices{Cases: grievance.MailNever}, "notice.danger", 0, 0},
		{"an approval is no case", grievance.MailChoices{Cases: grievance.MailAtOnce}, "notice.report_filed", 0, 1},
		{"own ID, daily", grievance.MailChoices{Own: grievance.MailDaily}, "notice.provider_linked", 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o := w.officer("o", "en", tt.choices)
			w.tell(o, tt.kind, "GRV-2026-0000017")
			if got := w.round(); len(got) != tt.now {
				t.Errorf("at once: %+v, want %d", got, tt.now)
			}
			w.now = monday.Add(61 * time.Minute)
			if got := w.round(); len(got) != tt.daily {
				t.Errorf("at nine: %+v, want %d", got, tt.daily)
			}
		})
	}
}

// The daily mail goes once a working day after its minute, with what is still unread.
func TestDigest(t *testing.T) {
	w := newWorld(t)
	o := w.officer("o", "en", grievance.MailChoices{})
	w.tell(o, "notice.case_yours", "GRV-2026-0000017")
	w.tell(o, "notice.warned", "GRV-2026-0000025")
	w.now = monday.Add(59 * time.Minute)
	if got := w.round(); len(got) != 0 {
		t.Fatalf("before nine: %+v", got)
	}
	w.tx(func(tx *store.Tx) error {
		all, err := tx.Notices(t.Context(), grievance.Scope{Viewer: o.ID}, 10)
		if err != nil {
			return err
		}
		return tx.ReadNotices(t.Context(), o.ID, all[len(all)-1].ID, w.now)
	})
	w.now = monday.Add(time.Hour)
	got := w.round()
	if len(got) != 1 || got[0].Subject != "Nivaran, Mon 5 Jan: 1 notice" || strings.Contains(got[0].Text, "GRV-2026-0000017") || !strings.Contains(got[0].Text, "GRV-2026-0000025") {
		t.Fatalf("at nine: %+v", got)
	}
	w.tell(o, "notice.late", "GRV-2026-0000025")
	w.now = monday.Add(9 * time.Hour)
	if got := w.round(); len(got) != 0 {
		t.Errorf("a second one on the day: %+v", got)
	}
	w.now = monday.Add(26 * time.Hour) // Tuesday is a holiday
	if got := w.round(); len(got) != 0 {
		t.Errorf("on a holiday: %+v", got)
	}
	w.now = monday.Add(50 * time.Hour)
	if got := w.round(); len(got) != 1 {
		t.Errorf("on the next working day: %+v", got)
	}
}

// Whoever is complained of hears nothing; a suspended officer hears of the own ID only.
func TestWhoIsNotTold(t *testing.T) {
	w := newWorld(t)
	at := grievance.MailChoices{Cases: grievance.MailAtOnce}
	accused, superior, gone := w.officer("accused", "en", at), w.officer("superior", "en", at), w.officer("gone", "en", at)
	charge := grievance.Charge{ID: w.Store.NewID(w.now), OfficerID: superior.ID, OfficeID: 2, Role: grievance.DistrictNodal, From: w.now.Add(-time.Hour)}
	w.tx(func(tx *store.Tx) error { return tx.SaveCharge(t.Context(), charge) })
	one, two := w.tell(accused, "notice.case_yours", "GRV-2026-0000017"), w.tell(superior, "notice.case_assigned", "GRV-2026-0000025")
	w.tell(gone, "notice.case_yours", "GRV-2026-0000033")
	w.tell(gone, "notice.provider_unlinked", "")
	w.tx(func(tx *store.Tx) error {
		if err := tx.Suspend(t.Context(), gone.ID, w.now); err != nil {
			return err
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO case_exclusions (case_id, officer_id, office_id) VALUES ($1, $2, 0), ($3, 0, 2)`, one.CaseID, accused.ID, two.CaseID)
		return err
	})
	got := w.round()
	if len(got) != 1 || got[0].To != gone.Email || strings.Contains(got[0].Text, "GRV-") {
		t.Errorf("mails = %+v", got)
	}
}

// A server that is down loses nothing; what could not go within a day stays unsent.
func TestServerDown(t *testing.T) {
	w := newWorld(t)
	o := w.officer("o", "en", grievance.MailChoices{Cases: grievance.MailAtOnce})
	up := w.Server
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.Server.Port = ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil { // nobody listens there now
		t.Fatal(err)
	}
	w.tell(o, "notice.case_yours", "GRV-2026-0000017")
	w.round()
	if got := w.states(); got[store.MailQueued] != 1 {
		t.Fatalf("states = %v", got)
	}
	w.Server = up
	if got := w.round(); len(got) != 0 {
		t.Errorf("before its time: %+v", got)
	}
	w.now = w.now.Add(2 * time.Minute)
	if got := w.round(); len(got) != 1 {
		t.Errorf("after the wait: %+v", got)
	}
	w.Server.Port = ln.Addr().(*net.TCPAddr).Port
	w.tell(o, "notice.case_yours", "GRV-2026-0000025")
	for range 30 {
		w.round()
		w.now = w.now.Add(time.Hour)
	}
	w.Server = up
	if got, st := w.round(), w.states(); len(got) != 0 || st[store.MailRefused] != 1 {
		t.Errorf("a day later: %+v, %v", got, st)
	}
}

// One address that the server does not know holds up nobody else.
func TestRefusedAddress(t *testing.T) {
	w := newWorld(t)
	w.server.set(func(s *server) { s.refuse = "b@office.example" })
	for _, name := range []string{"a", "b", "c"} {
		w.tell(w.officer(name, "en", grievance.MailChoices{Cases: grievance.MailAtOnce}), "notice.case_yours", "GRV-2026-0000017")
	}
	if got, st := w.round(), w.states(); len(got) != 2 || st[store.MailSent] != 2 || st[store.MailRefused] != 1 {
		t.Errorf("mails = %+v, %v", got, st)
	}
}

// A server that takes the words and vanishes leaves a doubt: an ordinary mail is not sent
// again, an urgent one once more under the same Message-ID, so that a reader's program may
// tell the copy.
func TestDoubt(t *testing.T) {
	w := newWorld(t)
	o := w.officer("o", "en", grievance.MailChoices{Cases: grievance.MailAtOnce})
	w.server.set(func(s *server) { s.vanish = true })
	w.tell(o, "notice.case_yours", "GRV-2026-0000017")
	w.round()
	w.tell(o, "notice.danger", "GRV-2026-0000025")
	first := w.round()
	ids := map[string]int{}
	for range 5 {
		w.now = w.now.Add(time.Hour)
		for _, l := range w.round() {
			ids[l.ID]++
		}
	}
	if len(first) != 1 || len(ids) != 1 || ids[first[0].ID] != 1 {
		t.Errorf("first %+v, then %v", first, ids)
	}
	if st := w.states(); st[store.MailDoubtful] != 2 {
		t.Errorf("states = %v", st)
	}
}

// A worker that is killed before the server has the words sends nothing twice; killed
// after, the mail is in doubt like any other.
func TestKilledWorker(t *testing.T) {
	for _, tt := range []struct {
		name   string
		handed bool
		kind   string
		mails  int
	}{{"before", false, "notice.case_yours", 1}, {"after", true, "notice.case_yours", 0}, {"after, urgent", true, "notice.danger", 1}} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			o := w.officer("o", "en", grievance.MailChoices{Cases: grievance.MailAtOnce})
			w.tell(o, tt.kind, "GRV-2026-0000017")
			if err := w.Mailer.tell(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.tx(func(tx *store.Tx) error {
				ids, err := tx.MailsDue(t.Context(), w.now, 10)
				if err != nil || len(ids) != 1 {
					return errors.Join(err, errors.New("want one mail"))
				}
				mail, err := tx.LeaseMail(t.Context(), ids[0], w.now, w.now.Add(15*time.Second))
				if err != nil || !tt.handed {
					return err
				}
				return tx.HandMail(t.Context(), mail)
			})
			if got := w.round(); len(got) != 0 {
				t.Errorf("while another holds it: %+v", got)
			}
			w.now = w.now.Add(time.Minute)
			if got := w.round(); len(got) != tt.mails {
				t.Errorf("after its lease: %+v, want %d", got, tt.mails)
			}
			w.now = w.now.Add(time.Hour)
			if got := w.round(); len(got) != 0 {
				t.Errorf("later: %+v", got)
			}
		})
	}
}

// Several processes in the same round make and send each mail once.
func TestTogether(t *testing.T) {
	w := newWorld(t)
	for _, name := range strings.Split("abcdefghij", "") {
		w.tell(w.officer(name, "en", grievance.MailChoices{Cases: grievance.MailAtOnce}), "notice.case_yours", "GRV-2026-0000017")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.Due(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.server.taken(); len(got) != 10 {
		t.Errorf("%d mails, want 10", len(got))
	}
}

// A one-time link lies nowhere in clear, and nowhere at all once its mail has gone.
func TestLink(t *testing.T) {
	w := newWorld(t)
	o := w.officer("new", "en", grievance.MailChoices{Own: grievance.MailNever})
	const link = "https://nivaran.example/join/one-time-secret"
	w.tx(func(tx *store.Tx) error {
		return w.SendLink(t.Context(), tx, o, Link{Subject: "mail.why", Text: "mail.greeting", URL: link, Until: w.now.Add(time.Hour)})
	})
	sealed := func() (b []byte) {
		w.tx(func(tx *store.Tx) error {
			return tx.QueryRowContext(t.Context(), `SELECT sealed FROM mails`).Scan(&b)
		})
		return b
	}
	if b := sealed(); len(b) == 0 || strings.Contains(string(b), "one-time-secret") || strings.Contains(string(b), "office.example") {
		t.Errorf("sealed = %q", b)
	}
	if got := w.round(); len(got) != 1 || got[0].To != o.Email || !strings.Contains(got[0].Text, link) || !strings.Contains(got[0].Text, "Dear new") {
		t.Errorf("mails = %+v", got)
	}
	if b := sealed(); len(b) != 0 {
		t.Errorf("after it went there are %d bytes", len(b))
	}
}

// Where no mail is set up nothing is queued, and nothing waits for a day when it is.
func TestNoMail(t *testing.T) {
	w := newWorld(t)
	o := w.officer("o", "en", grievance.MailChoices{Cases: grievance.MailAtOnce})
	w.tell(o, "notice.case_yours", "GRV-2026-0000017")
	up := w.Server
	w.Server = Server{}
	w.tx(func(tx *store.Tx) error {
		return w.SendLink(t.Context(), tx, o, Link{Subject: "mail.why", Text: "mail.greeting", URL: "https://nivaran.example/join/x", Until: w.now.Add(time.Hour)})
	})
	w.round()
	w.Server = up
	if got := w.round(); len(got) != 0 {
		t.Errorf("mails = %+v", got)
	}
}

func TestParseServer(t *testing.T) {
	s, err := ParseServer("submission://u%40x.example@mail.example", "N <n@x.example>", "pw", time.Second)
	if err != nil || s.Port != 587 || s.Username != "u@x.example" || s.Password != "pw" || s.Host != "mail.example" {
		t.Errorf("server = %+v, %v", s, err)
	}
	for _, address := range []string{"mail.example", "https://mail.example", "smtp://", "smtps://h:port"} {
		if _, err := ParseServer(address, "n@x.example", "", time.Second); err == nil {
			t.Errorf("%s was taken", address)
		}
	}
}
