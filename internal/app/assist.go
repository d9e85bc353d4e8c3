package app

import (
	"context"

	"nivaran/internal/assist"
)

// helper is the language helper of the settings; nil where there is none. Only the host
// that the administrator names as the state's own may lie on a private address.
func (p *parts) helper() *assist.Helper {
	c := p.cfg
	if c.AssistURL == "" {
		return nil
	}
	private := c.PrivateFetch || c.AssistPrivateHost != ""
	return &assist.Helper{Desk: p.desk, Daily: c.AssistDaily, Client: &assist.Client{URL: c.AssistURL, Model: c.AssistModel, Key: c.AssistKey, HTTP: straight(client(c.AssistTimeout, private))}}
}

// lookAtHelper asks the language model for a word, with nothing of anybody in it.
func (p *parts) lookAtHelper(ctx context.Context) []finding {
	h := p.helper()
	if h == nil {
		return nil
	}
	if err := h.Client.Check(ctx); err != nil {
		return []finding{{warning, "helper", "the language model does not answer: " + reason(err), "look at NIVARAN_ASSIST_URL, NIVARAN_ASSIST_MODEL and NIVARAN_ASSIST_KEY; all else works without it"}}
	}
	return []finding{{fine, "helper", "the language model answers", ""}}
}
