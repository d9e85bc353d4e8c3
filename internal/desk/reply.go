package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

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
		reply, post, err := d.compose(ctx, tx, by, c, k, r, kind, words)
		if err != nil {
			return err
		}
		if err := d.queue(ctx, tx, c, post, reply, ""); err != nil {
			return err
		}
		if r.TemplateID != 0 {
			if err := tx.UseTemplate(ctx, by.ID, r.TemplateID, d.Now()); err != nil {
				return err
			}
		}
		ch.data = map[string]any{"reply": reply.ID, "account": reply.AccountID, "way": reply.Way, "version": reply.Version}
		switch {
		case reply.State == grievance.ReplyAwaiting:
			ch.event = grievance.Replied // a question that waits stops no clock yet
			return d.tellCheckers(ctx, tx, c, reply)
		case kind == grievance.Question:
			return d.pause(ctx, tx, by, c)
		}
		return nil
	})
}

// compose checks that the account may say these words to the complainant in this way, and
// puts the name of the writer's office under them where another's account carries them.
func (d *Desk) compose(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, r ReplyRequest, kind grievance.ReplyKind, words string) (*grievance.Reply, *grievance.StoredPost, error) {
	s, err := d.speechTo(ctx, tx, by, c, k, r.Way, kind)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case s.way == grievance.PublicWay && c.Sensitive:
		return nil, nil, grievance.Invalid("way", "error.sensitive_not_public")
	case k.Channel == grievance.X && s.way != grievance.PublicWay:
		return nil, nil, grievance.Invalid("way", "reply.x_public_only")
	case k.Channel == grievance.Facebook && s.way == grievance.LetterWay:
		return nil, nil, grievance.Invalid("way", "reply.facebook_no_letter")
	}
	g, err := d.ground(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	voices, err := d.voices(ctx, tx, g, s)
	if err != nil {
		return nil, nil, err
	}
	v := d.best(voices, s.office, c)
	if r.AccountID != 0 {
		v = voiceOf(voices, r.AccountID)
	}
	switch {
	case v == nil:
		return nil, nil, grievance.Invalid("account", "reply.no_account")
	case v.Refused != "":
		return nil, nil, grievance.Invalid("account", v.Refused)
	}
	words = clean(named(words, v.Names))
	if err := fitsChannel(words, v.Account); err != nil {
		return nil, nil, err
	}
	reply := &grievance.Reply{CaseID: c.ID, ComplainantID: k.ID, PostID: s.post.ID, AccountID: v.Account.ID, Way: s.way, Kind: kind, Text: words,
		State: grievance.ReplyQueued, AuthorID: by.ID, ApprovedAt: d.Now(), ApproverID: by.ID}
	if v.Approval {
		reply.State, reply.ApprovedAt, reply.ApproverID = grievance.ReplyAwaiting, time.Time{}, 0
	}
	return reply, s.post, nil
}

// speechTo is what an officer is about to say to a complainant: by mail always a letter.
func (d *Desk) speechTo(ctx context.Context, tx *store.Tx, by grievance.Actor, c *grievance.Case, k *grievance.Complainant, way grievance.Way, kind grievance.ReplyKind) (speech, error) {
	post, err := tx.Post(ctx, k.PostID)
	if k.Channel == grievance.Email {
		way = grievance.LetterWay
	}
	return speech{by: by, c: c, post: post, way: way, kind: kind, office: by.OfficeID, lang: k.Language}, err
}

func voiceOf(voices []Voice, account int) *Voice {
	for i := range voices {
		if voices[i].Account.ID == account {
			return &voices[i]
		}
	}
	return nil
}

// fitsChannel refuses words that are too long for the account, saying by how much.
func fitsChannel(words string, a grievance.OfficialAccount) error {
	if n, limit := length(words, a.Channel, a.MaxLength); limit > 0 && n > limit {
		return &grievance.InvalidError{Field: "text", Key: "error.too_long_by", Args: map[string]any{"Count": n - limit}}
	}
	return nil
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
