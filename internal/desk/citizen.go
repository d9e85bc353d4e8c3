package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// linkLife is how long a secret link opens its page; codeLife how long a code in the
// thread can be written.
const (
	linkLife = 90 * 24 * time.Hour
	codeLife = 30 * time.Minute
)

// newLink makes a secret link for a complainant: 128 random bits, kept only as a hash.
func (d *Desk) newLink(ctx context.Context, tx *store.Tx, c *grievance.Case, k *grievance.Complainant) (string, error) {
	var b [16]byte
	rand.Read(b[:])
	token := base64.RawURLEncoding.EncodeToString(b[:])
	err := tx.SaveLink(ctx, store.Link{Hash: hashOf(token), CaseID: c.ID, ComplainantID: k.ID, ExpiresAt: d.Now().Add(linkLife)})
	return d.PublicURL + "/c/" + token, err
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// PublicStatus is what a registration number alone shows: status and dates, no word and
// no person.
type PublicStatus struct {
	Number                                                      string
	State                                                       grievance.State
	Outcome                                                     grievance.Outcome
	Kind                                                        grievance.Kind
	Channel                                                     grievance.Channel
	ReceivedAt, OpenedAt, DueAt, ReportAt, ResolvedAt, ClosedAt time.Time
	Late                                                        bool
	CanCode                                                     bool // a verdict can be given by a code in the thread
}

// NumberPage reads what the public may see of a number.
func (d *Desk) NumberPage(ctx context.Context, number string) (*PublicStatus, error) {
	var s *PublicStatus
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		c, err := tx.PublicCase(ctx, number)
		if err != nil {
			return err
		}
		s = &PublicStatus{Number: c.Number, State: c.State, Outcome: c.Outcome, Kind: c.Kind, Channel: c.Channel, ReceivedAt: c.ReceivedAt, OpenedAt: c.OpenedAt,
			DueAt: c.DueAt, ReportAt: c.ReportAt, ResolvedAt: c.ResolvedAt, ClosedAt: c.ClosedAt, Late: c.Late,
			CanCode: c.State == grievance.Resolved && c.Channel != grievance.Email}
		return nil
	})
	return s, err
}

// Code is a six-digit code that unlocks one verdict in one browser.
type Code struct {
	Digits    string
	ExpiresAt time.Time
	Unlocked  bool
}

// NewCode makes a code that the complainant writes in the thread.
func (d *Desk) NewCode(ctx context.Context, number, browser string) (Code, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(900000))
	if err != nil {
		return Code{}, err
	}
	code := Code{Digits: fmt.Sprintf("%06d", n.Int64()+100000), ExpiresAt: d.Now().Add(codeLife)}
	err = d.Store.Tx(ctx, func(tx *store.Tx) error {
		c, err := tx.PublicCase(ctx, number)
		if err != nil {
			return err
		}
		if c.State != grievance.Resolved {
			return fmt.Errorf("code for %s: %w: it is %s", number, grievance.ErrConflict, c.State)
		}
		return tx.SaveThreadCode(ctx, store.ThreadCode{ID: tx.NewID(d.Now()), CaseID: c.ID, Code: code.Digits, Browser: hashOf(browser), ExpiresAt: code.ExpiresAt})
	})
	return code, err
}

// CodeState says how far the browser's code is; ErrNotFound when it has none.
func (d *Desk) CodeState(ctx context.Context, number, browser string) (Code, error) {
	var code Code
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		t, err := d.code(ctx, tx, number, browser)
		code = Code{Digits: t.Code, ExpiresAt: t.ExpiresAt, Unlocked: t.ComplainantID != 0 && t.UsedAt.IsZero()}
		return err
	})
	return code, err
}

func (d *Desk) code(ctx context.Context, tx *store.Tx, number, browser string) (store.ThreadCode, error) {
	c, err := tx.PublicCase(ctx, number)
	if err != nil {
		return store.ThreadCode{}, err
	}
	return tx.ThreadCodeOf(ctx, c.ID, hashOf(browser), d.Now())
}

// ConfirmByCode gives the verdict that a code in the thread has unlocked, once.
func (d *Desk) ConfirmByCode(ctx context.Context, number, browser string, f grievance.Feedback) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		t, err := d.code(ctx, tx, number, browser)
		if err != nil {
			return err
		}
		if err := tx.UseCode(ctx, t.ID, d.Now()); err != nil {
			return err
		}
		if err := d.confirm(ctx, tx, t.ComplainantID, f, "code", ""); err != nil {
			return err
		}
		return d.receipt(ctx, tx, t)
	})
}

// receipt confirms in the thread what was answered elsewhere, so that the author of the
// thread hears of it.
func (d *Desk) receipt(ctx context.Context, tx *store.Tx, t store.ThreadCode) error {
	k, err := tx.Complainant(ctx, t.ComplainantID)
	if err != nil {
		return err
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, k.CaseID)
	if err != nil {
		return err
	}
	g, err := d.ground(ctx, tx)
	if err != nil {
		return err
	}
	return d.tell(ctx, tx, g, grievance.System, c, k, grievance.Receipt, fmt.Sprintf(say(k.Language).received, c.Number), fmt.Sprintf("receipt %s", t.ID))
}

