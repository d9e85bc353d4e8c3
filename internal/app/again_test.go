package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/x"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// planted stands in words that were erased, and must stand nowhere after that.
const planted = "Tulip Lane 47"

// words counts the posts that still hold what was erased.
func (w *world) words(part string) (n int) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(w.t.Context(), `SELECT COUNT(*) FROM posts WHERE text LIKE '%' || $1 || '%' OR full_text LIKE '%' || $1 || '%'`, part).Scan(&n)
	}))
	return n
}

// What was erased does not come back: by the webhook, by a poll that begins anew, by an
// archive that is imported.
func TestAnErasedPostStaysAway(t *testing.T) {
	w := newWorld(t, false)
	hook := httptest.NewServer(w.webhook(grievance.X))
	t.Cleanup(hook.Close)
	w.standIns.X.AddUser(xtest.User{Username: "asha", Name: "Asha"})
	said, err := w.standIns.X.Post("asha", "@NivaranHR no drinking water in Hisar, I live at "+planted, xtest.Draft{})
	must(t, err)
	w.hear("@NivaranHR")
	id := w.openFirst("no drinking water")
	var posts []*grievance.StoredPost
	must(t, w.store.View(t.Context(), func(tx *store.Tx) (err error) {
		posts, err = tx.PostsOfCase(t.Context(), id)
		return err
	}))
	if len(posts) != 1 || w.words(planted) != 1 {
		t.Fatalf("%d posts in the case, %d with the words", len(posts), w.words(planted))
	}
	must(t, w.desk.Erase(t.Context(), w.people[grievance.StateNodal], []grievance.ID{posts[0].ID}, "the citizen asked for it"))

	now := time.Now()
	must(t, w.store.Tx(t.Context(), func(tx *store.Tx) error {
		return tx.SetCursor(t.Context(), w.accounts["@NivaranHR"].ID, "mentions", "", now)
	}))
	w.hear("@NivaranHR")
	push := func(id, text string) {
		body := []byte(`{"data":{"event_uuid":"1","event_type":"post.mention.create","filter":{"user_id":"` + w.accounts["@NivaranHR"].ExternalID + `"},"payload":{"id":"` + id + `","author_id":"` + said.AuthorID + `","conversation_id":"` + id + `","text":"` + text + `","created_at":"` + said.At.UTC().Format(time.RFC3339) + `"},"includes":{}}}`)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, hook.URL, strings.NewReader(string(body)))
		must(t, err)
		req.Header.Set("x-twitter-webhooks-signature", w.standIns.X.Sign(body))
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		must(t, resp.Body.Close())
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("the webhook answered %d", resp.StatusCode)
		}
	}
	push(said.ID, said.Text)
	push("99", "@NivaranHR the lamp is dead")
	must(t, w.readDeliveries())
	line, err := x.ReadLine([]byte(`{"id":"` + said.ID + `","text":"` + said.Text + `","author_id":"` + said.AuthorID + `","conversation_id":"` + said.ID + `","created_at":"` + said.At.UTC().Format(time.RFC3339) + `"}`))
	must(t, err)
	imported, err := w.intake.Import(t.Context(), w.accounts["@NivaranHR"], line.Items)
	must(t, err)
	if len(imported) != 1 || imported[0].Result != "erased" {
		t.Errorf("the archive's line: %+v, want erased", imported)
	}
	if w.words("the lamp is dead") != 1 {
		t.Error("the webhook stores nothing at all")
	}
	if n := w.words(planted); n != 0 {
		t.Errorf("the erased words stand in %d posts again", n)
	}
	w.sound()
}

// A letter under the Message-ID of another, forged before or after it, is kept beside it.
func TestAForgedMessageIDSuppressesNoLetter(t *testing.T) {
	w := newWorld(t, false)
	const cm = "cm@grievance.haryana.example"
	for _, words := range []string{"There is no drinking water in Hisar.", "Never mind, all is well in Hisar.", "There is no drinking water in Hisar."} { // the last is the first, delivered again
		from := map[bool]string{true: "asha@example.org", false: "mallory@example.org"}[strings.HasPrefix(words, "There")]
		must(t, w.standIns.Mail.Deliver(cm, emailtest.Draft{From: from, To: cm, Subject: "Water", Text: words, Date: time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC), MessageID: "<first@example.org>", DMARC: "pass"}.Bytes()))
		w.hear(cm)
	}
	if a, b := w.words("no drinking water"), w.words("all is well"); a != 1 || b != 1 {
		t.Errorf("%d letters of the citizen and %d of the forger are kept, want one each", a, b)
	}
}
