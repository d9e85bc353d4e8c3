package assist

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// Client speaks the Chat Completions form with one model.
type Client struct {
	URL   string // base address, https://llm.example/v1
	Model string
	Key   string // empty: the address asks for none
	HTTP  *http.Client
}

// Failure is why there is no answer. Key is the message for the officer; the error itself
// holds no words of anybody.
type Failure struct {
	Key   string
	Cause error
}

func (f *Failure) Error() string {
	if f.Cause == nil {
		return f.Key
	}
	return f.Key + ": " + f.Cause.Error()
}

func (f *Failure) Unwrap() error { return f.Cause }

func failed(key string, cause error) error { return &Failure{Key: key, Cause: cause} }

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type completionRequest struct {
	Model       string    `json:"model"`
	Messages    []message `json:"messages"`
	MaxTokens   int       `json:"max_tokens"`
	Temperature float64   `json:"temperature"`
	Stream      bool      `json:"stream"`
}

type completion struct {
	Choices []struct {
		Message struct {
			Content   string            `json:"content"`
			ToolCalls []json.RawMessage `json:"tool_calls"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
}

const (
	// mostAnswer is how many bytes of an answer are read.
	mostAnswer = 256 << 10
	// mostTokens is how long an answer may be; Hindi needs several tokens a word.
	mostTokens = 1500
)

// complete asks the model once. cut says that the answer ended because it was long.
func (c *Client) complete(ctx context.Context, messages []message, tokens int) (answer string, cut bool, err error) {
	body, err := json.Marshal(completionRequest{Model: c.Model, Messages: messages, MaxTokens: tokens, Temperature: 0.2})
	if err != nil {
		return "", false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.URL, "/")+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return "", false, failed("helper.down", nil)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "nivaran")
	if c.Key != "" {
		r.Header.Set("Authorization", "Bearer "+c.Key)
	}
	resp, err := c.HTTP.Do(r)
	if err != nil {
		return "", false, failed("helper.down", withoutAddress(err))
	}
	defer resp.Body.Close()
	if err := refused(resp); err != nil {
		return "", false, err
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	switch {
	case err != nil:
		return "", false, failed("helper.down", withoutAddress(err))
	case len(data) > mostAnswer:
		return "", false, failed("helper.odd", errors.New("the answer is too long"))
	}
	return read(data)
}

// refused turns the statuses of the service into what an officer can be told.
func refused(resp *http.Response) error {
	status := fmt.Errorf("status %d", resp.StatusCode)
	switch s := resp.StatusCode; {
	case s == http.StatusUnauthorized || s == http.StatusForbidden:
		return failed("helper.key", status)
	case s == http.StatusNotFound:
		return failed("helper.model", status)
	case s == http.StatusTooManyRequests:
		return failed("helper.busy", status)
	case s == http.StatusRequestEntityTooLarge || s == http.StatusBadRequest:
		return failed("helper.refused", status)
	case s >= 500:
		return failed("helper.down", status)
	case s != http.StatusOK:
		return failed("helper.odd", status)
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return failed("helper.odd", errors.New("the answer is no JSON"))
	}
	return nil
}

func read(data []byte) (answer string, cut bool, err error) {
	var got completion
	if err := json.Unmarshal(data, &got); err != nil {
		return "", false, failed("helper.odd", errors.New("the answer is no completion"))
	}
	if len(got.Choices) == 0 || len(got.Choices[0].Message.ToolCalls) > 0 || strings.TrimSpace(got.Choices[0].Message.Content) == "" {
		return "", false, failed("helper.odd", errors.New("the answer holds no words"))
	}
	first := got.Choices[0]
	return first.Message.Content, first.FinishReason == "length", nil
}

// withoutAddress keeps what went wrong and leaves out the address, which may hold a secret.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Check asks for one word, with nothing of anybody in it.
func (c *Client) Check(ctx context.Context) error {
	_, _, err := c.complete(ctx, []message{{"user", "Reply with the word OK."}}, 5)
	return err
}
