package x

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nivaran/internal/connector"
)

// Every row of the table of answers in the contract, under both hosts of error types.
func TestFailure(t *testing.T) {
	now := time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)
	resets := http.Header{"X-Rate-Limit-Reset": {"1793597100"}}
	until := time.Unix(1793597100, 0).UTC()
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		class  connector.Class
		key    string
		until  time.Time
	}{
		{"401", 401, nil, `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`, connector.SignIn, "", time.Time{}},
		{"402", 402, nil, `{"title":"CreditsDepleted","type":"https://api.x.com/2/problems/credits","detail":"no credits"}`, connector.Unpaid, "", time.Time{}},
		{"402 without words", 402, nil, ``, connector.Unpaid, "", time.Time{}},
		{"not summoned", 403, nil, `{"title":"Forbidden","detail":"Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author","type":"about:blank","status":403}`, connector.Refused, KeyNotSummoned, time.Time{}},
		{"not summoned, other words", 403, nil, `{"detail":"You can only reply to or quote posts where you are mentioned.","status":403}`, connector.Refused, KeyNotSummoned, time.Time{}},
		{"duplicate", 403, nil, `{"detail":"You are not allowed to create a Tweet with duplicate content.","title":"Forbidden","status":403}`, connector.Duplicate, KeyDuplicate, time.Time{}},
		{"answered post deleted", 403, nil, `{"detail":"You attempted to reply to a Tweet that is deleted or not visible to you."}`, connector.Gone, "", time.Time{}},
		{"404", 404, nil, `{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}`, connector.Gone, "", time.Time{}},
		{"resource-not-found with 403", 403, nil, `{"type":"https://api.twitter.com/2/problems/resource-not-found"}`, connector.Gone, "", time.Time{}},
		{"unsupported-authentication", 403, nil, `{"type":"https://api.twitter.com/2/problems/unsupported-authentication"}`, connector.Forbidden, "", time.Time{}},
		{"client-forbidden", 403, nil, `{"type":"https://developer.x.com/en/support/x-api/error-troubleshooting#client-forbidden"}`, connector.Forbidden, "", time.Time{}},
		{"scope", 403, nil, `{"title":"Forbidden","detail":"Your token lacks the scope tweet.write."}`, connector.Forbidden, "", time.Time{}},
		{"429", 429, resets, `{"title":"Too Many Requests","type":"https://api.x.com/2/problems/rate-limit-exceeded"}`, connector.Limited, "", until},
		{"429 without header", 429, nil, `Too Many Requests`, connector.Limited, "", now.Add(15 * time.Minute)},
		{"429 with a reset that is over", 429, http.Header{"X-Rate-Limit-Reset": {"1600000000"}}, ``, connector.Limited, "", now.Add(15 * time.Minute)},
		{"usage-capped", 429, nil, `{"title":"UsageCapExceeded","type":"https://api.twitter.com/2/problems/usage-capped"}`, connector.Unpaid, "", time.Time{}},
		{"invalid request", 400, nil, `{"title":"Invalid Request","type":"https://api.x.com/2/problems/invalid-request","errors":[{"message":"bad ids"}]}`, connector.Broken, "", time.Time{}},
		{"too long", 400, nil, `{"type":"https://api.x.com/2/problems/invalid-request","errors":[{"message":"Your Tweet text is too long."}]}`, connector.Refused, KeyTooLong, time.Time{}},
		{"500", 500, nil, `{}`, connector.Temporary, "", time.Time{}},
		{"503", 503, nil, `<html>over capacity</html>`, connector.Temporary, "", time.Time{}},
		{"408", 408, nil, ``, connector.Temporary, "", time.Time{}},
		{"a redirect", 302, nil, ``, connector.Broken, "", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := failure(tt.status, tt.header, []byte(tt.body), now)
			if f.Class != tt.class || f.Key != tt.key || !f.Until.Equal(tt.until) {
				t.Errorf("failure = %s %q until %v, want %s %q until %v", f.Class, f.Key, f.Until, tt.class, tt.key, tt.until)
			}
		})
	}
}

func TestFailureNamesCodeAndRequest(t *testing.T) {
	h := http.Header{}
	h.Set("x-transaction-id", "abc123")
	f := failure(400, h, []byte(`{"type":"https://api.x.com/2/problems/invalid-request","detail":"Ramesh said"}`), time.Now())
	if got := f.Error(); got != "broken 400 invalid-request (request abc123)" {
		t.Errorf("Error = %q", got)
	}
}

// A reply whose call ended in the dark may stand; only what certainly did not reach X may
// be tried again.
func TestPublishingInTheDark(t *testing.T) {
	publish := request{publishes: true}
	now := func() time.Time { return time.Time{} }
	for status, want := range map[int]connector.Class{
		500: connector.Doubtful, 502: connector.Doubtful, 504: connector.Doubtful, 503: connector.Temporary, 429: connector.Limited,
	} {
		if f := refusal(publish, &http.Response{StatusCode: status}, nil, now); f.Class != want {
			t.Errorf("%d while publishing = %s, want %s", status, f.Class, want)
		}
		if f := refusal(request{}, &http.Response{StatusCode: status}, nil, now); f.Class == connector.Doubtful {
			t.Errorf("%d while reading is doubtful", status)
		}
	}
	if f := lost(publish, false, errors.New("refused")); f.Class != connector.Temporary {
		t.Errorf("without a connection = %s, want temporary", f.Class)
	}
	if f := lost(publish, true, errors.New("reset")); f.Class != connector.Doubtful {
		t.Errorf("after a connection = %s, want doubtful", f.Class)
	}
}

func TestPlainHidesTheAddress(t *testing.T) {
	err := plain(&url.Error{Op: "Get", URL: "https://api.x.com/?token=secret", Err: errors.New("time-out")})
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the address is told: %v", err)
	}
}
