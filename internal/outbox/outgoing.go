package outbox

import (
	"context"
	"errors"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// outgoing gathers what the channel needs: the approved text as it is, and the post that
// it answers.
func (o *Outbox) outgoing(ctx context.Context, tx *store.Tx, r *grievance.Reply, a grievance.OfficialAccount) (connector.Outgoing, error) {
	out := connector.Outgoing{
		Text: r.Text, Title: r.Title, Way: r.Way, Account: a.ExternalID,
		MessageID: r.MessageID, Automatic: r.Automatic, Now: o.Now(),
	}
	p, err := tx.Post(ctx, r.PostID)
	if err != nil {
		return out, err
	}
	out.To = p.Post
	if r.Way == grievance.LetterWay && p.Mail != nil {
		out.References = append(append([]string{}, p.Mail.References...), p.Mail.MessageID)
	}
	if r.Way == grievance.PrivateWay {
		out.LastHeard, err = tx.LastMessage(ctx, p.Author.ID, a.ID)
		if err != nil && !errors.Is(err, grievance.ErrNotFound) {
			return out, err
		}
	}
	if r.Way != grievance.LetterWay {
		return out, nil
	}
	for _, f := range r.Files {
		data, err := o.Load(ctx, f.Hash)
		if err != nil {
			return out, err
		}
		out.Files = append(out.Files, connector.Attachment{Name: f.Name, Type: f.Type, Data: data})
	}
	return out, nil
}
