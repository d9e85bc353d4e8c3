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
	"nivaran/internal/text"
)

// errNoWay: no official account can reach the complainant in the way that is wanted.
var errNoWay = errors.New("no way to reach the complainant")

// Voice is an official account and whether it may speak to a complainant.
type Voice struct {
	Account grievance.OfficialAccount
	// Refused is a message key that says why it may not; empty: it may.
	Refused string
	// Until is when a private window closes; zero: none.
	Until time.Time
}

// messageWindow is how long Facebook lets a page write after the person's last message,
// the human-agent tag included.
const messageWindow = 7 * 24 * time.Hour

// voices says of every account of the post's channel whether it may answer, in the way.
func (d *Desk) voices(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, way grievance.Way) ([]Voice, error) {
	accounts, err := tx.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var voices []Voice
	for _, a := range accounts {
		if a.Channel != p.Channel || a.Archive {
			continue
		}
		v := Voice{Account: a, Refused: d.refusal(a, p)}
		if way == grievance.PrivateWay && p.Channel == grievance.Facebook && v.Refused == "" {
			if v.Until, err = d.window(ctx, tx, p, a.ID); err != nil {
				return nil, err
			}
			if d.Now().After(v.Until) {
				v.Refused = "reply.window_over"
			}
		}
		voices = append(voices, v)
	}
	return voices, nil
}

// window is until when the account may write to the author privately: after a message of
// theirs, or once under a comment.
func (d *Desk) window(ctx context.Context, tx *store.Tx, p *grievance.StoredPost, account int) (time.Time, error) {
	last, err := tx.LastMessage(ctx, p.Author.ID, account)
	if errors.Is(err, grievance.ErrNotFound) {
		return p.PostedAt.Add(messageWindow), nil
	}
	return last.Add(messageWindow), err
}

// refusal says why an account may not answer a post; empty: it may.
func (d *Desk) refusal(a grievance.OfficialAccount, p *grievance.StoredPost) string {
	switch {
	case !a.CanSend:
		return "reply.account_reads_only"
	case !a.StoppedAt.IsZero():
		return "reply.account_stopped"
	case p.Channel == grievance.X && !d.Enterprise && !slices.Contains(p.Mentions, a.ExternalID) && p.Quotes == "":
		return "reply.x_not_summoned"
	case p.Channel == grievance.X && !d.Enterprise && !slices.Contains(p.Mentions, a.ExternalID):
		return "reply.x_not_summoned"
	case p.Channel != grievance.X && !slices.Contains(p.Accounts, a.ID):
		return "reply.not_seen_there"
	}
	return ""
}

// bestSpeaker is the account that may answer the post: that of the office if it can, else
// one that saw the post; 0 when none may.
func (d *Desk) bestSpeaker(p *grievance.StoredPost, accounts map[int]grievance.OfficialAccount, officeID int) int {
	best := 0
	for _, id := range sortedAccounts(accounts) {
		a := accounts[id]
		if a.Channel != p.Channel || a.Archive || d.refusal(a, p) != "" {
			continue
		}
		switch {
		case a.OfficeID == officeID:
			return id
		case best == 0:
			best = id
		}
	}
	if best == 0 && len(p.Accounts) > 0 {
		return p.Accounts[0]
	}
	return best
}

func sortedAccounts(accounts map[int]grievance.OfficialAccount) []int {
	ids := make([]int, 0, len(accounts))
	for id := range accounts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// wayTo is how an answer goes to a complainant: by letter, privately to who wrote
// privately or about something sensitive, else where all can read.
func (d *Desk) wayTo(c *grievance.Case, k *grievance.Complainant) grievance.Way {
	switch {
	case k.Channel == grievance.Email:
		return grievance.LetterWay
	case c.Sensitive && k.Channel == grievance.Facebook:
		return grievance.PrivateWay
	}
	return grievance.PublicWay
}

// length counts a text as its channel does, and gives the channel's limit; 0: none.
func length(s string, ch grievance.Channel, accountLimit int) (n, limit int) {
	switch ch {
	case grievance.X:
		limit = text.XLimit
		if accountLimit > 0 {
			limit = accountLimit
		}
		return text.XLength(s), limit
	case grievance.Facebook:
		return len([]rune(s)), 2000
	}
	return len([]rune(s)), 0
}

// answer queues the approved report as one reply to one complainant.
func (d *Desk) answer(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, p *grievance.Report) error {
	post, plan, err := d.plan(ctx, tx, c, k)
	if err != nil {
		return err
	}
	way, account := plan.Way, plan.AccountID
	link := ""
	if way != grievance.PublicWay {
		if link, err = d.newLink(ctx, tx, c, k); err != nil {
			return err
		}
	}
	now := d.Now()
	r := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: post.ID, AccountID: account, Way: way, Kind: grievance.Answer,
		Text: answerText(c, k, p.Text, way, link), State: grievance.ReplyQueued, AuthorID: p.AuthorID, ApproverID: by.ID, ReportID: p.ID, ApprovedAt: now}
	if way == grievance.LetterWay {
		r.Files = p.Files
	}
	return d.queue(ctx, tx, c, post, r, fmt.Sprintf("answer %s to %s", p.ID, k.ID))
}

