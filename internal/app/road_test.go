package app

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/demo"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

const report = "The motor of the booster pump was replaced, water runs again."

// The mailbox lies on the memory server and on a real one.
func TestRoadOfALetter(t *testing.T) {
	const cm = "cm@grievance.haryana.example"
	t.Run("memory server", func(t *testing.T) {
		w := newWorld(t, false)
		letterRoad(t, w, cm, func(raw []byte) error { return w.standIns.Mail.Deliver(cm, raw) })
	})
	t.Run("Dovecot", func(t *testing.T) {
		d := emailtest.StartDovecot(t, emailtest.Mailbox{Address: cm, Password: "demo-mail"})
		letterRoad(t, newWorld(t, false, func(a *demo.Account) {
			if a.Handle == cm {
				a.Settings["imap"] = "imap://" + d.IMAPAddr()
			}
		}), cm, d.Deliver)
	})
}

func letterRoad(t *testing.T, w *world, cm string, deliver func(raw []byte) error) {
	const citizen = "asha@example.org"
	letter := emailtest.Draft{From: citizen, Name: "Asha", To: cm, Subject: "No water in Hisar", Text: "There is no drinking water in ward 9 of Hisar for four days.", Date: time.Now(), MessageID: "<first@example.org>", DMARC: "pass"}
	must(t, deliver(letter.Bytes()))
	w.hear(cm)
	id := w.openFirst("no drinking water")
	must(t, w.outbox.Due(t.Context()))
	acks := w.standIns.Mail.SentTo(citizen)
	if len(acks) != 1 || !strings.Contains(acks[0].Text(), "GRV-") || acks[0].Header("Auto-Submitted") != "auto-replied" {
		t.Fatalf("%d acknowledgements: %+v", len(acks), acks)
	}
	w.answer(id, report)
	sent := w.standIns.Mail.SentTo(citizen)
	if len(sent) != 2 || !strings.HasPrefix(sent[1].Text(), report) || sent[1].Header("In-Reply-To") != "<first@example.org>" || sent[1].Header("Auto-Submitted") != "" {
		t.Fatalf("the answer: %+v", sent[len(sent)-1])
	}
	if s := w.state(id); s != grievance.Resolved {
		t.Errorf("answered: %s", s)
	}
	must(t, deliver(sent[1].Reply(cm, "Yes, it is settled. Thank you.", time.Now()).Bytes()))
	w.hear(cm)
	if s := w.state(id); s != grievance.Closed {
		t.Errorf("after the word: %s", s)
	}
	w.sound()
}

func TestRoadOfAPostOnOurPage(t *testing.T) {
	w := newWorld(t, false)
	page := w.accounts["CM Haryana Nivaran"]
	p, err := w.standIns.Facebook.VisitorPost(page.ExternalID, "Meena Saini", "हिसार के वार्ड 9 में पानी नहीं आ रहा है, चार दिन हो गए", facebooktest.Draft{})
	must(t, err)
	w.hear("CM Haryana Nivaran")
	id := w.openFirst("वार्ड 9")
	must(t, w.outbox.Due(t.Context()))
	w.answer(id, "बूस्टर पंप की मोटर बदल दी गई है, पानी चालू है।")
	if n := w.standIns.Facebook.ReplyCounts()[p.ID]; n != 2 {
		t.Errorf("%d comments of ours, want the acknowledgement and the answer", n)
	}
	_, err = w.standIns.Facebook.Comment(p.ID, "Meena Saini", "नहीं, अभी भी पानी नहीं आ रहा", facebooktest.Draft{})
	must(t, err)
	w.hear("CM Haryana Nivaran")
	if s := w.state(id); s != grievance.Assigned {
		t.Errorf("after the word: %s", s)
	}
	w.sound()
}

func TestALostAnswerIsFoundAndNotSentAgain(t *testing.T) {
	w := newWorld(t, false)
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	p, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	w.openFirst("no drinking water")
	w.standIns.X.FailNext(xtest.Create, 1, xtest.Failure{Lose: true})
	must(t, w.outbox.Due(t.Context()))
	for range 4 { // looks come a second apart
		w.later(time.Second)
		must(t, w.outbox.Due(t.Context()))
	}
	if n := len(w.standIns.X.Replies(p.ID)); n != 1 {
		t.Errorf("%d replies, want 1", n)
	}
	var published int
	must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM replies WHERE state = 'published' AND external_id <> ''`).Scan(&published)
	}))
	if published != 1 {
		t.Errorf("%d replies known as published, want 1", published)
	}
}

// The acknowledgement never arrived. The answer that stands under the same post is not
// taken for it: an officer is asked.
func TestAnotherReplyIsNotTakenForTheLostOne(t *testing.T) {
	w := newWorld(t, false)
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	_, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar", xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	id := w.openFirst("no drinking water")
	w.standIns.X.FailNext(xtest.Create, 1, xtest.Failure{Cut: true})
	must(t, w.outbox.Due(t.Context()))
	w.answer(id, report)
	for range 5 { // looks come a second apart
		w.later(time.Second)
		must(t, w.outbox.Due(t.Context()))
	}
	var published, asked int
	must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(t.Context(), `SELECT (SELECT COUNT(*) FROM replies WHERE state = 'published'), (SELECT COUNT(*) FROM replies WHERE state = 'doubtful' AND send_at = 0 AND external_id = '')`).Scan(&published, &asked)
	}))
	if published != 1 || asked != 1 {
		t.Errorf("%d replies known as published and %d for an officer to look at, want one and one", published, asked)
	}
}

func TestWebhooksWithoutARightSignatureStoreNothing(t *testing.T) {
	w := newWorld(t, false)
	h := w.webhook(grievance.Facebook)
	body := []byte(`{"object":"page","entry":[]}`)
	good := w.standIns.Facebook.Sign(body)
	for name, signature := range map[string]string{"missing": "", "wrong": "sha256=" + strings.Repeat("0", 64), "cut": good[:len(good)-2], "of another body": w.standIns.Facebook.Sign([]byte("{}"))} {
		if code := deliver(h, body, signature); code != http.StatusForbidden {
			t.Errorf("%s signature: %d", name, code)
		}
	}
	unread := func() (n int) {
		must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
			return tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM deliveries`).Scan(&n)
		}))
		return n
	}
	if n := unread(); n != 0 {
		t.Errorf("%d bodies stored", n)
	}
	broken := []byte(`{"object":"page","entry":`)
	if code := deliver(h, broken, w.standIns.Facebook.Sign(broken)); code != http.StatusOK {
		t.Errorf("a signed body that cannot be read: %d", code)
	}
	must(t, w.readDeliveries())
	if n := unread(); n != 1 {
		t.Errorf("%d bodies kept, want 1", n)
	}
}

func deliver(h http.Handler, body []byte, signature string) int {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/facebook", bytes.NewReader(body))
	if signature != "" {
		r.Header.Set("X-Hub-Signature-256", signature)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Code
}

// readDeliveries reads what webhooks have stored, as the job would.
func (w *world) readDeliveries() error {
	var all []store.Delivery
	err := w.store.View(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.OpenDeliveries(w.t.Context(), store.DeliveryNew, 100)
		return err
	})
	for _, d := range all {
		err = errors.Join(err, w.intake.ReadDelivery(w.t.Context(), d.ID))
	}
	return err
}
