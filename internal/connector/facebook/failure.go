package facebook

import (
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
	KeyWindow      = "reply.facebook_window"       // the time for answering a message is over
	KeyHumanWindow = "reply.facebook_human_window" // after a day only an officer may answer, if Meta granted it
	KeyPrivateLate = "reply.facebook_private_late" // too old for a private reply
	KeyPrivateOnce = "reply.facebook_private_once" // it had its private reply
	KeyElsewhere   = "reply.facebook_elsewhere"    // it stands on a wall that is not ours
	KeyUnreachable = "reply.facebook_unreachable"  // the person takes no messages
	KeyPublicNone  = "reply.facebook_message_only" // a message has no public answer
	KeyNoLetter    = "reply.facebook_no_letter"
	KeyTooLong     = "reply.too_long"
	KeyEmpty       = "reply.empty"
	KeyDuplicate   = "reply.duplicate"
)

// limitedFor is the wait when Facebook does not say until when.
const limitedFor = time.Hour

// graphError is Facebook's error object.
type graphError struct {
	Message   string `json:"message"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode"`
	Transient bool   `json:"is_transient"`
	TraceID   string `json:"fbtrace_id"`
}

// says tells whether the words of the error hold one of the phrases.
func (e graphError) says(phrases ...string) bool {
	all := strings.ToLower(e.Message)
	for _, phrase := range phrases {
		if strings.Contains(all, phrase) {
			return true
		}
	}
	return false
}

// The subcodes that change what a code means.
const (
	subcodeOutsideWindow = 2018278
	subcodeBarred        = 1893063 // the page itself may send no messages
	subcodeNoObject      = 33
)

// failure reads an answer that is no success (CHANNELS.md §3, the table of codes). The
// HTTP status says little; it speaks only where there is no error object.
func failure(status int, h http.Header, body []byte, page string, now time.Time) *connector.Failure {
	e, ok := readError(body)
	if !ok {
		return byStatus(status, h, page, now)
	}
	f := &connector.Failure{Class: connector.Broken, Code: code(e), RequestID: e.TraceID}
	switch e.Code {
	case 4, 17, 32, 613, 80001, 80002, 80006:
		f.Class, f.Until = connector.Limited, until(h, page, now)
		return f
	case 102, 190:
		f.Class = connector.SignIn
		return f
	}
	switch {
	case e.Transient, e.Code == 1, e.Code == 2:
		f.Class = connector.Temporary
	case e.Code == 10 && e.Subcode != subcodeBarred && (e.Subcode == subcodeOutsideWindow || e.says("outside of allowed window", "outside of the allowed window")):
		f.Class, f.Key = connector.Refused, KeyWindow
	case e.Code == 10, e.Code >= 200 && e.Code <= 299, e.Code == 368:
		f.Class = connector.Forbidden
	case e.Code == 551:
		f.Class, f.Key = connector.Refused, KeyUnreachable
	case e.Code == 10900:
		f.Class, f.Key = connector.Refused, KeyPrivateOnce
	case e.Code == 10901:
		f.Class, f.Key = connector.Refused, KeyPrivateLate
	case e.Code == 10902, e.Code == 10903:
		f.Class, f.Key = connector.Refused, KeyUnreachable
	case e.Code == 506:
		f.Class, f.Key = connector.Duplicate, KeyDuplicate
	case e.Code == 100 && e.Subcode == subcodeNoObject, e.Code == 803:
		f.Class = connector.Gone
	case e.Code == 100 && e.says("must be less than or equal to", "is too long"):
		f.Class, f.Key = connector.Refused, KeyTooLong
	}
	return f
}

func readError(body []byte) (graphError, bool) {
	var got struct {
		Error *graphError `json:"error"`
	}
	if json.Unmarshal(body, &got) != nil || got.Error == nil {
		return graphError{}, false
	}
	return *got.Error, true
}

// byStatus is for what is no answer of the Graph API: a proxy's page, an empty body.
func byStatus(status int, h http.Header, page string, now time.Time) *connector.Failure {
	f := &connector.Failure{Class: connector.Broken, Code: strconv.Itoa(status), RequestID: h.Get("x-fb-trace-id")}
	switch {
	case status == http.StatusTooManyRequests:
		f.Class, f.Until = connector.Limited, until(h, page, now)
	case status >= 500, status == http.StatusRequestTimeout:
		f.Class = connector.Temporary
	}
	return f
}

func code(e graphError) string {
	if e.Subcode != 0 {
		return strconv.Itoa(e.Code) + "/" + strconv.Itoa(e.Subcode)
	}
	return strconv.Itoa(e.Code)
}

// plain takes the address off a network error: it may hold what nobody should log.
func plain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
