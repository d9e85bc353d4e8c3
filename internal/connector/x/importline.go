package x

import (
	"bytes"
	"encoding/json"
	"fmt"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// ReadLine reads one line of an archive: an answer of the API, a webhook event, or a post
// alone. ours are the ids of our accounts, as far as known: what they wrote went out.
func ReadLine(line []byte, ours ...string) (connector.Batch, error) {
	line = bytes.TrimSpace(line)
	var shape struct {
		ID   json.RawMessage `json:"id"`
		Data json.RawMessage `json:"data"`
		Meta json.RawMessage `json:"meta"`

		Errors json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal(line, &shape); err != nil {
		return connector.Batch{}, fmt.Errorf("read line: %w", err)
	}
	var b connector.Batch
	var err error
	switch {
	case isEvent(shape.Data):
		b, err = readEvent(line, ours)
	case shape.Data != nil || shape.Meta != nil || shape.Errors != nil:
		b, err = readPage(line, ours)
	case shape.ID != nil:
		var it connector.Item
		it, err = item(line, included{}, ours)
		b.Items = []connector.Item{it}
	default:
		b.Items = []connector.Item{ignored("no post")}
	}
	if err != nil {
		return connector.Batch{}, err
	}
	b.Done = true
	return b, nil
}

func ignored(note string) connector.Item {
	return connector.Item{What: connector.ItemIgnored, Note: note, Post: grievance.Post{Channel: grievance.X}}
}

func isEvent(data json.RawMessage) bool {
	var e struct {
		Type json.RawMessage `json:"event_type"`
	}
	return len(data) > 0 && data[0] == '{' && json.Unmarshal(data, &e) == nil && e.Type != nil
}

func readEvent(line []byte, ours []string) (connector.Batch, error) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return connector.Batch{}, fmt.Errorf("read event: %w", err)
	}
	it, err := e.item(line)
	if err != nil {
		return connector.Batch{}, err
	}
	for _, id := range ours {
		if it.Post.Author.ExternalID == id {
			it.Post.Direction = grievance.Out
		}
	}
	return connector.Batch{Items: []connector.Item{it}}, nil
}

func readPage(line []byte, ours []string) (connector.Batch, error) {
	var p page
	if err := json.Unmarshal(line, &p); err != nil {
		return connector.Batch{}, fmt.Errorf("read answer: %w", err)
	}
	list, err := items(p, ours)
	if err != nil {
		return connector.Batch{}, err
	}
	list = append(list, missing(p, func(id string) string { return id })...)
	if len(list) == 0 {
		list = []connector.Item{ignored("empty answer")}
	}
	return connector.Batch{Items: list}, nil
}
