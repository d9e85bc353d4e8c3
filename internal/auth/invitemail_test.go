package auth

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/notice"
	"nivaran/internal/store"
)

// Where mail is set up, an invitation is on its way to its officer with the transaction
// that made it, and the link lies nowhere in clear.
func TestInvitationByMail(t *testing.T) {
	w := newWorld(t, 1)
	var err error
	w.Mail, err = notice.New(notice.Options{Store: w.Store, Office: w.Office, Keys: w.Keys, Now: w.Now, Log: slog.New(slog.DiscardHandler),
		PublicURL: w.PublicURL, Server: notice.Server{Scheme: "smtp", Host: "127.0.0.1", Port: 1, From: "n@x.example", Timeout: time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	o, _ := w.appoint(t, "new@cell.example", grievance.Clerk, 1)
	link, err := w.Invite(t.Context(), grievance.System, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	var to grievance.ID
	var sealed []byte
	err = w.Store.View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT officer_id, sealed FROM mails WHERE kind = 'link'`).Scan(&to, &sealed)
	})
	if err != nil {
		t.Fatal(err)
	}
	token := link.URL[strings.LastIndex(link.URL, "/")+1:]
	if to != o.ID || len(sealed) == 0 || strings.Contains(string(sealed), token) {
		t.Errorf("a mail to %s, %d bytes, in clear: %v", to, len(sealed), strings.Contains(string(sealed), token))
	}
	w.logged(t, token)
}
