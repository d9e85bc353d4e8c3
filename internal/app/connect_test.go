package app

import (
	"errors"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/connector/connectortest"
	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/demo"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// consent lets the owner of an account decide on the service's page, and gives what the
// owner's browser brings back.
func (w *world) consent(sealed string, form url.Values) url.Values {
	w.t.Helper()
	at, err := w.parts.accounts.Attempt(w.people[grievance.Administrator], sealed)
	must(w.t, err)
	form.Set("decision", "authorize")
	back := connectortest.Consent(w.t, w.parts.accounts.ConsentAddress(at), form)
	if back == nil {
		w.t.Fatal("the service sent nobody back")
	}
	return back
}

// service is one where an account is connected, and what happens to it there.
type service struct {
	service office.Service
	mailbox string
	other   string // who else may consent
	form    func(who string) url.Values
	say     func(words string) error
	revoke  func()
}

const rohtakMail = "dc-rohtak@grievance.haryana.example"

func (w *world) services() []service {
	fb, mail := w.standIns.Facebook, w.standIns.Mail
	page := func(name string) string {
		pages := fb.Pages()
		return pages[slices.IndexFunc(pages, func(p facebooktest.Page) bool { return p.Name == name })].ID
	}
	w.standIns.X.AddUser(xtest.User{Username: "asha"})
	letters := 0
	mailbox := func(s office.Service, scopes ...string) service {
		return service{service: s, mailbox: rohtakMail, other: "cm@grievance.haryana.example",
			form: func(who string) url.Values {
				return url.Values{"address": {map[string]string{"": rohtakMail}[who] + who}, "scope": scopes}
			},
			say: func(words string) error {
				letters++
				d := emailtest.Draft{From: "asha@example.org", To: rohtakMail, Subject: words, Text: words, Date: time.Now(), MessageID: "<" + strings.ReplaceAll(words, " ", ".") + "@example.org>"}
				return mail.Deliver(rohtakMail, d.Bytes())
			},
			revoke: func() { mail.Revoke(rohtakMail) }}
	}
	return []service{
		{service: office.X, other: "PHED_Nivaran",
			form: func(who string) url.Values {
				return url.Values{"handle": {map[string]string{"": demo.SpareHandle}[who] + who}}
			},
			say: func(words string) error {
				_, err := w.standIns.X.Post("asha", "@"+demo.SpareHandle+" "+words, xtest.Draft{})
				return err
			},
			revoke: func() { w.standIns.X.Revoke(demo.SpareHandle) }},
		{service: office.Facebook, other: "DC Hisar Nivaran",
			form: func(who string) url.Values {
				name := demo.SparePage
				if who != "" {
					name = who
				}
				return url.Values{"page": {page(name)}, "permission": w.parts.accounts.Scopes(office.Facebook)}
			},
			say: func(words string) error {
				_, err := fb.VisitorPost(page(demo.SparePage), "Asha", words, facebooktest.Draft{})
				return err
			},
			revoke: func() { fb.KillToken(page(demo.SparePage)) }},
		mailbox(office.Google, "https://mail.google.com/"),
		mailbox(office.Microsoft, "https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"),
	}
}

// connectBy takes an attempt from its beginning to the account.
func (w *world) connectBy(s service, who string, again int) (int, error) {
	w.t.Helper()
	ctx, admin, x := w.t.Context(), w.people[grievance.Administrator], w.parts.accounts
	sealed, err := x.Begin(ctx, admin, office.BeginRequest{Service: s.service, OfficeID: w.office.OfficeByCode("dc-rohtak"), Mailbox: s.mailbox, AccountID: again})
	must(w.t, err)
	form := s.form(who)
	back := w.consent(sealed, form)
	ids, further, err := x.Redeem(ctx, admin, sealed, back.Get("state"), back.Get("code"))
	if err == nil && s.service == office.Facebook {
		ids, err = x.Choose(ctx, admin, further, form["page"])
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// told counts the notices of a kind that an officer got.
func (w *world) told(role grievance.Role, kind string) (n int) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(w.t.Context(), `SELECT COUNT(*) FROM notices WHERE officer_id = $1 AND kind = $2`, w.people[role].ID, kind).Scan(&n)
	}))
	return n
}

func (w *world) account(id int) office.AccountView {
	w.t.Helper()
	v, err := w.parts.accounts.Account(w.t.Context(), w.people[grievance.Administrator], id)
	must(w.t, err)
	return v
}

