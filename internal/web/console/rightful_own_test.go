package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// rightfulOwn is a successful request for each route of an officer's own pages.
func rightfulOwn() map[string]step {
	field := grievance.FieldOfficer
	told := func(suffix string) func(w *world) (string, url.Values) {
		return func(w *world) (string, url.Values) {
			return "/notices/" + w.told(w.who[field].Officer.ID, "notice.case_yours").String() + suffix, nil
		}
	}
	return map[string]step{
		"GET /notices": {role: field, ready: at("/notices")}, "GET /notices/{id}": {role: field, ready: told(""), want: http.StatusSeeOther},
		"POST /notices/read": {role: field, ready: at("/notices/read")}, "POST /notices/{id}/read": {role: field, ready: told("/read")},
		"POST /ids/{officer}/unlink": {role: grievance.StateNodal, ready: func(w *world) (string, url.Values) {
			id := w.newcomer()
			w.tx(func(tx *store.Tx) error {
				return tx.LinkProvider(w.ctx(), store.ProviderLink{Issuer: "https://login.example", Subject: id.String(), OfficerID: id, LinkedAt: time.Now()})
			})
			return "/ids/" + id.String() + "/unlink", nil
		}},
		"GET /settings": {role: field, ready: at("/settings")},
		"POST /settings": {role: field, ready: func(*world) (string, url.Values) {
			return "/settings", url.Values{"language": {"en"}, "theme": {"dark"}, "keys": {"off"}}
		}},
	}
}

// told gives the officer a notice and returns its id.
func (w *world) told(officer grievance.ID, kind string) (id grievance.ID) {
	w.t.Helper()
	w.tx(func(tx *store.Tx) error {
		if err := tx.Notify(w.ctx(), store.Notice{OfficerID: officer, Kind: kind, Data: "GRV-2026-0000017", At: time.Now()}); err != nil {
			return err
		}
		all, err := tx.Notices(w.ctx(), grievance.Scope{Viewer: officer}, 1)
		if err == nil {
			id = all[0].ID
		}
		return err
	})
	return id
}

// Unread notices stand first; opening one, or marking it, takes it off the count, and
// nobody reads another's.
func TestNotices(t *testing.T) {
	w := newWorld(t)
	me, other := w.who[grievance.DistrictNodal].Officer.ID, w.who[grievance.Clerk].Officer.ID
	first, second := w.told(me, "notice.provider_linked"), w.told(me, "notice.late")
	theirs := w.told(other, "notice.late")
	b := w.as(grievance.DistrictNodal)
	page := b.get("/notices").body
	if !strings.Contains(page, "Notices · 2</a>") || strings.Index(page, "over its time limit") > strings.Index(page, "identity provider") {
		t.Errorf("the list before reading:\n%s", excerpt(page))
	}
	if a := b.get("/notices/" + theirs.String()); a.status != http.StatusNotFound {
		t.Errorf("another's notice = %d", a.status)
	}
	if a := b.post("/notices/"+theirs.String()+"/read", nil); a.status != http.StatusNotFound {
		t.Errorf("marking another's notice = %d", a.status)
	}
	if a := b.post("/notices/"+second.String()+"/read", nil); a.location != "/notices" {
		t.Errorf("marking = %d to %q", a.status, a.location)
	}
	page = b.get("/notices").body
	if !strings.Contains(page, "Notices · 1</a>") || strings.Index(page, "over its time limit") < strings.Index(page, "identity provider") {
		t.Errorf("the list after one was read:\n%s", excerpt(page))
	}
	if page := b.get("/notices?group=cases").body; strings.Contains(page, "identity provider") {
		t.Error("the list of one group holds another")
	}
	if a := b.get("/notices/" + first.String()); a.location != "/settings/id" {
		t.Errorf("opening leads to %q", a.location)
	}
	if page := b.get("/notices").body; !strings.Contains(page, "Notices</a>") || strings.Contains(page, "Mark all") {
		t.Error("an opened notice is still new")
	}
}
