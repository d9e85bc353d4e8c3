package console

import (
	"net/url"
	"strings"

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

func rightfulAid() map[string]step {
	const clerk = grievance.Clerk
	ofPost := func(suffix string) func(*world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			_, at := w.letterWith("letter.txt", []byte(kruti))
			return at + suffix, nil
		}
	}
	return map[string]step{
		"GET /sorting/{post}/files/{hash}":       {role: clerk, ready: ofPost("")},
		"GET /sorting/{post}/files/{hash}/words": {role: clerk, ready: ofPost("/words")},
		"GET /cases/{id}/files/{hash}/words": {role: grievance.DistrictNodal, ready: func(w *world) (string, url.Values) {
			post, at := w.letterWith("letter.txt", []byte(kruti))
			return "/cases/" + w.openIn(post).ID.String() + at[strings.Index(at, "/files/"):] + "/words", nil
		}},
	}
}
