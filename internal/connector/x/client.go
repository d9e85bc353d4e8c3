package x

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"nivaran/internal/connector"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// request is one call.
type request struct {
	method, path string
	query        url.Values
	body         any // sent as JSON when not nil
	// publishes: the call must not be repeated when nobody knows how it ended.
	publishes bool
}

// answer is what X said to a call that it did.
type answer struct {
	body   []byte
	budget connector.Budget
}

// call asks in the account's name, and once more with fresh tokens after a 401.
func (c *Connector) call(ctx context.Context, r request) (answer, error) {
	token, err := c.bearer().Access(ctx)
	if err != nil {
		return answer{}, err
	}
	a, status, err := send(ctx, c.http, c.BaseURL, token, r, c.Now)
	if status != http.StatusUnauthorized {
		return a, err
	}
	if token, err = c.bearer().Renewed(ctx, token); err != nil {
		return answer{}, err
	}
	a, _, err = send(ctx, c.http, c.BaseURL, token, r, c.Now)
	return a, err
}

// send does one call with one token.
func send(ctx context.Context, client *http.Client, base, token string, r request, now func() time.Time) (answer, int, error) {
	var body io.Reader
	if r.body != nil {
		raw, err := json.Marshal(r.body)
		if err != nil {
			return answer{}, 0, &connector.Failure{Class: connector.Broken, Code: "request", Err: err}
		}
		body = bytes.NewReader(raw)
	}
	var connected atomic.Bool // until then nothing can have reached X
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	address := base + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return answer{}, 0, &connector.Failure{Class: connector.Broken, Code: "request", Err: plain(err)}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, 0, lost(r, connected.Load(), plain(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}, 0, lost(r, true, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answer{}, resp.StatusCode, refusal(r, resp, raw, now)
	}
	return answer{body: raw, budget: budget(resp.Header)}, resp.StatusCode, nil
}

// lost is a call without an answer.
func lost(r request, sent bool, err error) *connector.Failure {
	if r.publishes && sent {
		return &connector.Failure{Class: connector.Doubtful, Code: "no_answer", Err: err}
	}
	return &connector.Failure{Class: connector.Temporary, Code: "network", Err: err}
}

// refusal is failure, but that a reply whose call ended in a server error may stand.
// 503 is X saying that it did not take the call.
func refusal(r request, resp *http.Response, body []byte, now func() time.Time) *connector.Failure {
	f := failure(resp.StatusCode, resp.Header, body, now())
	if r.publishes && f.Class == connector.Temporary && resp.StatusCode != http.StatusServiceUnavailable {
		f.Class = connector.Doubtful
	}
	return f
}

func budget(h http.Header) connector.Budget {
	b := connector.Budget{Reset: reset(h)}
	if n, err := strconv.Atoi(h.Get("x-rate-limit-limit")); err == nil {
		b.Limit = n
	}
	if n, err := strconv.Atoi(h.Get("x-rate-limit-remaining")); err == nil {
		b.Remaining = n
	}
	return b
}

// read calls and decodes the answer into v.
func (c *Connector) read(ctx context.Context, r request, v any) (answer, error) {
	a, err := c.call(ctx, r)
	if err != nil {
		return answer{}, err
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return answer{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
	}
	return a, nil
}
