package x

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"nivaran/internal/connector"
)

// What the officer is told when a reply is refused, as message keys.
const (
	KeyNotSummoned = "reply.x_not_summoned"
	KeyPublicOnly  = "reply.x_public_only"
	KeyTooLong     = "reply.too_long"
	KeyEmpty       = "reply.empty"
	KeyDuplicate   = "reply.duplicate"
)

// windowLength is how long X counts calls: the wait when it does not say until when.
const windowLength = 15 * time.Minute

// problem is X's error body, and an entry of errors beside data.
type problem struct {
	Title      string `json:"title"`
	Detail     string `json:"detail"`
	Type       string `json:"type"`
	Message    string `json:"message"`
	Parameter  string `json:"parameter"`
	Resource   string `json:"resource_type"`
	ResourceID string `json:"resource_id"`
	Value      any    `json:"value"`

	Errors []problem `json:"errors"`
}

// kind is the last part of the type: two hosts, and both paths and fragments, are in use.
func (p problem) kind() string {
	return p.Type[strings.LastIndexAny(p.Type, "/#")+1:]
}

// says tells whether any words of the problem hold one of the phrases.
func (p problem) says(phrases ...string) bool {
	all := strings.ToLower(p.Title + "\n" + p.Detail + "\n" + p.Message)
	for _, e := range p.Errors {
		all += "\n" + strings.ToLower(e.Message+"\n"+e.Detail)
	}
	for _, phrase := range phrases {
		if strings.Contains(all, phrase) {
			return true
		}
	}
	return false
}

// failure reads an answer that is no success (CHANNELS.md §2, the table of answers).
func failure(status int, h http.Header, body []byte, now time.Time) *connector.Failure {
	var p problem
	// A proxy's page is no JSON: then the status alone speaks.
	if err := json.Unmarshal(body, &p); err != nil {
		p = problem{}
	}
	f := &connector.Failure{Class: connector.Broken, Code: code(status, p), RequestID: requestID(h)}
	switch {
	case status == http.StatusUnauthorized:
		f.Class = connector.SignIn
	case status == http.StatusPaymentRequired, p.Title == "CreditsDepleted", p.kind() == "usage-capped", p.Title == "UsageCapExceeded":
		f.Class, f.Until = connector.Unpaid, reset(h)
	case status == http.StatusTooManyRequests:
		f.Class, f.Until = connector.Limited, reset(h)
		if !f.Until.After(now) {
			f.Until = now.Add(windowLength)
		}
	case status >= 500, status == http.StatusRequestTimeout:
		f.Class = connector.Temporary
	case status == http.StatusNotFound, p.kind() == "resource-not-found":
		f.Class = connector.Gone
	case (status == http.StatusBadRequest || status == http.StatusForbidden) && p.says("too long"):
		f.Class, f.Key = connector.Refused, KeyTooLong
	case status == http.StatusForbidden:
		f.Class, f.Key = forbidden(p)
	}
	return f
}

// forbidden tells apart what X answers with 403.
func forbidden(p problem) (connector.Class, string) {
	switch {
	case p.says("reply to this conversation is not allowed", "only reply to or quote posts where you are mentioned"):
		return connector.Refused, KeyNotSummoned
	case p.says("duplicate content"):
		return connector.Duplicate, KeyDuplicate
	case p.says("deleted or not visible"):
		return connector.Gone, ""
	}
	return connector.Forbidden, ""
}

func code(status int, p problem) string {
	kind := p.kind()
	if kind == "blank" || kind == "about:blank" {
		kind = ""
	}
	return strings.TrimSpace(strconv.Itoa(status) + " " + cmp.Or(kind, p.Title))
}

func requestID(h http.Header) string {
	return cmp.Or(h.Get("x-transaction-id"), h.Get("x-request-id"))
}

// reset is when the window of calls ends; zero when X does not say.
func reset(h http.Header) time.Time {
	s, err := strconv.ParseInt(h.Get("x-rate-limit-reset"), 10, 64)
	if err != nil || s <= 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// plain takes the address off a network error: it may hold what nobody should log.
func plain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
