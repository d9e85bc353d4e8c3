package facebook

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
)

// Every row of the table of codes in the contract. The status is 400 throughout: it says
// little.
func TestFailure(t *testing.T) {
	now := time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)
	hour := now.Add(time.Hour)
	tests := []struct {
		name  string
		error string
		class connector.Class
		key   string
		until time.Time
	}{
		{"unknown error", `"code":1`, connector.Temporary, "", time.Time{}},
		{"service down", `"code":2`, connector.Temporary, "", time.Time{}},
		{"any code that is transient", `"code":9999,"is_transient":true`, connector.Temporary, "", time.Time{}},
		{"app limit", `"code":4`, connector.Limited, "", hour},
		{"limit that is transient too", `"code":4,"is_transient":true`, connector.Limited, "", hour},
		{"user limit", `"code":17`, connector.Limited, "", hour},
		{"page limit", `"code":32`, connector.Limited, "", hour},
		{"custom limit", `"code":613`, connector.Limited, "", hour},
		{"page business limit", `"code":80001`, connector.Limited, "", hour},
		{"instagram business limit", `"code":80002`, connector.Limited, "", hour},
		{"messenger business limit", `"code":80006`, connector.Limited, "", hour},
		{"session", `"code":102`, connector.SignIn, "", time.Time{}},
		{"token", `"code":190,"error_subcode":460`, connector.SignIn, "", time.Time{}},
		{"permission", `"code":10,"message":"(#10) Application does not have permission for this action"`, connector.Forbidden, "", time.Time{}},
		{"first of the permissions", `"code":200`, connector.Forbidden, "", time.Time{}},
		{"last of the permissions", `"code":299`, connector.Forbidden, "", time.Time{}},
		{"outside the window", `"code":10,"error_subcode":2018278`, connector.Refused, KeyWindow, time.Time{}},
		{"outside the window, by its words", `"code":10,"message":"(#10) This message is sent outside of allowed window."`, connector.Refused, KeyWindow, time.Time{}},
		{"person not available", `"code":551,"error_subcode":1545041`, connector.Refused, KeyUnreachable, time.Time{}},
		{"page barred from messaging", `"code":10,"error_subcode":1893063,"message":"outside of allowed window"`, connector.Forbidden, "", time.Time{}},
		{"no such object", `"code":100,"error_subcode":33`, connector.Gone, "", time.Time{}},
		{"no such alias", `"code":803`, connector.Gone, "", time.Time{}},
		{"blocked for policy", `"code":368`, connector.Forbidden, "", time.Time{}},
		{"duplicate", `"code":506,"error_subcode":1455006`, connector.Duplicate, KeyDuplicate, time.Time{}},
		{"bad parameter", `"code":100,"message":"(#100) Tried accessing nonexisting field"`, connector.Broken, "", time.Time{}},
		{"no such person", `"code":100,"error_subcode":2018001`, connector.Broken, "", time.Time{}},
		{"too long", `"code":100,"message":"(#100) Length of param message[text] must be less than or equal to 2000"`, connector.Refused, KeyTooLong, time.Time{}},
		{"second private reply", `"code":10900`, connector.Refused, KeyPrivateOnce, time.Time{}},
		{"late private reply", `"code":10901`, connector.Refused, KeyPrivateLate, time.Time{}},
		{"author takes no private reply", `"code":10903`, connector.Refused, KeyUnreachable, time.Time{}},
		{"a code of tomorrow", `"code":777`, connector.Broken, "", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := failure(http.StatusBadRequest, nil, []byte(`{"error":{`+tt.error+`,"fbtrace_id":"A1"}}`), "1", now)
			if f.Class != tt.class || f.Key != tt.key || !f.Until.Equal(tt.until) || f.RequestID != "A1" {
				t.Errorf("failure = %s %q until %v (%s), want %s %q until %v", f.Class, f.Key, f.Until, f.RequestID, tt.class, tt.key, tt.until)
			}
		})
	}
}

