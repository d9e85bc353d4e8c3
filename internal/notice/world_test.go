package notice

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// letter is what the mail server took.
type letter struct{ To, Subject, Text, ID string }

// server is a mail server on loopback that can misbehave.
type server struct {
	mu      sync.Mutex
	letters []letter
	refuse  string // this recipient is not known here
	vanish  bool   // close the connection instead of answering after the final dot
	address string
	smtp    *smtp.Server
}

func startServer(t *testing.T) *server {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: ln.Addr().String()}
	s.smtp = smtp.NewServer(s)
	s.smtp.Domain = "mx.example"
	s.smtp.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	go func() { _ = s.smtp.Serve(ln) }()
	t.Cleanup(func() { s.smtp.Close() })
	return s
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

// taken gives the letters since the last look.
func (s *server) taken() []letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.letters
	s.letters = nil
	return all
}

func (s *server) set(do func(s *server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do(s)
}

type session struct {
	server *server
	conn   *smtp.Conn
	to     string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               { s.to = "" }
func (s *session) Logout() error                        { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if to == s.server.refuse {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.letters = append(s.server.letters, letter{To: s.to, Subject: subject, Text: strings.ReplaceAll(string(body), "\r\n", "\n"), ID: m.Header.Get("Message-ID")})
	if s.server.vanish {
		return errors.Join(s.conn.Conn().Close(), errors.New("gone"))
	}
	return nil
}

// world is a mailer on an empty store, a mail server and a clock of the test's own.
type world struct {
	*Mailer
	t      *testing.T
	now    time.Time
	server *server
	made   int
}

// monday is a working day; 8 in the morning in India, before the usual daily mail.
var monday = time.Date(2026, 1, 5, 8, 0, 0, 0, grievance.India)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: monday, server: startServer(t)}
	keys, err := secret.New()
	if err != nil {
		t.Fatal(err)
	}
	to, err := ParseServer("smtp://"+w.server.address, "Nivaran <no-reply@nivaran.example>", "", 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	dir := office.New(office.Facts{Offices: []grievance.Office{{ID: 1, Code: "cell", Tier: grievance.Secretariat}, {ID: 2, Code: "hisar", Tier: grievance.Administration, ParentID: 1}},
		Holidays: map[string]string{"2026-01-06": "a holiday"}})
	w.Mailer, err = New(Options{
		Store: storetest.New(t), Office: dir, Keys: keys, Now: func() time.Time { return w.now }, PublicURL: "https://nivaran.example", Server: to,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) tx(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.Store.Tx(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// officer adds one who chose so.
func (w *world) officer(name, lang string, choices grievance.MailChoices) grievance.Officer {
	w.t.Helper()
	o := grievance.Officer{ID: w.Store.NewID(w.now), Email: name + "@office.example", NameEN: name, Language: lang}
	o.Mail, o.DigestMinute = choices, 9*60
	w.tx(func(tx *store.Tx) error {
		if err := tx.SaveOfficer(w.t.Context(), o); err != nil {
			return err
		}
		return tx.SaveOwnSettings(w.t.Context(), o.ID, o.OwnSettings)
	})
	return o
}

// tell adds a notice about a case of its own.
func (w *world) tell(o grievance.Officer, kind, data string) store.Notice {
	w.t.Helper()
	w.made++
	n := store.Notice{OfficerID: o.ID, Kind: kind, Data: data, At: w.now}
	if strings.HasPrefix(data, "GRV-") {
		n.CaseID = grievance.ID(1000 + w.made)
	}
	w.tx(func(tx *store.Tx) error { return tx.Notify(w.t.Context(), n) })
	return n
}

// round runs the mailer and gives what the server took.
func (w *world) round() []letter {
	w.t.Helper()
	if err := w.Due(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	return w.server.taken()
}

// states counts the mails by what became of them.
func (w *world) states() map[store.MailState]int {
	w.t.Helper()
	all := map[store.MailState]int{}
	w.tx(func(tx *store.Tx) error {
		rows, err := tx.QueryContext(w.t.Context(), `SELECT state, COUNT(*) FROM mails GROUP BY state`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s store.MailState
			var n int
			if err := rows.Scan(&s, &n); err != nil {
				return err
			}
			all[s] = n
		}
		return rows.Err()
	})
	return all
}
