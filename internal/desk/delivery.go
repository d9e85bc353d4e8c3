package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// answer queues the approved report as one reply to one complainant.
func (d *Desk) answer(ctx context.Context, tx *store.Tx, g *ground, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, p *grievance.Report) error {
	post, plan, err := d.plan(ctx, tx, g, by, c, k, grievance.Answer)
	if err != nil {
		return err
	}
	way, link := plan.Way, ""
	if way != grievance.PublicWay {
		if link, err = d.newLink(ctx, tx, c, k); err != nil {
			return err
		}
	}
	now := d.Now()
	words := named(p.Text, plan.Voice.Names)
	r := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: post.ID, AccountID: plan.AccountID, Way: way, Kind: grievance.Answer,
		Text: answerText(c, k, words, way, link), State: grievance.ReplyQueued, AuthorID: p.AuthorID, ApproverID: by.ID, ReportID: p.ID, ApprovedAt: now}
	if plan.Voice.Approval {
		r.State, r.ApproverID, r.ApprovedAt = grievance.ReplyAwaiting, 0, time.Time{}
	}
	if way == grievance.LetterWay {
		r.Files = p.Files
	}
	if err := d.queue(ctx, tx, c, post, r, fmt.Sprintf("answer %s to %s", p.ID, k.ID)); err != nil || r.State == grievance.ReplyQueued {
		return err
	}
	return d.tellCheckers(ctx, tx, c, r)
}

// queue writes a reply and the order to send it. once names what is answered only once.
func (d *Desk) queue(ctx context.Context, tx *store.Tx, c *grievance.Case, p *grievance.StoredPost, r *grievance.Reply, once string) error {
	now := d.Now()
	r.ID, r.CreatedAt, r.Text, r.Version = tx.NewID(now), now, clean(r.Text), 1
	if r.State == grievance.ReplyQueued {
		r.ApprovedHash = grievance.SumText(r.Text)
	}
	if r.Way == grievance.LetterWay {
		n, err := tx.ReplyCount(ctx, c.ID)
		if err != nil {
			return err
		}
		account, err := tx.Account(ctx, r.AccountID)
		if err != nil {
			return err
		}
		_, domain, _ := strings.Cut(account.Handle, "@")
		r.Title = letterTitle(p.Title, c.Number)
		r.MessageID = d.MessageID(c.Number, n+1, domain)
	}
	if err := tx.InsertReply(ctx, r, once); err != nil {
		return err
	}
	if r.State != grievance.ReplyQueued {
		return nil
	}
	return d.order(ctx, tx, r)
}

// order orders the sending of a queued reply.
func (d *Desk) order(ctx context.Context, tx *store.Tx, r *grievance.Reply) error {
	return tx.Enqueue(ctx, SendArgs{ReplyIDs: []grievance.ID{r.ID}}, store.Job{Queue: "publish"})
}

