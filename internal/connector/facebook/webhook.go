package facebook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"

	"nivaran/internal/connector"
)

const signatureHeader = "X-Hub-Signature-256"

// maxChallenge bounds what we repeat for whoever asks.
const maxChallenge = 512

// Receiver takes the webhooks of an app, for all its pages.
type Receiver struct{ secret, verify []byte }

// NewReceiver checks signatures with the app's secret, and set-up requests with the word
// that was entered at Facebook.
func NewReceiver(appSecret, verifyToken string) *Receiver {
	return &Receiver{[]byte(appSecret), []byte(verifyToken)}
}

// Challenge repeats Facebook's challenge when it knows our word.
func (r *Receiver) Challenge(req *http.Request) ([]byte, string, error) {
	q := req.URL.Query()
	word, challenge := []byte(q.Get("hub.verify_token")), q.Get("hub.challenge")
	switch {
	case q.Get("hub.mode") != "subscribe":
		return nil, "", errors.New("no request to subscribe")
	case len(r.verify) == 0 || subtle.ConstantTimeCompare(word, r.verify) != 1:
		return nil, "", errors.New("wrong verify token")
	case challenge == "" || len(challenge) > maxChallenge:
		return nil, "", errors.New("no challenge to repeat")
	}
	return []byte(challenge), "text/plain; charset=utf-8", nil
}

// Verify refuses a body that Facebook did not sign, to the byte as it arrived.
func (r *Receiver) Verify(header http.Header, body []byte) error {
	mac := hmac.New(sha256.New, r.secret)
	mac.Write(body)
	want := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	if len(r.secret) == 0 || subtle.ConstantTimeCompare([]byte(header.Get(signatureHeader)), []byte(want)) != 1 {
		return errors.New("wrong signature")
	}
	return nil
}

// Read translates a body. What is no post or message is ignored by name; an event that
// cannot be read is ignored with its bytes beside others, and alone an error.
func (r *Receiver) Read(body []byte) (connector.Batch, error) {
	items, err := readDelivery(body)
	if err != nil {
		return connector.Batch{}, err
	}
	return connector.Batch{Items: items, Done: true}, nil
}
