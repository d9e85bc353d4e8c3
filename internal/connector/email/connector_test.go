package email_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/grievance"
)

var dc = emailtest.Mailbox{Address: "dc@rohtak.example", Password: "secret", Bounce: "bounces@rohtak.example"}

func config(imapAddr, smtpAddr string) email.Config {
	c := email.Config{
		Address: dc.Address, Name: "Deputy Commissioner, Rohtak", Password: dc.Password, IMAPURL: "imap://" + imapAddr,
		AuthServID: emailtest.AuthServID, BounceAddress: dc.Bounce, Now: time.Now, Timeout: 20 * time.Second,
		Waits: []time.Duration{10 * time.Millisecond, 50 * time.Millisecond},
	}
	if smtpAddr != "" {
		c.SMTPURL = "smtp://" + smtpAddr
	}
	return c
}

func open(t *testing.T, cfg email.Config) *email.Connector {
	t.Helper()
	c, err := email.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() }) // a test may have cut the connection
	return c
}

func memory(t *testing.T) (*emailtest.Server, *email.Connector) {
	t.Helper()
	s := emailtest.New(t, emailtest.Options{}, dc)
	return s, open(t, config(s.IMAPAddr(), s.SMTPAddr()))
}

var written atomic.Int64

// letter is one of a citizen's letters, each with an id of its own.
func letter(text string) emailtest.Draft {
	n := written.Add(1)
	return emailtest.Draft{
		From: "ram@citizen.example", Name: "राम कुमार", To: dc.Address, Subject: "please help", Text: text,
		MessageID: fmt.Sprintf("<%d@citizen.example>", n), Date: time.Now().Truncate(time.Second), DMARC: "pass",
	}
}

func deliver(t *testing.T, s *emailtest.Server, d emailtest.Draft) string {
	t.Helper()
	if err := s.Deliver(dc.Address, d.Bytes()); err != nil {
		t.Fatal(err)
	}
	return d.MessageID
}

func TestExam(t *testing.T) {
	connectortest.Run(t, func(t *testing.T) connectortest.Setup {
		s, c := memory(t)
		return connectortest.Setup{
			Connector: c,
			Say:       func(text string) string { return deliver(t, s, letter(text)) },
			Fail: func(class connector.Class) bool {
				switch class {
				case connector.Temporary:
					s.CutIMAP(150)
				case connector.SignIn:
					s.RefuseSignIn(1)
				default:
					return false
				}
				return true
			},
			LoseAnswer: func() { s.Fail(emailtest.CutAfterDot) },
			Published: func(id string) int {
				n := 0
				for _, m := range s.SentTo("ram@citizen.example") {
					if m.Header("In-Reply-To") == id {
						n++
					}
				}
				return n
			},
			Account: dc.Address, Way: grievance.LetterWay, Now: time.Now,
		}
	})
}

// fetchAll reads a mailbox to its last page.
func fetchAll(t *testing.T, c *email.Connector, cursor string) ([]connector.Item, string) {
	t.Helper()
	var all []connector.Item
	src := c.Sources(nil)[0]
	for {
		b, err := c.Fetch(t.Context(), src, cursor)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b.Items...)
		if b.Done {
			return all, b.Cursor
		}
		src.Page = b.NextPage
	}
}

func TestPost(t *testing.T) {
	s, c := memory(t)
	d := letter("सड़क टूटी है\n\n> old")
	d.HTML, d.InReplyTo, d.References = "<p onclick=x>सड़क टूटी है</p>", "<GRV-2026-0042117.r1.x@rohtak.example>", []string{"<first@citizen.example>", "<GRV-2026-0042117.r1.x@rohtak.example>"}
	d.Files = []emailtest.File{{Name: "सड़क.jpg", Type: "text/plain", Data: []byte("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00")}}
	id := deliver(t, s, d)
	items, _ := fetchAll(t, c, "")
	if len(items) != 1 || items[0].What != connector.ItemNew || items[0].At.IsZero() {
		t.Fatalf("items: %+v", items)
	}
	p := items[0].Post
	if p.ExternalID != id || p.Text != "सड़क टूटी है" || !strings.Contains(p.FullText, "> old") || p.Author.Name != "राम कुमार" || p.Author.ExternalID != "ram@citizen.example" {
		t.Errorf("post: %+v", p)
	}
	if p.ThreadID != "<first@citizen.example>" || p.ParentID != d.InReplyTo || !p.PostedAt.Equal(d.Date) || p.Public || p.Form != grievance.Mail {
		t.Errorf("thread %q, parent %q, at %v", p.ThreadID, p.ParentID, p.PostedAt)
	}
	if !p.Mail.DMARCPass || p.Mail.HTML != "<p>सड़क टूटी है</p>" || len(p.Media) != 1 || p.Media[0].Type != "image/jpeg" || p.Media[0].Name != "सड़क.jpg" {
		t.Errorf("mail %+v, media %+v", p.Mail, p.Media)
	}
	if string(p.Raw) != string(d.Bytes()) {
		t.Error("the raw bytes differ from what arrived")
	}
}