// SendArgs orders the sending of queued replies.
type SendArgs struct {
	ReplyIDs []grievance.ID `json:"reply_ids"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "send_replies" }

// ReplySent takes word from the outbox that a reply was published.
func (d *Desk) ReplySent(ctx context.Context, tx *store.Tx, r *grievance.Reply) error {
	if r.CaseID == 0 {
		return nil
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, r.CaseID)
	if err != nil {
		return err
	}
	return d.change(ctx, tx, grievance.System, c, grievance.Sent, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"reply": r.ID, "kind": r.Kind, "account": r.AccountID, "way": r.Way}
		if !r.Automatic && c.FirstResponseAt.IsZero() {
			c.FirstResponseAt = r.SentAt
		}
		k, err := tx.Complainant(ctx, r.ComplainantID)
		if errors.Is(err, grievance.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		switch r.Kind {
		case grievance.Acknowledgement:
			k.AckState = "ack.sent"
			return tx.UpdateComplainant(ctx, k)
		case grievance.Answer:
			k.DeliveredAt, k.FeedbackUntil = r.SentAt, r.SentAt.Add(d.Limits.Feedback)
			if err := tx.UpdateComplainant(ctx, k); err != nil {
				return err
			}
			if c.State == grievance.ActionTaken {
				return d.resolveWhenAllKnow(ctx, tx, c)
			}
		}
		return nil
	})
}

// ReplyFailed takes word from the outbox that a reply was refused, or that nobody knows
// whether it was published: an officer is told and decides.
func (d *Desk) ReplyFailed(ctx context.Context, tx *store.Tx, r *grievance.Reply) error {
	if r.CaseID == 0 {
		return nil
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, r.CaseID)
	if err != nil {
		return err
	}
	return d.change(ctx, tx, grievance.System, c, grievance.NotSent, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"reply": r.ID, "kind": r.Kind, "state": r.State, "class": r.FailClass, "why": r.FailKey}
		switch r.Kind {
		case grievance.Acknowledgement:
			k, err := tx.Complainant(ctx, r.ComplainantID)
			if err != nil {
				return err
			}
			k.AckState = "ack.not_sent"
			return tx.UpdateComplainant(ctx, k)
		case grievance.Answer:
			c.Undelivered = c.State == grievance.ActionTaken
		}
		for _, officer := range slices.Compact([]grievance.ID{r.AuthorID, r.ApproverID}) {
			if officer == 0 {
				continue
			}
			if err := tx.Notify(ctx, store.Notice{OfficerID: officer, CaseID: c.ID, Kind: "notice.not_sent", Data: c.Number, At: d.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Bounce takes word that a letter of ours came back. A lasting failure of an answer puts
// the case back on the list "answer not delivered"; a passing one waits.
func (d *Desk) Bounce(ctx context.Context, tx *store.Tx, messageID, status string, now time.Time) error {
	r, err := tx.ReplyByMessageID(ctx, messageID)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "5") || r.State != grievance.ReplyPublished {
		return nil
	}
	bounced := *r
	bounced.State, bounced.FailKey = grievance.ReplyBounced, "reply.bounced"
	if err := tx.ReleaseReply(ctx, &bounced, grievance.ReplyPublished, r.Version); err != nil {
		return err
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, r.CaseID)
	if err != nil {
		return err
	}
	return d.change(ctx, tx, grievance.System, c, grievance.Bounced, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data = map[string]any{"reply": r.ID, "status": status}
		k, err := tx.Complainant(ctx, r.ComplainantID)
		if err != nil {
			return err
		}
		if err := tx.MarkBadAddress(ctx, k.Author.ID); err != nil {
			return err
		}
		if r.Kind != grievance.Answer || c.State != grievance.Resolved {
			return d.notify(ctx, tx, c.OfficeID, c, "notice.bounced")
		}
		if err := c.Apply(grievance.Bounced); err != nil {
			return err
		}
		k.DeliveredAt, k.FeedbackUntil = time.Time{}, time.Time{}
		c.ResolvedAt, c.WaitUntil, c.Undelivered = time.Time{}, time.Time{}, true
		if err := tx.UpdateComplainant(ctx, k); err != nil {
			return err
		}
		return d.notify(ctx, tx, c.OfficeID, c, "notice.bounced")
	})
}

// TooLate takes word from the outbox that an acknowledgement waited longer than a post may
// be acknowledged: it is not sent, and the officer's answer carries the number.
func (d *Desk) TooLate(ctx context.Context, tx *store.Tx, r *grievance.Reply) error {
	late := *r
	late.State = grievance.ReplyCancelled
	if err := tx.ReleaseReply(ctx, &late, grievance.ReplyQueued, r.Version); err != nil {
		return err
	}
	k, err := tx.Complainant(ctx, r.ComplainantID)
	if err != nil {
		return err
	}
	k.AckState = "ack.too_old"
	return tx.UpdateComplainant(ctx, k)
}
