// Package notice carries the program's own mail: what officers are told, as each chose,
// and the one-time links of official IDs. A mail is queued in the transaction that
// makes it necessary and goes out at most once, but for the few that rather go twice than
// not at all. No citizen's name or words stand in one.
package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// Options are the parts that the mailer is built of.
type Options struct {
	Store  *store.Store
	Office *office.Directory
	Keys   *secret.Keys
	Now    func() time.Time
	Log    *slog.Logger
	// PublicURL is the address under which officers reach the program; it stands in links.
	PublicURL string
	// Server takes the mail; the zero one means that there is no mail.
	Server Server
}

// Mailer queues the program's own mail and sends it.
type Mailer struct {
	Options
	texts *i18n.Texts
}

// New prepares the mailer.
func New(o Options) (*Mailer, error) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		return nil, err
	}
	return &Mailer{Options: o, texts: texts}, nil
}

// On says whether mail is set up. Without it notices stand in the program only.
func (m *Mailer) On() bool { return m != nil && m.Server.Host != "" }

// Letter is a mail in plain text.
type Letter struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// Link is a one-time link and until when it works.
type Link struct {
	Subject string // message key
	Text    string // message key; it may name {{.Name}} of the officer and {{.Until}}
	URL     string
	Until   time.Time
}

// SendLink queues a mail to the officer that holds the link, in the officer's language.
// The link is sealed until the mail has gone, then it is forgotten. It does nothing where
// no mail is set up.
func (m *Mailer) SendLink(ctx context.Context, tx *store.Tx, o grievance.Officer, l Link) error {
	if !m.On() {
		return nil
	}
	p := m.texts.In(o.Language)
	text := p.T(l.Text, "Name", o.Name(p.Lang()), "Until", p.Moment(l.Until)) + "\n\n" + l.URL + "\n"
	return m.queue(ctx, tx, store.Mail{OfficerID: o.ID, Kind: "link", Again: true}, Letter{To: o.Email, Subject: p.T(l.Subject), Text: text})
}

func (m *Mailer) queue(ctx context.Context, tx *store.Tx, mail store.Mail, l Letter) error {
	now := m.Now()
	if mail.ID == 0 {
		mail.ID = tx.NewID(now)
	}
	mail.CreatedAt, mail.SendAt = now, now
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if mail.Sealed, err = m.Keys.Seal(b, sealedAs(mail.ID)); err != nil {
		return fmt.Errorf("seal mail: %w", err)
	}
	return tx.AddMail(ctx, mail)
}

func (m *Mailer) open(mail store.Mail) (l Letter, err error) {
	b, err := m.Keys.Open(mail.Sealed, sealedAs(mail.ID))
	if err != nil {
		return l, fmt.Errorf("open mail: %w", err)
	}
	return l, json.Unmarshal(b, &l)
}

func sealedAs(mail grievance.ID) string { return "mail:" + mail.String() }
