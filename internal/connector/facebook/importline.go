package facebook

import (
	"bytes"
	"slices"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// ReadLine reads one line of an archive: the body of a webhook as it arrived. ours are the
// ids of our pages, as far as known: what they wrote went out.
func ReadLine(line []byte, ours ...string) (connector.Batch, error) {
	items, err := readDelivery(bytes.TrimSpace(line))
	if err != nil {
		return connector.Batch{}, err
	}
	for i := range items {
		if p := &items[i].Post; p.Author.ExternalID != "" && slices.Contains(ours, p.Author.ExternalID) {
			p.Direction = grievance.Out
		}
	}
	return connector.Batch{Items: items, Done: true}, nil
}
