package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// acknowledge queues the automatic acknowledgement with number and number page, or keeps
// why none is sent (DESIGN.md §3.4): the officer's answer then carries the number.
func (d *Desk) acknowledge(ctx context.Context, tx *store.Tx, c *grievance.Case, k *grievance.Complainant, p *grievance.StoredPost, accounts map[int]grievance.OfficialAccount) error {
	k.AckState = d.noAck(c, p)
	account := 0
	if k.AckState == "" {
		if account = d.ackSpeaker(p, accounts); account == 0 {
			k.AckState = "ack.no_account"
		}
	}
	if k.AckState != "" {
		return tx.UpdateComplainant(ctx, k)
	}
	way := grievance.PublicWay
	switch {
	case p.Channel == grievance.Email:
		way = grievance.LetterWay
	case p.Form == grievance.Message:
		way = grievance.PrivateWay
	}
	words := fmt.Sprintf(say(k.Language).ack, c.Number, d.numberURL(c.Number))
	if way != grievance.PublicWay {
		link, err := d.newLink(ctx, tx, c, k)
		if err != nil {
			return err
		}
		words += "\n" + fmt.Sprintf(say(k.Language).link, link)
	}
	if p.Channel == grievance.X { // one automatic reply a conversation, ever
		err := tx.TakeThread(ctx, p.Channel, threadOf(p), c.ID)
		if errors.Is(err, grievance.ErrConflict) {
			k.AckState = "ack.thread_spent"
			return tx.UpdateComplainant(ctx, k)
		}
		if err != nil {
			return err
		}
	}
	err := tx.TakeAck(ctx, p.Author.ID, d.AckLimit, d.Now())
	if errors.Is(err, grievance.ErrConflict) {
		k.AckState = "ack.enough_today"
		return tx.UpdateComplainant(ctx, k)
	}
	if err != nil {
		return err
	}
	r := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: p.ID, AccountID: account, Way: way, Kind: grievance.Acknowledgement,
		Automatic: true, Text: words, State: grievance.ReplyQueued, ApprovedAt: d.Now()}
	k.AckState = "ack.queued"
	if accounts[account].Approval.Demands(r.Kind, r.Way, true) {
		r.State, r.ApprovedAt, k.AckState = grievance.ReplyAwaiting, time.Time{}, "ack.waits"
	}
	if err := tx.UpdateComplainant(ctx, k); err != nil {
		return err
	}
	return d.queue(ctx, tx, c, p, r, fmt.Sprintf("ack %s to %s", c.ID, k.ID))
}

// noAck says why a post is not acknowledged; empty: it may be.
func (d *Desk) noAck(c *grievance.Case, p *grievance.StoredPost) string {
	switch {
	case p.Imported:
		return "ack.imported"
	case d.Now().Sub(p.PostedAt) > d.AckMaxAge:
		return "ack.too_old"
	case p.Author.Official:
		return "ack.official"
	case p.Author.ID == 0:
		return "ack.author_unknown"
	case c.Urgency == grievance.Danger:
		return "ack.danger"
	case c.Sensitive:
		return "ack.sensitive"
	case p.Mail != nil && (p.Mail.DMARCFail || p.Mail.Automatic):
		return "ack.mail_not_sure"
	}
	return ""
}

// ackSpeaker is the account that acknowledges: one that saw the post, may speak there and
// has acknowledgements switched on.
func (d *Desk) ackSpeaker(p *grievance.StoredPost, accounts map[int]grievance.OfficialAccount) int {
	seen := slices.Clone(p.Accounts)
	slices.Sort(seen)
	for _, id := range seen {
		if a := accounts[id]; a.Acknowledge && !a.Archive && d.refusal(a, p) == "" {
			return id
		}
	}
	return 0
}

func threadOf(p *grievance.StoredPost) string {
	if p.ThreadID != "" {
		return p.ThreadID
	}
	return p.ExternalID
}

func (d *Desk) numberURL(number string) string { return d.PublicURL + "/n/" + number }