func TestLimitedUntil(t *testing.T) {
	now := time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		`{"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":12},{"type":"messenger","estimated_time_to_regain_access":3}]}`: 12 * time.Minute,
		`{"2":[{"type":"pages","estimated_time_to_regain_access":12}]}`:                                                                           time.Hour,
		`not JSON`: time.Hour,
		``:         time.Hour,
	} {
		h := http.Header{"X-Business-Use-Case-Usage": {header}}
		if f := failure(400, h, []byte(`{"error":{"code":32}}`), "1", now); !f.Until.Equal(now.Add(want)) {
			t.Errorf("until %v with %s, want %s later", f.Until, header, want)
		}
	}
}

func TestAppUsage(t *testing.T) {
	h := http.Header{"X-App-Usage": {`{"call_count":12,"total_time":96,"total_cputime":3}`}}
	if b := budget(h, "1", time.Time{}); b.Percent != 96 || !b.Reset.IsZero() {
		t.Errorf("budget = %+v, want 96 percent", b)
	}
}

// A proxy's page holds no error object: there the status speaks.
func TestFailureByStatus(t *testing.T) {
	for status, want := range map[int]connector.Class{
		500: connector.Temporary, 502: connector.Temporary, 408: connector.Temporary, 429: connector.Limited, 302: connector.Broken, 404: connector.Broken,
	} {
		for _, body := range []string{"", "<html>", `{"error":"text"}`, `{}`} {
			if f := failure(status, http.Header{}, []byte(body), "1", time.Now()); f.Class != want {
				t.Errorf("%d %q = %s, want %s", status, body, f.Class, want)
			}
		}
	}
}

func TestFailureNamesCodeAndRequest(t *testing.T) {
	f := failure(400, nil, []byte(`{"error":{"message":"Ramesh said","code":100,"error_subcode":7,"fbtrace_id":"Xyz"}}`), "1", time.Now())
	if got := f.Error(); got != "broken 100/7 (request Xyz)" {
		t.Errorf("Error = %q", got)
	}
}

// A reply whose call ended in the dark may stand. A private reply is never tried twice,
// whatever Facebook says.
func TestPublishingInTheDark(t *testing.T) {
	c := New(Settings{HTTP: http.DefaultClient, Now: time.Now})
	read, publish, once := request{}, request{publishes: true}, request{publishes: true, once: true}
	tests := []struct {
		name   string
		r      request
		status int
		body   string
		want   connector.Class
	}{
		{"reading, unknown error", read, 500, `{"error":{"code":1}}`, connector.Temporary},
		{"unknown error", publish, 500, `{"error":{"code":1}}`, connector.Doubtful},
		{"service down", publish, 500, `{"error":{"code":2}}`, connector.Temporary},
		{"transient", publish, 500, `{"error":{"code":1,"is_transient":true}}`, connector.Temporary},
		{"gateway", publish, 504, `<html>`, connector.Doubtful},
		{"limited", publish, 400, `{"error":{"code":32}}`, connector.Limited},
		{"private, service down", once, 500, `{"error":{"code":2,"is_transient":true}}`, connector.Doubtful},
		{"private, refused", once, 400, `{"error":{"code":10900}}`, connector.Refused},
	}
	for _, tt := range tests {
		if f := c.refusal(tt.r, &http.Response{StatusCode: tt.status}, []byte(tt.body)); f.Class != tt.want {
			t.Errorf("%s = %s, want %s", tt.name, f.Class, tt.want)
		}
	}
	down := errors.New("connection refused")
	for _, tt := range []struct {
		r    request
		sent bool
		want connector.Class
	}{
		{read, true, connector.Temporary}, {publish, false, connector.Temporary}, {publish, true, connector.Doubtful}, {once, false, connector.Doubtful},
	} {
		if f := lost(tt.r, tt.sent, down); f.Class != tt.want {
			t.Errorf("lost %+v, sent %v = %s, want %s", tt.r, tt.sent, f.Class, tt.want)
		}
	}
}

func TestPlainHidesTheAddress(t *testing.T) {
	err := plain(&url.Error{Op: "Get", URL: "https://graph.facebook.com/?access_token=secret", Err: errors.New("time-out")})
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the address is told: %v", err)
	}
}
