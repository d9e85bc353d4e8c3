package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"nivaran/internal/assist"
	"nivaran/internal/assist/assisttest"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// letterWith stores a letter with a file, as intake does, and gives the address of the file
// at the sorting desk.
func (w *world) letterWith(name string, data []byte) (post grievance.ID, at string) {
	w.t.Helper()
	post = w.post(w.mail, "Suresh Yadav", "Please read the attached letter about water in Hisar.")
	f, err := w.Desk.KeepOriginal(w.ctx(), name, data)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tx(func(tx *store.Tx) error { return tx.Attach(w.ctx(), "post", post, 0, []grievance.File{f}, w.Now()) })
	return post, "/sorting/" + post.String() + "/files/" + f.Hash
}

// assisted sets up the language helper with a stand-in for its model.
func (w *world) assisted() *assisttest.Server {
	w.t.Helper()
	model := assisttest.New(w.t)
	w.Helper = &assist.Helper{Desk: w.Desk, Daily: 50, Client: &assist.Client{URL: model.Base(), Model: assisttest.Model, Key: assisttest.Key, HTTP: &http.Client{Timeout: 10 * time.Second}}}
	return model
}

func rightfulAid() map[string]step {
	const clerk, district = grievance.Clerk, grievance.DistrictNodal
	helped := func(suffix string, fill func(w *world, cv *desk.CaseView) url.Values) step {
		return step{role: district, want: 200, ready: func(w *world) (string, url.Values) {
			w.assisted()
			c := w.assigned(w.mail, "Suresh Yadav")
			cv, err := w.Desk.Case(w.ctx(), w.actor(district), c.ID)
			if err != nil {
				w.t.Fatal(err)
			}
			return "/cases/" + c.ID.String() + "/helper" + strings.Replace(suffix, "POST", cv.Posts[0].ID.String(), 1), fill(w, cv)
		}}
	}
	letter := func(_ *world, cv *desk.CaseView) url.Values {
		return url.Values{"mode": {"private"}, "complainant": {cv.Complainants[0].ID.String()}, "text": {"The pump is being mended."}, "to": {"hi"}}
	}
	ofPost := func(suffix string) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			_, at := w.letterWith("letter.txt", []byte(kruti))
			return at + suffix, nil
		}
	}
	return map[string]step{
		"POST /cases/{id}/helper/draft":       helped("/draft", letter),
		"POST /cases/{id}/helper/translate":   helped("/translate", letter),
		"POST /cases/{id}/helper/take":        helped("/take", letter),
		"POST /cases/{id}/helper/summary":     helped("/summary", letter),
		"POST /cases/{id}/helper/post/{post}": helped("/post/POST", letter),

		"GET /sorting/{post}/files/{hash}":       {role: clerk, ready: ofPost("")},
		"GET /sorting/{post}/files/{hash}/words": {role: clerk, ready: ofPost("/words")},
		"GET /cases/{id}/files/{hash}/words": {role: grievance.DistrictNodal, ready: func(w *world) (string, url.Values) {
			post, at := w.letterWith("letter.txt", []byte(kruti))
			return "/cases/" + w.openIn(post).ID.String() + at[strings.Index(at, "/files/"):] + "/words", nil
		}},
	}
}