// speaker is the account that carries a reply: the office's own where it may, else one
// that may; errNoWay when none.
func (d *Desk) speaker(ctx context.Context, tx *store.Tx, c *grievance.Case, p *grievance.StoredPost, way grievance.Way) (int, error) {
	voices, err := d.voices(ctx, tx, p, way)
	if err != nil {
		return 0, err
	}
	best := 0
	for _, v := range voices {
		switch {
		case v.Refused != "":
		case v.Account.OfficeID == c.OfficeID:
			return v.Account.ID, nil
		case best == 0:
			best = v.Account.ID
		}
	}
	if best == 0 {
		return 0, errNoWay
	}
	return best, nil
}

// queue writes a reply and the order to send it. once names what is answered only once.
func (d *Desk) queue(ctx context.Context, tx *store.Tx, c *grievance.Case, p *grievance.StoredPost, r *grievance.Reply, once string) error {
	now := d.Now()
	r.ID, r.CreatedAt, r.Text = tx.NewID(now), now, clean(r.Text)
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
	return tx.Enqueue(ctx, SendArgs{ReplyIDs: []grievance.ID{r.ID}}, store.Job{Queue: "publish"})
}

// SendArgs orders the sending of queued replies.
type SendArgs struct {
	ReplyIDs []grievance.ID `json:"reply_ids"`
}

// Kind names the job.
func (SendArgs) Kind() string { return "send_replies" }

// ReplyRequest is what an officer writes to a complainant.
type ReplyRequest struct {
	ComplainantID grievance.ID
	AccountID     int // 0: the best one
	Way           grievance.Way
	Text          string
	// Ask: the reply asks for something; the clock pauses until the citizen answers.
	Ask bool
	// TemplateID is the template that the officer began from, 0: none.
	TemplateID grievance.ID
}

// Reply sends an interim word of an officer, public or private.
func (d *Desk) Reply(ctx context.Context, by grievance.Actor, id grievance.ID, r ReplyRequest) error {
	return d.write(ctx, by, id, r, grievance.MayReply, grievance.Replied, grievance.Interim)
}

// Ask asks the citizen; the clock pauses with reason and person until the answer comes or
// the window is over.
func (d *Desk) Ask(ctx context.Context, by grievance.Actor, id grievance.ID, r ReplyRequest) error {
	return d.write(ctx, by, id, r, grievance.MayAsk, grievance.Asked, grievance.Question)
}

func (d *Desk) write(ctx context.Context, by grievance.Actor, id grievance.ID, r ReplyRequest, p grievance.Permission, e grievance.Event, kind grievance.ReplyKind) error {
	words, err := remark("text", r.Text, 2)
	if err != nil {
		return err
	}
	if err := finished("text", words); err != nil {
		return err
	}
	return d.act(ctx, by, id, p, e, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		if c.State.Ended() {
			return fmt.Errorf("%s: %w: it is %s", e, grievance.ErrConflict, c.State)
		}
		k, err := tx.Complainant(ctx, r.ComplainantID)
		if err != nil || k.CaseID != c.ID {
			return errors.Join(grievance.ErrNotFound, err)
		}
		reply, post, err := d.compose(ctx, tx, by, c, k, r, words)
		if err != nil {
			return err
		}
		reply.Kind = kind
		if err := d.queue(ctx, tx, c, post, reply, ""); err != nil {
			return err
		}
		if r.TemplateID != 0 {
			if err := tx.UseTemplate(ctx, by.ID, r.TemplateID, d.Now()); err != nil {
				return err
			}
		}
		ch.data = map[string]any{"reply": reply.ID, "account": reply.AccountID, "way": reply.Way}
		if kind == grievance.Question {
			return d.pause(ctx, tx, by, c)
		}
		return nil
	})
}