// An account is connected through the page of consent of its service, its token dies, and
// it is connected again: the right persons are told once, nothing is lost, and reading
// goes on where it stopped.
func TestATokenThatDies(t *testing.T) {
	for i, name := range []string{"X", "Facebook", "Google", "Microsoft"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, false)
			s := w.services()[i]
			ctx := t.Context()
			id, err := w.connectBy(s, "", 0)
			must(t, err)
			w.accounts["new"] = grievance.OfficialAccount{ID: id}
			must(t, w.store.View(ctx, func(tx *store.Tx) error {
				held, err := tx.Held(ctx, id)
				if !held {
					t.Error("what goes out from a new account is not on hold")
				}
				return err
			}))
			if n := w.told(grievance.StateNodal, "notice.account_connected"); n != 1 {
				t.Errorf("the state nodal officer was told %d times that an account was connected", n)
			}
			must(t, s.say("the first word"))
			w.hear("new")
			if n := w.words("the first word"); n != 1 {
				t.Fatalf("%d posts after the first word", n)
			}

			s.revoke()
			must(t, s.say("the word in the gap"))
			if err := w.intake.Poll(ctx, id); connector.ClassOf(err) != connector.SignIn {
				t.Fatalf("poll with a dead token: %v", err)
			}
			for range 3 { // minutes
				must(t, w.intake.Poll(ctx, id))
				must(t, w.intake.Due(ctx))
			}
			for _, role := range []grievance.Role{grievance.StateNodal, grievance.Administrator} {
				if n := w.told(role, "notice.account_signin"); n != 1 {
					t.Errorf("%s was told %d times, want once", role, n)
				}
			}
			if n := w.told(grievance.DistrictNodal, "notice.account_signin"); n != 0 { // of Hisar, not of Rohtak
				t.Errorf("another district was told %d times", n)
			}
			if v := w.account(id); len(v.Warnings) != 1 || v.Warnings[0].Kind != office.WarnSignIn || v.Warnings[0].Fix != office.FixReconnect {
				t.Errorf("warnings %+v", v.Warnings)
			}

			_, err = w.connectBy(s, s.other, id)
			if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok {
				t.Errorf("a consent of another account: %v", err)
			} else if s.mailbox == "" && invalid.Key != "connect.error_other_account" {
				t.Errorf("a consent of another account: %s", invalid.Key)
			}
			again, err := w.connectBy(s, "", id)
			must(t, err)
			if again != id {
				t.Fatalf("connected again as %d, was %d", again, id)
			}
			w.hear("new")
			if a, b := w.words("the first word"), w.words("the word in the gap"); a != 1 || b != 1 {
				t.Errorf("%d and %d posts after connecting again", a, b)
			}
			must(t, w.intake.Due(ctx))
			if v := w.account(id); len(v.Warnings) != 0 {
				t.Errorf("warnings after connecting again: %+v", v.Warnings)
			}
			if _, err := w.connectBy(s, "", 0); err == nil {
				t.Error("an account that is connected is connected a second time")
			}

			revoked, err := w.parts.accounts.Disconnect(ctx, w.people[grievance.Administrator], id, "the office was closed")
			must(t, err)
			if !revoked {
				t.Error("the consent was not ended at the service")
			}
			must(t, s.say("after the end"))
			w.hear("new")
			v := w.account(id)
			if v.Account.Connected() || v.Account.Secret != nil || v.Account.DisconnectReason != "the office was closed" || w.words("after the end") != 0 || w.words("the first word") != 1 {
				t.Errorf("after disconnecting: %+v", v.Account)
			}
			back, err := w.connectBy(s, "", 0)
			must(t, err)
			if back != id {
				t.Errorf("a disconnected account comes back as %d, was %d", back, id)
			}
			w.hear("new")
			if w.words("after the end") != 1 {
				t.Error("what was said meanwhile did not arrive")
			}
			w.sound()
		})
	}
}

// No token and no password stands in the database or the log in clear; an attempt is
// nobody else's, is over after a while, and is used with its own state only.
func TestAttempts(t *testing.T) {
	w := newWorld(t, false)
	ctx, admin, x := t.Context(), w.people[grievance.Administrator], w.parts.accounts
	s := w.services()[0]
	begin := func() (string, url.Values) {
		sealed, err := x.Begin(ctx, admin, office.BeginRequest{Service: s.service, OfficeID: w.office.OfficeByCode("dc-rohtak")})
		must(t, err)
		return sealed, w.consent(sealed, s.form(""))
	}
	refused := func(name, key string, by grievance.Actor, sealed, state, code string) {
		t.Helper()
		_, _, err := x.Redeem(ctx, by, sealed, state, code)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Key != key {
			t.Errorf("%s: %v, want %s", name, err, key)
		}
	}
	sealed, back := begin()
	if strings.Contains(sealed, back.Get("state")) {
		t.Error("the attempt is not sealed")
	}
	refused("another officer", "connect.error_over", w.people[grievance.StateNodal], sealed, back.Get("state"), back.Get("code"))
	refused("another state", "connect.error_over", admin, sealed, "guessed", back.Get("code"))
	refused("cancelled", "connect.error_cancelled", admin, sealed, back.Get("state"), "")
	refused("another code", "connect.error_code", admin, sealed, back.Get("state"), "guessed")
	w.standIns.X.FailNext(xtest.Token, 1, xtest.Unavailable())
	refused("X is down", "connect.error_service_down", admin, sealed, back.Get("state"), back.Get("code"))
	late := *x
	late.Now = func() time.Time { return time.Now().Add(16 * time.Minute) }
	_, _, err := late.Redeem(ctx, admin, sealed, back.Get("state"), back.Get("code"))
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Key != "connect.error_over" {
		t.Errorf("after a quarter of an hour: %v", err)
	}
	if _, _, err := x.Redeem(ctx, admin, sealed, back.Get("state"), back.Get("code")); err != nil {
		t.Errorf("in time: %v", err)
	}
	refused("twice", "connect.error_code", admin, sealed, back.Get("state"), back.Get("code"))
}

