package facebook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	"nivaran/internal/connector"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// request is one call.
type request struct {
	method, path string
	query        url.Values
	form         url.Values // the body, or
	body         any        // sent as JSON
	// publishes: the call must not be repeated when nobody knows how it ended. once: nor
	// when Facebook says that it may be.
	publishes, once bool
}

// call asks in the page's name. The token goes into a header: addresses are logged.
func (c *Connector) call(ctx context.Context, r request) ([]byte, connector.Budget, error) {
	token, err := c.Token(ctx)
	if err != nil {
		return nil, connector.Budget{}, noToken(err)
	}
	var connected atomic.Bool // until then nothing can have reached Facebook
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, err := c.request(ctx, r)
	if err != nil {
		return nil, connector.Budget{}, &connector.Failure{Class: connector.Broken, Code: "request", Err: plain(err)}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, connector.Budget{}, lost(r, connected.Load(), plain(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, connector.Budget{}, lost(r, true, err)
	}
	if _, refused := readError(raw); refused || resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, connector.Budget{}, c.refusal(r, resp, raw)
	}
	return raw, budget(resp.Header, c.Page.ID, c.Now()), nil
}

func noToken(err error) *connector.Failure {
	return &connector.Failure{Class: connector.SignIn, Code: "no_token", Err: err}
}

func (c *Connector) request(ctx context.Context, r request) (*http.Request, error) {
	var body io.Reader
	kind := ""
	switch {
	case r.form != nil:
		body, kind = strings.NewReader(r.form.Encode()), "application/x-www-form-urlencoded"
	case r.body != nil:
		raw, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body, kind = bytes.NewReader(raw), "application/json"
	}
	address := c.BaseURL + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err == nil && kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	return req, err
}

// lost is a call without an answer.
func lost(r request, sent bool, err error) *connector.Failure {
	if r.once || r.publishes && sent {
		return &connector.Failure{Class: connector.Doubtful, Code: "no_answer", Err: err}
	}
	return &connector.Failure{Class: connector.Temporary, Code: "network", Err: err}
}

// refusal is failure, but that a reply whose call ended in "unknown error" or in a
// gateway's page may stand. Code 2 and is_transient are Facebook saying that it did not
// take the call; a private reply is left to an officer even then.
func (c *Connector) refusal(r request, resp *http.Response, body []byte) *connector.Failure {
	f := failure(resp.StatusCode, resp.Header, body, c.Page.ID, c.Now())
	e, said := readError(body)
	untaken := said && (e.Code == 2 || e.Transient)
	if f.Class == connector.Temporary && (r.once || r.publishes && !untaken) {
		f.Class = connector.Doubtful
	}
	return f
}

// read calls and decodes the answer into v.
func (c *Connector) read(ctx context.Context, path string, query url.Values, v any) (connector.Budget, error) {
	raw, b, err := c.call(ctx, request{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return connector.Budget{}, err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return connector.Budget{}, &connector.Failure{Class: connector.Temporary, Code: "unreadable", Err: err}
	}
	return b, nil
}

func asFailure(err error) (*connector.Failure, bool) { return errors.AsType[*connector.Failure](err) }

// isClass tells whether err is a failure of that class.
func isClass(err error, class connector.Class) bool {
	f, ok := asFailure(err)
	return ok && f.Class == class
}