func TestNothingNew(t *testing.T) {
	s, c := memory(t)
	deliver(t, s, letter("one"))
	_, cursor := fetchAll(t, c, "")
	if items, again := fetchAll(t, c, cursor); len(items) != 0 || again != cursor {
		t.Errorf("%d letters came again, cursor %s after %s", len(items), again, cursor)
	}
}

func TestMailboxNumberedAnew(t *testing.T) {
	s, c := memory(t)
	old := letter("years ago")
	if err := s.DeliverAt(dc.Address, old.Bytes(), time.Now().AddDate(0, -3, 0)); err != nil {
		t.Fatal(err)
	}
	deliver(t, s, letter("last week"))
	first, cursor := fetchAll(t, c, "")
	if err := s.NewUIDs(dc.Address); err != nil {
		t.Fatal(err)
	}
	unseen := deliver(t, s, letter("just now"))
	again, next := fetchAll(t, c, cursor)
	if len(first) != 2 || len(again) != 2 || next == cursor {
		t.Fatalf("%d letters, then %d; cursor %s, then %s", len(first), len(again), cursor, next)
	}
	if again[0].Post.DedupKey != first[1].Post.DedupKey || again[1].Post.ExternalID != unseen {
		t.Error("the letters of the last thirty days must come again, under their old keys")
	}
	if items, _ := fetchAll(t, c, next); len(items) != 0 {
		t.Errorf("%d letters came a third time", len(items))
	}
}

func TestConnectionLostInsideAPage(t *testing.T) {
	s, c := memory(t)
	want := map[string]bool{}
	for i := range 60 {
		want[deliver(t, s, letter(strings.Repeat(fmt.Sprintf("letter %d ", i), 100)))] = true
	}
	src := c.Sources(nil)[0]
	s.CutIMAP(30_000)
	_, err := c.Fetch(t.Context(), src, "")
	if connector.ClassOf(err) != connector.Temporary || err == nil {
		t.Fatalf("err = %v", err)
	}
	s.CutIMAP(0) // and once more between two calls
	items, _ := fetchAll(t, c, "")
	for _, it := range items {
		delete(want, it.Post.ExternalID)
	}
	if len(items) != 60 || len(want) != 0 {
		t.Errorf("%d letters, %d lost", len(items), len(want))
	}
}

func TestLargeLetters(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, dc)
	cfg := config(s.IMAPAddr(), "")
	cfg.MaxSize = 100_000
	c := open(t, cfg)
	d := letter("See the film")
	d.Files = []emailtest.File{{Name: "film.mp4", Type: "video/mp4", Data: make([]byte, 1<<20)}}
	deliver(t, s, d)
	deliver(t, s, letter("small"))
	items, _ := fetchAll(t, c, "")
	if len(items) != 2 {
		t.Fatalf("%d letters", len(items))
	}
	p := items[0].Post
	if p.Text != "See the film" || len(p.Raw) != 100_000 || items[0].Note == "" || p.Media[0].Name != "incomplete-film.mp4" {
		t.Errorf("text %q, %d bytes, note %q, media %s", p.Text, len(p.Raw), items[0].Note, p.Media[0].Name)
	}
	if items[1].Post.Text != "small" || items[1].Note != "" {
		t.Errorf("the next letter: %+v", items[1])
	}
}

func TestOneSpoiltLetterDoesNotStopTheMailbox(t *testing.T) {
	s, c := memory(t)
	for _, text := range []string{"one", "two", "three"} {
		deliver(t, s, letter(text))
	}
	s.Spoil(2)
	items, cursor := fetchAll(t, c, "")
	if len(items) != 3 || items[0].Post.Text != "one" || items[1].What != connector.ItemUnreadable || items[1].Note == "" || items[2].Post.Text != "three" {
		t.Errorf("items: %+v", items)
	}
	if items, _ := fetchAll(t, c, cursor); len(items) != 0 {
		t.Errorf("%d letters came again", len(items))
	}
}

