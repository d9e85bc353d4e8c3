package x

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

const signatureHeader = "x-twitter-webhooks-signature"

// maxChallenge bounds what we sign for whoever asks.
const maxChallenge = 512

// Receiver takes the activity events of an app, for all its accounts.
type Receiver struct{ secret []byte }

// NewReceiver checks signatures with the app's consumer secret.
func NewReceiver(consumerSecret string) *Receiver { return &Receiver{[]byte(consumerSecret)} }

// Challenge answers X's check of the address by signing the token that it sends.
func (r *Receiver) Challenge(req *http.Request) ([]byte, string, error) {
	token := req.URL.Query().Get("crc_token")
	if token == "" || len(token) > maxChallenge {
		return nil, "", errors.New("no crc_token to answer")
	}
	body, err := json.Marshal(map[string]string{"response_token": r.sign([]byte(token))})
	return body, "application/json", err
}

// Verify refuses a body that X did not sign.
func (r *Receiver) Verify(header http.Header, body []byte) error {
	got := header.Get(signatureHeader)
	if len(r.secret) == 0 || got == "" || subtle.ConstantTimeCompare([]byte(got), []byte(r.sign(body))) != 1 {
		return errors.New("wrong signature")
	}
	return nil
}

func (r *Receiver) sign(b []byte) string {
	mac := hmac.New(sha256.New, r.secret)
	mac.Write(b)
	return "sha256=" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Read translates an event. What is no event of posts is ignored by name; what should be
// one and cannot be read is an error.
func (r *Receiver) Read(body []byte) (connector.Batch, error) {
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return connector.Batch{}, fmt.Errorf("read event: %w", err)
	}
	it, err := e.item(body)
	if err != nil {
		return connector.Batch{}, err
	}
	return connector.Batch{Items: []connector.Item{it}, Done: true}, nil
}

// item is what an event means to us.
func (e event) item(body []byte) (connector.Item, error) {
	us := e.Data.Filter.UserID
	switch e.Data.Type {
	case "post.mention.create", "post.reply.create", "post.quote.create", "post.create":
		var ours []string
		if us != "" {
			ours = []string{us}
		}
		it, err := item(e.Data.Payload, e.Data.Includes.read(), ours)
		if err != nil {
			return connector.Item{}, fmt.Errorf("read event %s: %w", e.Data.Type, err)
		}
		it.AccountExternalID = us
		if len(it.Post.Raw) > 0 {
			it.Post.Raw = body
		}
		return it, nil
	case "post.delete":
		id := rawID(e.Data.Payload)
		if id == 0 {
			return connector.Item{}, errors.New("read event post.delete: no id")
		}
		it := gone(idText(id), e.Data.Type)
		it.AccountExternalID = us
		return it, nil
	}
	note := e.Data.Type
	if note == "" {
		note = "no event type"
	}
	return connector.Item{What: connector.ItemIgnored, Note: note, AccountExternalID: us, Post: grievance.Post{Channel: grievance.X}}, nil
}
