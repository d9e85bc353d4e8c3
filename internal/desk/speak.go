package desk

import (
	"context"
	"fmt"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
	"nivaran/internal/text"
)

// Speaking is from where the actor may write to a complainant in a way.
type Speaking struct {
	Voices []Voice
	Best   int // the account that is chosen unless the actor chooses another; 0: none may
	Next   []Advice
}

// Advice is what else can be done for a complainant whom no account may reach in the way
// that was wanted: a message key and what it names.
type Advice struct {
	Key     string
	Account string // an account by its handle
	Office  int
}

// Speak says which official accounts may carry the actor's words to a complainant, why
// others cannot, and where none can, the next best ways.
func (d *Desk) Speak(ctx context.Context, by grievance.Actor, id, complainant grievance.ID, way grievance.Way) (sp Speaking, err error) {
	err = d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.Case(ctx, by.Scope, id)
		if err != nil {
			return err
		}
		k, err := tx.Complainant(ctx, complainant)
		if isNone(err) || err == nil && k.CaseID != c.ID {
			return grievance.ErrNotFound
		}
		if err != nil {
			return err
		}
		g, err := d.ground(ctx, tx)
		if err != nil {
			return err
		}
		s, err := d.speechTo(ctx, tx, by, c, k, way, grievance.Interim)
		if err != nil {
			return err
		}
		sp, err = d.speaking(ctx, tx, g, s)
		return err
	})
	if err != nil {
		return Speaking{}, fmt.Errorf("speak in case %s: %w", id, err)
	}
	return sp, nil
}

func (d *Desk) speaking(ctx context.Context, tx *store.Tx, g *ground, s speech) (sp Speaking, err error) {
	if sp.Voices, err = d.voices(ctx, tx, g, s); err != nil {
		return sp, err
	}
	if s.way == grievance.PublicWay && s.c.Sensitive {
		for i := range sp.Voices {
			sp.Voices[i].Refused = "reply.sensitive"
		}
	}
	if v := d.best(sp.Voices, s.office, s.c); v != nil {
		sp.Best = v.Account.ID
		return sp, nil
	}
	sp.Next, err = d.advice(ctx, tx, g, s, sp.Voices)
	return sp, err
}

// advice lists the next best ways to a complainant, the best first. The last is always to
// record how the citizen was told.
func (d *Desk) advice(ctx context.Context, tx *store.Tx, g *ground, s speech, voices []Voice) ([]Advice, error) {
	var all []Advice
	other, err := d.otherWay(ctx, tx, g, s)
	if err != nil {
		return nil, err
	}
	if other != "" {
		all = append(all, Advice{Key: other})
	}
	for _, v := range voices {
		switch v.Refused {
		case "reply.no_right":
			all = append(all, Advice{Key: "advice.ask_office", Account: v.Account.Handle, Office: v.Account.OfficeID})
		case "reply.account_stopped":
			all = append(all, Advice{Key: "advice.reconnect", Account: v.Account.Handle})
		}
	}
	if s.post.Channel == grievance.X && (s.way == grievance.PrivateWay || s.c.Sensitive) {
		if a := d.mailbox(g, s); a != "" {
			all = append(all, Advice{Key: "advice.ask_by_mail", Account: a})
		}
	}
	posts, err := tx.PostsOfCase(ctx, s.c.ID)
	if err != nil {
		return nil, err
	}
	if s.way != grievance.LetterWay && gaveAddress(posts, s.post.Author.ID) {
		all = append(all, Advice{Key: "advice.letter"})
	}
	return append(all, Advice{Key: "advice.told"}), nil
}

// otherWay is how the same account could reach the complainant in the other way of its
// channel; empty when it could not.
func (d *Desk) otherWay(ctx context.Context, tx *store.Tx, g *ground, s speech) (string, error) {
	key := "advice.private_message"
	switch {
	case s.way == grievance.LetterWay:
		return "", nil
	case s.way == grievance.PrivateWay && (s.c.Sensitive || !s.post.Public):
		return "", nil
	case s.way == grievance.PrivateWay:
		s.way, key = grievance.PublicWay, "advice.in_public"
	default:
		s.way = grievance.PrivateWay
	}
	voices, err := d.voices(ctx, tx, g, s)
	if err != nil || d.best(voices, s.office, s.c) == nil {
		return "", err
	}
	return key, nil
}

// mailbox is the address to which a citizen can be asked to write: of the office, else the
// state's.
func (d *Desk) mailbox(g *ground, s speech) string {
	var boxes []Voice
	for _, a := range g.accounts {
		if a.Channel == grievance.Email && !a.Archive && a.StoppedAt.IsZero() {
			boxes = append(boxes, Voice{Account: a})
		}
	}
	if v := d.best(boxes, s.office, s.c); v != nil {
		return v.Account.Handle
	}
	return ""
}

// gaveAddress says whether the citizen wrote a mail address in any of their posts.
func gaveAddress(posts []*grievance.StoredPost, author grievance.ID) bool {
	return slices.ContainsFunc(posts, func(p *grievance.StoredPost) bool {
		return p.Author.ID == author && p.Direction == grievance.In &&
			slices.ContainsFunc(text.PersonalData(p.Text), func(f text.Finding) bool { return f.Kind == "mail" })
	})
}