// confirm takes a verdict outside the thread.
func (d *Desk) confirm(ctx context.Context, tx *store.Tx, complainant grievance.ID, f grievance.Feedback, how, words string) error {
	if err := within("feedback", f, []grievance.Feedback{grievance.FeedbackYes, grievance.FeedbackNo}); err != nil {
		return err
	}
	k, err := tx.Complainant(ctx, complainant)
	if err != nil {
		return err
	}
	c, err := tx.Case(ctx, grievance.Scope{All: true}, k.CaseID)
	if err != nil {
		return err
	}
	if k.Feedback == f && c.State == grievance.Closed {
		return nil // the same answer twice
	}
	if c.State != grievance.Resolved || d.Now().After(k.FeedbackUntil) {
		return fmt.Errorf("verdict on %s: %w: it is %s", c.Number, grievance.ErrConflict, c.State)
	}
	return d.change(ctx, tx, grievance.Citizen(k.Author.ID), c, grievance.Answered, func(tx *store.Tx, c *grievance.Case, ch *change) error {
		ch.data, ch.text = map[string]any{"complainant": k.ID, "how": how}, clean(words)
		return d.verdict(ctx, tx, c, k, f, how)
	})
}

// CitizenCase is what a secret link opens: the complainant's own words and what the
// office answered to them, nothing of other complainants.
type CitizenCase struct {
	Case        *grievance.Case
	Complainant *grievance.Complainant
	Posts       []*grievance.StoredPost
	Report      *grievance.Report // approved, the newest; nil while there is none
	Replies     []*grievance.Reply
	MayAnswer   bool
	Until       time.Time
	Given       grievance.Feedback // their own answer; "not satisfied" until the next report
}

// SecretLink reads the case that a link opens; ErrNotFound when it is unknown or over.
func (d *Desk) SecretLink(ctx context.Context, token string) (*CitizenCase, error) {
	var v *CitizenCase
	err := d.Store.View(ctx, func(tx *store.Tx) error {
		l, err := tx.LinkByHash(ctx, hashOf(token), d.Now())
		if err != nil {
			return err
		}
		v, err = d.citizenCase(ctx, tx, l)
		return err
	})
	return v, err
}

func (d *Desk) citizenCase(ctx context.Context, tx *store.Tx, l store.Link) (*CitizenCase, error) {
	c, err := tx.Case(ctx, grievance.Scope{All: true}, l.CaseID)
	if err != nil {
		return nil, err
	}
	k, err := tx.Complainant(ctx, l.ComplainantID)
	if err != nil {
		return nil, err
	}
	v := &CitizenCase{Case: c, Complainant: k, Until: k.FeedbackUntil, Given: k.Feedback,
		MayAnswer: c.State == grievance.Resolved && k.Feedback == grievance.NoFeedback && d.Now().Before(k.FeedbackUntil)}
	history, err := tx.History(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range history { // a new round asks everybody anew, and remembers who began it
		if c.State != grievance.Resolved && c.State != grievance.Closed && e.Event == grievance.Disputed && e.Actor == grievance.CitizenActor && e.ActorID == k.Author.ID {
			v.Given = grievance.FeedbackNo
		}
	}
	posts, err := tx.PostsOfCase(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		if p.Author.ID == k.Author.ID && p.Direction == grievance.In {
			v.Posts = append(v.Posts, p)
		}
	}
	reports, err := tx.Reports(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range reports {
		if p.State == grievance.ReportApproved {
			v.Report = p
		}
	}
	replies, err := tx.Replies(ctx, c.ID)
	for _, r := range replies {
		if r.ComplainantID == k.ID && r.State == grievance.ReplyPublished {
			v.Replies = append(v.Replies, r)
		}
	}
	return v, err
}

// ConfirmByLink gives the verdict by a secret link, with words if the citizen has any.
func (d *Desk) ConfirmByLink(ctx context.Context, token string, f grievance.Feedback, words string) error {
	return d.Store.Tx(ctx, func(tx *store.Tx) error {
		l, err := tx.LinkByHash(ctx, hashOf(token), d.Now())
		if err != nil {
			return err
		}
		return d.confirm(ctx, tx, l.ComplainantID, f, "link", words)
	})
}

// LinkFile opens a file of the approved report by a secret link.
func (d *Desk) LinkFile(ctx context.Context, token, hash string) (grievance.File, io.ReadCloser, error) {
	v, err := d.SecretLink(ctx, token)
	if err != nil {
		return grievance.File{}, nil, err
	}
	if v.Report != nil {
		for _, f := range v.Report.Files {
			if f.Hash == hash {
				r, err := d.Files.NewReader(ctx, hash, nil)
				return f, r, err
			}
		}
	}
	return grievance.File{}, nil, grievance.ErrNotFound
}