func TestBadCursorAndSettings(t *testing.T) {
	_, c := memory(t)
	for _, cursor := range []string{"x", "1:x", "1"} {
		if _, err := c.Fetch(t.Context(), c.Sources(nil)[0], cursor); connector.ClassOf(err) != connector.Broken {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	good := config("127.0.0.1:143", "127.0.0.1:587")
	for name, change := range map[string]func(*email.Config){
		"no address":   func(c *email.Config) { c.Address = "dc" },
		"with a name":  func(c *email.Config) { c.Address = "DC <dc@rohtak.example>" },
		"no clock":     func(c *email.Config) { c.Now = nil },
		"wrong scheme": func(c *email.Config) { c.IMAPURL = "https://mail.example" },
		"no host":      func(c *email.Config) { c.SMTPURL = "smtp://" },
		"no server":    func(c *email.Config) { c.IMAPURL = "" },
	} {
		cfg := good
		change(&cfg)
		if _, err := email.New(cfg); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// waiting runs Wait and tells how it ended.
func waiting(ctx context.Context, c *email.Connector) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- c.Wait(ctx) }()
	return ended
}

func within(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(15 * time.Second):
		t.Fatal("nothing happened")
		return nil
	}
}

func TestListener(t *testing.T) {
	s, c := memory(t)
	deliver(t, s, letter("before anybody listened"))
	if err := within(t, waiting(t.Context(), c)); err != nil {
		t.Fatal(err)
	}
	_, cursor := fetchAll(t, c, "")

	ended := waiting(t.Context(), c)
	if items, _ := fetchAll(t, c, cursor); len(items) != 0 { // the poll takes the connection and gives it back
		t.Errorf("%d letters", len(items))
	}
	deliver(t, s, letter("while listening"))
	if err := within(t, ended); err != nil {
		t.Fatal(err)
	}
	items, cursor := fetchAll(t, c, cursor)
	if len(items) != 1 {
		t.Fatalf("%d letters after the news", len(items))
	}

	ended = waiting(t.Context(), c)
	s.CutIMAP(0)
	s.RefuseSignIn(0)
	deliver(t, s, letter("while the connection was gone"))
	if err := within(t, ended); err != nil {
		t.Fatal(err)
	}
	if items, _ := fetchAll(t, c, cursor); len(items) != 1 {
		t.Errorf("%d letters after the loss", len(items))
	}

	ctx, cancel := context.WithCancel(t.Context())
	ended = waiting(ctx, c)
	cancel()
	if err := within(t, ended); err != context.Canceled {
		t.Errorf("cancelled wait: %v", err)
	}
}

func TestListenerStopsWhenAPersonMustAct(t *testing.T) {
	s := emailtest.New(t, emailtest.Options{}, dc)
	cfg := config(s.IMAPAddr(), "")
	cfg.Password = "wrong"
	if err := within(t, waiting(t.Context(), open(t, cfg))); connector.ClassOf(err) != connector.SignIn || err == nil {
		t.Errorf("err = %v", err)
	}
	cfg = config(s.IMAPAddr(), "")
	cfg.Mailbox = "Grievances"
	if err := within(t, waiting(t.Context(), open(t, cfg))); connector.ClassOf(err) != connector.Forbidden || err == nil {
		t.Errorf("missing mailbox: %v", err)
	}
}

func TestDovecot(t *testing.T) {
	d := emailtest.StartDovecot(t, emailtest.Mailbox{Address: "dc", Password: "secret"})
	cfg := config(d.IMAPAddr(), "")
	cfg.Username, cfg.Password = d.Address, d.Password
	c := open(t, cfg)
	put := func(text string) string {
		l := letter(text)
		if err := d.Deliver(l.Bytes()); err != nil {
			t.Fatal(err)
		}
		return l.MessageID
	}
	want := map[string]bool{}
	for i := range 70 {
		want[put(fmt.Sprintf("सड़क टूटी है %d", i))] = true
	}
	items, cursor := fetchAll(t, c, "")
	for _, it := range items {
		if !strings.HasPrefix(it.Post.Text, "सड़क टूटी है") || it.Post.PostedAt.IsZero() {
			t.Errorf("text %q", it.Post.Text)
		}
		delete(want, it.Post.ExternalID)
	}
	if len(items) != 70 || len(want) != 0 {
		t.Fatalf("%d letters, %d lost", len(items), len(want))
	}
	if items, again := fetchAll(t, c, cursor); len(items) != 0 || again != cursor {
		t.Errorf("%d letters came again", len(items))
	}
	ended := waiting(t.Context(), c)
	id := put("while listening")
	if err := within(t, ended); err != nil {
		t.Fatal(err)
	}
	if items, _ := fetchAll(t, c, cursor); len(items) != 1 || items[0].Post.ExternalID != id {
		t.Errorf("after the news: %d letters", len(items))
	}
	cfg.Password = "wrong"
	if _, err := open(t, cfg).Fetch(t.Context(), c.Sources(nil)[0], ""); connector.ClassOf(err) != connector.SignIn {
		t.Errorf("wrong password: %v", err)
	}
}
