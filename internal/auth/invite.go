package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/notice"
	"nivaran/internal/store"
)

// invitationLife is how long a one-time link may wait for its officer.
const invitationLife = 7 * 24 * time.Hour

// Link is a one-time link, to be shown to whoever made it and handed over.
type Link struct {
	OfficerID grievance.ID `json:"officer"`
	Name      string       `json:"name"`
	NameHI    string       `json:"name_hi"`
	Email     string       `json:"email"`
	URL       string       `json:"url"`
	Until     time.Time    `json:"until"`
}

// Invite makes the one-time link by which an officer takes up the official ID, or sets a
// new password for one that is taken up. An earlier link ends with it, and so do the
// sessions of one who has taken up the ID. The second factor stays.
func (a *Auth) Invite(ctx context.Context, by grievance.Actor, officer grievance.ID) (Link, error) {
	var link Link
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, err := a.managed(ctx, tx, by, officer, takeOver)
		if err != nil {
			return err
		}
		link, err = a.invite(ctx, tx, by, o)
		return err
	})
	if err != nil {
		return Link{}, fmt.Errorf("invite officer %s: %w", officer, err)
	}
	return link, nil
}

// InviteAll invites every officer whom the actor may invite and who has a charge but
// neither an official ID nor a link that still stands.
func (a *Auth) InviteAll(ctx context.Context, by grievance.Actor) ([]Link, error) {
	var links []Link
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		links = nil
		r, err := a.roll(ctx, tx, by)
		if err != nil {
			return err
		}
		officers, err := tx.Officers(ctx)
		if err != nil {
			return err
		}
		for _, o := range officers {
			id := r.ids[o.ID]
			if id.TakenUp || !id.InvitedUntil.IsZero() || !o.SuspendedAt.IsZero() || len(r.charges[o.ID]) == 0 || r.refusal(o.ID, takeOver) != nil {
				continue
			}
			link, err := a.invite(ctx, tx, by, o)
			if err != nil {
				return err
			}
			links = append(links, link)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("invite all officers: %w", err)
	}
	return links, nil
}

func (a *Auth) invite(ctx context.Context, tx *store.Tx, by grievance.Actor, o grievance.Officer) (Link, error) {
	now := a.Now()
	if !o.SuspendedAt.IsZero() {
		return Link{}, grievance.Invalid("officer", "auth.is_suspended")
	}
	id, err := tx.Identity(ctx, o.ID, now)
	if err != nil {
		return Link{}, err
	}
	var b [16]byte
	rand.Read(b[:])
	token := base64.RawURLEncoding.EncodeToString(b[:])
	link := Link{OfficerID: o.ID, Name: o.NameEN, NameHI: o.NameHI, Email: o.Email, URL: strings.TrimSuffix(a.PublicURL, "/") + "/invitation/" + token, Until: now.Add(invitationLife)}
	kind, words := "notice.invited", notice.Link{Subject: "mail.invited_title", Text: "mail.invited"}
	if id.TakenUp {
		kind, words = "notice.new_link", notice.Link{Subject: "mail.new_link_title", Text: "mail.new_link"}
		if err := tx.EndSessions(ctx, o.ID, 0, now); err != nil {
			return Link{}, err
		}
	}
	if err := tx.SaveInvitation(ctx, store.Invitation{OfficerID: o.ID, Hash: hashLink(token), ByID: by.ID, MadeAt: now, ExpiresAt: link.Until}); err != nil {
		return Link{}, err
	}
	words.URL, words.Until = link.URL, link.Until
	if err := a.Mail.SendLink(ctx, tx, o, words); err != nil {
		return Link{}, err
	}
	if err := tx.Notify(ctx, store.Notice{OfficerID: o.ID, Kind: kind, At: now}); err != nil {
		return Link{}, err
	}
	return link, tx.RecordOffice(ctx, by, "id.invited", map[string]any{"officer": o.ID, "taken_up": id.TakenUp}, now)
}

func hashLink(token string) []byte {
	sum := sha256.Sum256([]byte("invitation:" + token))
	return sum[:]
}

// ShowLinks holds fresh links for the one page that shows them.
func (a *Auth) ShowLinks(ctx context.Context, links []Link) error {
	b, err := json.Marshal(links)
	if err != nil {
		return err
	}
	return a.putSealed(ctx, linksKey, string(b))
}