// Who lacks the permission, or holds it for another district, connects and changes nothing.
func TestConnectingIsWithinReach(t *testing.T) {
	w := newWorld(t, false)
	ctx, x := t.Context(), w.parts.accounts
	hisar := w.people[grievance.DistrictNodal]
	rohtak := office.BeginRequest{Service: office.X, OfficeID: w.office.OfficeByCode("dc-rohtak")}
	if _, err := x.Begin(ctx, hisar, rohtak); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("without the permission: %v", err)
	}
	if err := x.Change(ctx, hisar, 1, office.AccountChange{Name: "Mine"}); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("change without the permission: %v", err)
	}
	hisar.Grants = append(slices.Clone(hisar.Grants), grievance.MayConnect)
	if _, err := x.Begin(ctx, hisar, rohtak); err == nil {
		t.Error("an account of another district")
	}
	own := office.BeginRequest{Service: office.X, OfficeID: hisar.OfficeID}
	sealed, err := x.Begin(ctx, hisar, own)
	if err != nil {
		t.Errorf("an account of the own district: %v", err)
	}
	if _, err := x.Attempt(hisar, sealed); err != nil {
		t.Errorf("the attempt: %v", err)
	}
	elsewhere := hisar // the same officer under another charge
	elsewhere.OfficeID, elsewhere.Scope = rohtak.OfficeID, grievance.Scope{Offices: []int{rohtak.OfficeID}}
	if _, err := x.Attempt(elsewhere, sealed); err == nil || !strings.Contains(err.Error(), "connect.error_over") {
		t.Errorf("the attempt under another charge: %v", err)
	}
	demoted := hisar
	demoted.Grants = nil
	if _, err := x.Choose(ctx, demoted, sealed, nil); !errors.Is(err, grievance.ErrForbidden) {
		t.Errorf("the attempt after the permission is gone: %v", err)
	}
	cm := w.accounts["@NivaranHR"]
	if _, err := x.Disconnect(ctx, hisar, cm.ID, "it is mine now"); !errors.Is(err, grievance.ErrNotFound) {
		t.Errorf("the account of another office: %v", err)
	}
	ours := w.accounts["@DCHisarNivaran"]
	if err := x.Change(ctx, hisar, ours.ID, office.AccountChange{Name: ours.Name, OfficeID: w.office.OfficeByCode("cell")}); err == nil {
		t.Error("an account is moved out of the own reach")
	}
	if err := x.Change(ctx, hisar, ours.ID, office.AccountChange{Name: ours.Name, OfficeID: ours.OfficeID, Budget: math.NaN()}); err == nil {
		t.Error("a budget that is no number")
	}
	must(t, x.Change(ctx, hisar, ours.ID, office.AccountChange{Name: "District Hisar", OfficeID: ours.OfficeID, Budget: 25}))
	if v := w.account(ours.ID); v.Account.Name != "District Hisar" || v.Account.BudgetMicro != 25e6 {
		t.Errorf("changed: %+v", v.Account)
	}
	if a, b := w.told(grievance.Administrator, "notice.account_renamed"), w.told(grievance.DistrictNodal, "notice.account_budgeted"); a != 1 || b != 1 {
		t.Errorf("told %d and %d times", a, b)
	}
	w.sound()
}

