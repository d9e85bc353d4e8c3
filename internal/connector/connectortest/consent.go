package connectortest

import (
	"net/http"
	"net/url"
	"testing"
)

// Consent lets the owner of an account decide on a service's page, and gives what the
// owner's browser brings back; nil when nobody is sent back.
func Consent(t testing.TB, address string, form url.Values) url.Values {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		return nil
	}
	back, err := resp.Location()
	if err != nil {
		t.Fatal(err)
	}
	return back.Query()
}