// Links gives the fresh links once.
func (a *Auth) Links(ctx context.Context) (links []Link, err error) {
	text, err := a.getSealed(ctx, linksKey)
	if text == "" || err != nil {
		return nil, err
	}
	a.sessions.Remove(ctx, linksKey)
	return links, json.Unmarshal([]byte(text), &links)
}

// Invited is what a one-time link tells whoever opens it.
type Invited struct {
	Officer grievance.Officer
	By      grievance.Officer // ID 0: the command line
	Charges []grievance.Charge
	Until   time.Time
	TakenUp bool // the link sets a new password
}

// Invited reads a one-time link. Unknown, used and ended ones are refused alike and count
// as wrong tries of the address.
func (a *Auth) Invited(ctx context.Context, token, address string) (*Invited, error) {
	t, err := a.try(ctx, "", address)
	if err != nil {
		return nil, err
	}
	var in *Invited
	err = a.Store.View(ctx, func(tx *store.Tx) error {
		in, err = a.invited(ctx, tx, token)
		return err
	})
	if errors.Is(err, grievance.ErrNotFound) {
		return nil, t.refused("auth.link_over")
	}
	if err != nil {
		return nil, fmt.Errorf("read invitation: %w", err)
	}
	for _, c := range in.Charges {
		if _, ok := a.Office.Office(c.OfficeID); !ok { // made by another process a moment ago
			if err := a.Office.Reload(ctx, a.Store); err != nil {
				return nil, err
			}
		}
	}
	return in, t.forget(ctx, 1)
}

func (a *Auth) invited(ctx context.Context, tx *store.Tx, token string) (*Invited, error) {
	now := a.Now()
	i, err := tx.Invitation(ctx, hashLink(token), now)
	if err != nil {
		return nil, err
	}
	in := &Invited{Until: i.ExpiresAt}
	if in.Officer, err = tx.Officer(ctx, i.OfficerID); err != nil {
		return nil, err
	}
	if !in.Officer.SuspendedAt.IsZero() {
		return nil, grievance.ErrNotFound
	}
	if i.ByID != 0 {
		if in.By, err = tx.Officer(ctx, i.ByID); err != nil {
			return nil, err
		}
	}
	id, err := tx.Identity(ctx, i.OfficerID, now)
	if err != nil {
		return nil, err
	}
	in.TakenUp = id.TakenUp
	charges, err := tx.ChargesFrom(ctx, now)
	in.Charges = slices.DeleteFunc(charges, func(c grievance.Charge) bool { return c.OfficerID != i.OfficerID })
	return in, err
}

// TakeUp sets the password of the officer whom the link names, and goes on to the second
// factor. The link works once, by whichever tab is first; all other sessions end.
func (a *Auth) TakeUp(ctx context.Context, token, password, address string) (Stage, error) {
	in, err := a.Invited(ctx, token, address)
	if err != nil {
		return NeedPassword, err
	}
	if err := checkPassword(in.Officer, password); err != nil {
		return NeedPassword, err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return NeedPassword, err
	}
	now, id := a.Now(), store.Identity{}
	err = a.Store.Tx(ctx, func(tx *store.Tx) error {
		if in, err = a.invited(ctx, tx, token); err != nil {
			return err
		}
		i, err := tx.UseInvitation(ctx, hashLink(token), now)
		if err != nil {
			return err
		}
		if err := tx.SavePassword(ctx, i.OfficerID, hash); err != nil {
			return err
		}
		if err := tx.EndSessions(ctx, i.OfficerID, 0, now); err != nil {
			return err
		}
		kind, event := "notice.taken_up", "id.taken_up"
		if in.TakenUp {
			kind, event = "notice.password_set", "id.password_set"
			if err := tx.Notify(ctx, store.Notice{OfficerID: i.OfficerID, Kind: "notice.password_changed", At: now}); err != nil {
				return err
			}
		}
		if i.ByID != 0 {
			if err := tx.Notify(ctx, store.Notice{OfficerID: i.ByID, Kind: kind, Data: in.Officer.Email, At: now}); err != nil {
				return err
			}
		}
		if err := tx.RecordOffice(ctx, self(i.OfficerID), event, nil, now); err != nil {
			return err
		}
		id, err = tx.Identity(ctx, i.OfficerID, now)
		return err
	})
	if errors.Is(err, grievance.ErrNotFound) {
		return NeedPassword, &RefusedError{Key: "auth.link_over"}
	}
	if err != nil {
		return NeedPassword, fmt.Errorf("take up official ID: %w", err)
	}
	return a.begin(ctx, in.Officer, id)
}