// A mailbox of any other server opens by an app password, which is tried before it is kept.
func TestMailboxByPassword(t *testing.T) {
	w := newWorld(t, false)
	ctx, admin := t.Context(), w.people[grievance.Administrator]
	server := func(address string) office.MailServer {
		host, port, _ := strings.Cut(address, ":")
		return office.MailServer{Host: host, Port: port, StartTLS: true}
	}
	r := office.MailboxRequest{OfficeID: w.office.OfficeByCode("dc-rohtak"), Address: "DC-Rohtak@grievance.haryana.example", Password: "wrong", IMAP: server(w.standIns.Mail.IMAPAddr()), SMTP: server(w.standIns.Mail.SMTPAddr())}
	refused := func(field, key string, change func(*office.MailboxRequest)) {
		t.Helper()
		q := r
		change(&q)
		_, err := w.parts.accounts.ConnectMailbox(ctx, admin, q)
		if invalid, ok := errors.AsType[*grievance.InvalidError](err); !ok || invalid.Field != field || invalid.Key != key {
			t.Errorf("%v, want %s at %s", err, key, field)
		}
	}
	refused("password", "error.mail_password", func(*office.MailboxRequest) {})
	refused("address", "error.mail_address", func(q *office.MailboxRequest) { q.Address = "DC Rohtak" })
	refused("imap_host", "error.mail_host", func(q *office.MailboxRequest) { q.IMAP.Host = "a/b" })
	refused("smtp_port", "error.mail_port", func(q *office.MailboxRequest) { q.SMTP.Port = "99999" })
	refused("smtp_host", "error.mail_unreachable", func(q *office.MailboxRequest) { q.Password, q.SMTP.Port = "demo-mail", "1" })
	r.Password = "demo-mail"
	id, err := w.parts.accounts.ConnectMailbox(ctx, admin, r)
	must(t, err)
	must(t, w.services()[2].say("by password"))
	w.accounts["new"] = grievance.OfficialAccount{ID: id}
	w.hear("new")
	if w.words("by password") != 1 {
		t.Error("the letter did not arrive")
	}
}

// What waits to be sent while an account stands still goes out after it was connected again.
func TestQueuedRepliesGoOn(t *testing.T) {
	w := newWorld(t, false)
	ctx := t.Context()
	w.standIns.X.AddUser(xtest.User{Username: "asha"})
	p, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	w.standIns.X.Revoke("NivaranHR")
	w.openFirst("no drinking water") // acknowledged from there
	for range 2 {
		must(t, w.outbox.Due(ctx))
	}
	id := w.accounts["@NivaranHR"].ID
	must(t, w.intake.Due(ctx))
	if n, v := len(w.standIns.X.Replies(p.ID)), w.account(id); n != 0 || v.Account.StoppedAt.IsZero() || v.Replies[grievance.ReplyQueued] != 1 {
		t.Fatalf("%d replies out, stopped %s, waiting %v", n, v.Account.StoppedAt, v.Replies)
	}
	s := w.services()[0]
	_, err = w.connectBy(s, "NivaranHR", id)
	must(t, err)
	must(t, w.outbox.Due(ctx))
	if n := len(w.standIns.X.Replies(p.ID)); n != 1 {
		t.Errorf("%d replies after connecting again, want 1", n)
	}
	w.sound()
}

// A mailbox's token is renewed before it ends, by one refresher; when that fails the token
// that still lives is used, and those who answer for the account are told in time.
func TestMailTokenIsRenewed(t *testing.T) {
	w := newWorld(t, false)
	ctx, x := t.Context(), w.parts.accounts
	s := w.services()[3] // Microsoft: each refresh replaces the refresh token
	id, err := w.connectBy(s, "", 0)
	must(t, err)
	age := func(left time.Duration) connector.Secret {
		v := w.account(id)
		held, err := x.Secret(v.Account)
		must(t, err)
		held.Expires = time.Now().Add(left)
		must(t, w.store.Tx(ctx, func(tx *store.Tx) error { return x.Seal(ctx, tx, id, held) }))
		return held
	}
	poll := func() {
		t.Helper()
		must(t, w.channels.close()) // the line of before is gone
		must(t, w.intake.Poll(ctx, id))
	}
	old := age(time.Minute)
	poll()
	now, err := x.Secret(w.account(id).Account)
	must(t, err)
	if now.Access == old.Access || now.Refresh == old.Refresh || now.Expires.Before(time.Now().Add(50*time.Minute)) {
		t.Error("the pair was not renewed")
	}
	age(time.Minute)
	w.standIns.Mail.FailTokens(1)
	poll()
	v := w.account(id)
	if v.Health.RenewFailedAt.IsZero() || !v.Account.StoppedAt.IsZero() {
		t.Errorf("a failed renewal: since %s, stopped %s", v.Health.RenewFailedAt, v.Account.StoppedAt)
	}
	later := *x
	later.Now = func() time.Time { return time.Now().Add(90 * time.Second) }
	must(t, later.Watch(ctx))
	if n := w.told(grievance.StateNodal, "notice.account_renewing"); n != 1 {
		t.Errorf("told %d times that the token is not renewed", n)
	}
	poll()
	if v := w.account(id); !v.Health.RenewFailedAt.IsZero() {
		t.Error("a renewal that works again is not noted")
	}
}
