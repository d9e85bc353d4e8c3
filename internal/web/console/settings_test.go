package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

func ownForm(pairs ...string) url.Values {
	f := url.Values{"language": {"en"}, "theme": {"dark"}, "keys": {"on"}, "digest": {"08:15"}, "signature_en": {"A. Singh\r\nCity Magistrate, Hisar"}, "template_language": {"hi"},
		"mail_cases": {"at_once"}, "mail_own": {"never"}}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

func TestOwnSettings(t *testing.T) {
	w := newWorld(t)
	b := w.as(grievance.DistrictNodal)
	if a := b.post("/settings", ownForm()); a.status != http.StatusSeeOther {
		t.Fatalf("save = %d", a.status)
	}
	var o grievance.Officer
	w.tx(func(tx *store.Tx) (err error) {
		o, err = tx.Officer(t.Context(), w.who[grievance.DistrictNodal].Officer.ID)
		return err
	})
	want := grievance.OwnSettings{SignatureEN: "A. Singh\nCity Magistrate, Hisar", TemplateLanguage: "hi", DigestMinute: 8*60 + 15,
		Mail: grievance.MailChoices{Cases: grievance.MailAtOnce, Own: grievance.MailNever}}
	if o.OwnSettings != want {
		t.Errorf("kept %+v, want %+v", o.OwnSettings, want)
	}
	for _, tt := range []struct{ field, value, says string }{
		{"digest", "noon", "Write a time"}, {"mail_cases", "sometimes", "Choose one"}, {"template_language", "fr", "Choose one"},
		{"signature_hi", strings.Repeat("क", 501), "At most 500"}, {"language", "fr", "Choose one"},
	} {
		a := b.post("/settings", ownForm(tt.field, tt.value))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, tt.says) || !strings.Contains(a.body, "City Magistrate") {
			t.Errorf("%s = %q: %d, says it: %v", tt.field, tt.value, a.status, strings.Contains(a.body, tt.says))
		}
	}
	if a := b.get("/settings"); !strings.Contains(a.body, `value="08:15"`) {
		t.Error("a refused form changed the settings")
	}
}

// A new letter ends with the officer's signature; nobody sends a letter that is no more.
func TestSignature(t *testing.T) {
	w := newWorld(t)
	c := w.assigned(w.mail, "Suresh Yadav")
	b := w.as(grievance.DistrictNodal)
	at := "/cases/" + c.ID.String()
	if a := b.get(at); strings.Contains(a.body, "City Magistrate") {
		t.Fatal("a signature before one was written")
	}
	if a := b.post("/settings", ownForm()); a.status != http.StatusSeeOther {
		t.Fatalf("save = %d", a.status)
	}
	if a := b.get(at); !strings.Contains(a.body, "\n\n\nA. Singh\nCity Magistrate, Hisar</textarea>") {
		t.Error("a new letter does not end with the signature")
	}
	letter := url.Values{"mode": {"private"}, "complainant": {w.complainant(c).String()}, "account": {itoa(w.mail.ID)}, "text": {"\r\n\r\nA. Singh\r\nCity Magistrate, Hisar"}}
	if a := b.post(at+"/reply", letter); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a letter with a signature only = %d, want 422", a.status)
	}
	letter.Set("text", "The pump is being repaired today.\r\n\r\nA. Singh\r\nCity Magistrate, Hisar")
	if a := b.post(at+"/reply", letter); a.status != http.StatusSeeOther {
		t.Errorf("a letter = %d", a.status)
	}
}