// compose checks that the account may say these words to the complainant in this way.
func (d *Desk) compose(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, r ReplyRequest, words string) (*grievance.Reply, *grievance.StoredPost, error) {
	post, err := tx.Post(ctx, k.PostID)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case k.Channel == grievance.Email:
		r.Way = grievance.LetterWay
	case k.Channel == grievance.X && r.Way != grievance.PublicWay:
		return nil, nil, grievance.Invalid("way", "reply.x_public_only")
	case r.Way == grievance.PublicWay && (c.Sensitive || c.Urgency == grievance.Danger && c.Sensitive):
		return nil, nil, grievance.Invalid("way", "error.sensitive_not_public")
	}
	voices, err := d.voices(ctx, tx, post, r.Way)
	if err != nil {
		return nil, nil, err
	}
	account, refused := grievance.OfficialAccount{}, "reply.no_account"
	for _, v := range voices {
		if r.AccountID == v.Account.ID || r.AccountID == 0 && v.Refused == "" && account.ID == 0 {
			account, refused = v.Account, v.Refused
		}
	}
	if refused != "" {
		return nil, nil, grievance.Invalid("account", refused)
	}
	if n, limit := length(words, k.Channel, account.MaxLength); limit > 0 && n > limit {
		return nil, nil, &grievance.InvalidError{Field: "text", Key: "error.too_long_by", Args: map[string]any{"Count": n - limit}}
	}
	now := d.Now()
	reply := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: post.ID, AccountID: account.ID, Way: r.Way, Text: words,
		State: grievance.ReplyQueued, AuthorID: by.ID, ApprovedAt: now, ApproverID: by.ID}
	if account.ApproveReplies {
		reply.State, reply.ApprovedAt, reply.ApproverID = grievance.ReplyAwaiting, time.Time{}, 0
	}
	return reply, post, nil
}

// ApproveReply lets another officer's reply go out.
func (d *Desk) ApproveReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID) error {
	return d.decideReply(ctx, by, id, reply, grievance.ReplyAwaiting, func(r *grievance.Reply) error {
		if r.AuthorID == by.ID {
			return ErrOwnReport
		}
		r.State, r.ApproverID, r.ApprovedAt, r.SendAt = grievance.ReplyQueued, by.ID, d.Now(), d.Now()
		return nil
	})
}

// RefuseReply stops a reply that waits for approval.
func (d *Desk) RefuseReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID) error {
	return d.decideReply(ctx, by, id, reply, grievance.ReplyAwaiting, func(r *grievance.Reply) error {
		r.State = grievance.ReplyCancelled
		return nil
	})
}

// SendAgain lets a reply go once more that was refused, or that nobody found after a
// doubtful end: an officer has looked and decides.
func (d *Desk) SendAgain(ctx context.Context, by grievance.Actor, id, reply grievance.ID, from grievance.ReplyState) error {
	if err := within("state", from, []grievance.ReplyState{grievance.ReplyRefused, grievance.ReplyDoubtful, grievance.ReplyBounced}); err != nil {
		return err
	}
	return d.decideReply(ctx, by, id, reply, from, func(r *grievance.Reply) error {
		r.State, r.SendAt, r.Tries, r.Looks, r.FailClass, r.FailKey = grievance.ReplyQueued, d.Now(), 0, 0, "", ""
		return nil
	})
}

func (d *Desk) decideReply(ctx context.Context, by grievance.Actor, id, reply grievance.ID, from grievance.ReplyState, decide func(r *grievance.Reply) error) error {
	return d.act(ctx, by, id, grievance.MayReply, grievance.Replied, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		r, err := tx.Reply(ctx, reply)
		if err != nil || r.CaseID != c.ID {
			return errors.Join(grievance.ErrNotFound, err)
		}
		if err := decide(r); err != nil {
			return err
		}
		ch.data = map[string]any{"reply": r.ID, "state": r.State}
		if err := tx.ReleaseReply(ctx, r, from); err != nil {
			return err
		}
		if r.State != grievance.ReplyQueued {
			return nil
		}
		return tx.Enqueue(ctx, SendArgs{ReplyIDs: []grievance.ID{r.ID}}, store.Job{Queue: "publish"})
	})
}

// Note keeps an internal note: no citizen ever sees it.
func (d *Desk) Note(ctx context.Context, by grievance.Actor, id grievance.ID, words string, uploads []Upload) error {
	words, err := remark("text", words, 1)
	if err != nil {
		return err
	}
	if err := finished("text", words); err != nil {
		return err
	}
	files, err := d.keepFiles(ctx, uploads)
	if err != nil {
		return err
	}
	return d.act(ctx, by, id, grievance.MayNote, grievance.Noted, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.text, ch.data = words, map[string]any{"files": len(files)}
		return tx.Attach(ctx, "note", c.ID, c.ID, files, d.Now())
	})
}

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
	if err := tx.ReleaseReply(ctx, &bounced, grievance.ReplyPublished); err != nil {
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
