// Package outbox carries approved words to their service, each at most once. A sending
// holds a lease with a fencing number; what may or may not have been published is looked
// for, never sent again blindly, and what cannot be settled is put before an officer.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// Outbox sends replies.
type Outbox struct {
	Store *store.Store
	Desk  *desk.Desk
	// Open gives the replier of an official account.
	Open func(ctx context.Context, a grievance.OfficialAccount) (connector.Replier, error)
	// Load reads a file that goes with a letter.
	Load func(ctx context.Context, hash string) ([]byte, error)
	Now  func() time.Time
	Log  *slog.Logger

	Timeout   time.Duration // longest call of a service
	LookWait  time.Duration // before each look for a reply of doubtful end
	LookTries int           // then an officer is asked
}

// LookArgs orders a look for a reply of doubtful end.
type LookArgs struct {
	ReplyID grievance.ID `json:"reply_id"`
}

// Kind names the job.
func (LookArgs) Kind() string { return "look_for_reply" }

// errNotNow says that a reply stays where it is: sent already, leased by another, held,
// or not due.
var errNotNow = errors.New("not to be sent now")

// sending is a leased reply with all that its service needs.
type sending struct {
	reply   *grievance.Reply
	account grievance.OfficialAccount
	out     connector.Outgoing
	replier connector.Replier
}

// Send publishes each of the queued replies whose time has come. A reply that another
// worker holds, that was sent already or that is held back is passed over.
func (o *Outbox) Send(ctx context.Context, ids []grievance.ID) error {
	var errs []error
	for _, id := range ids {
		if err := o.sendOne(ctx, id); err != nil && !errors.Is(err, errNotNow) {
			errs = append(errs, fmt.Errorf("send reply %s: %w", id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

func (o *Outbox) sendOne(ctx context.Context, id grievance.ID) error {
	s, err := o.lease(ctx, id, grievance.ReplyQueued)
	if err != nil {
		return err
	}
	if !s.reply.AsApproved(s.out.Text) {
		return o.failed(ctx, s, &connector.Failure{Class: connector.Refused, Key: "reply.not_as_approved"})
	}
	if err := s.replier.MaySend(s.out); err != nil {
		return o.failed(ctx, s, err)
	}
	call, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	sent, err := s.replier.Send(call, s.out)
	if err != nil {
		return o.failed(ctx, s, err)
	}
	return o.published(ctx, s, sent)
}

// Look searches for a reply of doubtful end; after the last try an officer is asked.
func (o *Outbox) Look(ctx context.Context, id grievance.ID) error {
	s, err := o.lease(ctx, id, grievance.ReplyDoubtful)
	if errors.Is(err, errNotNow) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for reply %s: %w", id, err)
	}
	call, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	found, err := s.replier.Find(call, s.out, s.reply.StartedAt)
	for _, sent := range found {
		taken, err := o.taken(ctx, s, sent)
		if err != nil {
			return err
		}
		if !taken {
			return o.published(ctx, s, sent)
		}
	}
	if err != nil {
		o.Log.WarnContext(ctx, "cannot look for a reply", "reply", id, "class", connector.ClassOf(err))
	}
	r := s.reply
	r.Looks++
	r.State = grievance.ReplyDoubtful
	r.SendAt = o.Now().Add(o.LookWait)
	if r.Looks >= o.LookTries {
		r.SendAt = time.Time{} // no more looks: an officer decides
		r.FailKey = "reply.ask_officer"
	}
	return o.finish(ctx, s, func(tx *store.Tx) error {
		if r.SendAt.IsZero() {
			return o.Desk.ReplyFailed(ctx, tx, r)
		}
		return tx.Enqueue(ctx, LookArgs{ReplyID: r.ID}, store.Job{Queue: "publish", At: r.SendAt})
	})
}

// taken says whether what was found is known as another of our replies: two may stand
// under the same post.
func (o *Outbox) taken(ctx context.Context, s *sending, sent connector.Sent) (taken bool, err error) {
	err = o.Store.View(ctx, func(tx *store.Tx) error {
		id, err := tx.ReplyByExternal(ctx, s.account.ID, sent.ExternalID)
		taken = err == nil && id != s.reply.ID
		if errors.Is(err, grievance.ErrNotFound) {
			return nil
		}
		return err
	})
	return taken, err
}

// Due takes up what no job carries: queued replies whose time has come, and sendings
// whose worker stalled or died, which become doubtful. It gives the ids to send and look for.
func (o *Outbox) Due(ctx context.Context) error {
	var send, look []grievance.ID
	err := o.Store.Tx(ctx, func(tx *store.Tx) error {
		now := o.Now()
		if err := tx.DoubtStalled(ctx, now, now.Add(o.LookWait)); err != nil {
			return err
		}
		var err error
		if send, err = tx.RepliesDue(ctx, grievance.ReplyQueued, now, 100); err != nil {
			return err
		}
		look, err = tx.RepliesDue(ctx, grievance.ReplyDoubtful, now, 100)
		return err
	})
	if err != nil {
		return fmt.Errorf("due replies: %w", err)
	}
	errs := []error{o.Send(ctx, send)}
	for _, id := range look {
		errs = append(errs, o.Look(ctx, id))
	}
	return errors.Join(errs...)
}

// lease takes the reply for one call of its service.
func (o *Outbox) lease(ctx context.Context, id grievance.ID, from grievance.ReplyState) (*sending, error) {
	s := &sending{}
	late := false
	err := o.Store.Tx(ctx, func(tx *store.Tx) error {
		now := o.Now()
		r, err := tx.Reply(ctx, id)
		if err != nil {
			return err
		}
		if r.State != from || now.Before(r.SendAt) || from == grievance.ReplyDoubtful && r.SendAt.IsZero() {
			return errNotNow
		}
		s.account, err = tx.Account(ctx, r.AccountID)
		if err != nil {
			return err
		}
		if from == grievance.ReplyQueued {
			if ok, err := o.maySendNow(ctx, tx, s.account, now); err != nil || !ok {
				return errors.Join(err, errNotNow)
			}
		}
		if from == grievance.ReplyQueued {
			if late, err = o.tooLate(ctx, tx, r, now); err != nil || late {
				return err
			}
		}
		if s.reply, err = tx.LeaseReply(ctx, id, from, now, now.Add(3*o.Timeout)); err != nil {
			if errors.Is(err, grievance.ErrConflict) {
				return errNotNow
			}
			return err
		}
		s.out, err = o.outgoing(ctx, tx, s.reply, s.account)
		return err
	})
	if err == nil && late {
		err = errNotNow
	}
	if err != nil {
		return nil, err
	}
	if s.replier, err = o.Open(ctx, s.account); err != nil {
		return nil, o.failed(ctx, s, &connector.Failure{Class: connector.SignIn, Err: err})
	}
	return s, nil
}

// tooLate takes an acknowledgement out that waited, on hold or for a limit, until its post
// is older than what is acknowledged.
func (o *Outbox) tooLate(ctx context.Context, tx *store.Tx, r *grievance.Reply, now time.Time) (bool, error) {
	if r.Kind != grievance.Acknowledgement {
		return false, nil
	}
	p, err := tx.Post(ctx, r.PostID)
	if err != nil || now.Sub(p.PostedAt) <= o.Desk.AckMaxAge {
		return false, err
	}
	return true, o.Desk.TooLate(ctx, tx, r)
}

// maySendNow says whether the account may speak now: not held, not stopped, not waiting
// for a limit.
func (o *Outbox) maySendNow(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, now time.Time) (bool, error) {
	if a.Archive || !a.CanSend || !a.StoppedAt.IsZero() {
		return false, nil
	}
	held, err := tx.Held(ctx, a.ID)
	if err != nil || held {
		return false, err
	}
	h, err := tx.Health(ctx, a.ID)
	if err != nil {
		return false, err
	}
	return h.SendStoppedAt.IsZero() && !now.Before(h.LimitedUntil), nil
}

// published records what the service said; the desk goes on from there.
func (o *Outbox) published(ctx context.Context, s *sending, sent connector.Sent) error {
	r := s.reply
	r.State, r.SentAt, r.ExternalID = grievance.ReplyPublished, o.Now(), sent.ExternalID
	r.FailClass, r.FailKey = "", ""
	return o.finish(ctx, s, func(tx *store.Tx) error {
		if err := tx.RecordBudget(ctx, s.account.ID, store.Budget(sent.Budget), o.Now()); err != nil {
			return err
		}
		return o.Desk.ReplySent(ctx, tx, r)
	})
}

// failed decides by the failure's class (CHANNELS.md §1).
func (o *Outbox) failed(ctx context.Context, s *sending, cause error) error {
	f, ok := errors.AsType[*connector.Failure](cause)
	if !ok {
		f = &connector.Failure{Class: connector.Doubtful, Err: cause}
	}
	now, r := o.Now(), s.reply
	r.FailClass, r.FailKey = string(f.Class), f.Key
	o.Log.WarnContext(ctx, "reply not sent", "reply", r.ID, "account", s.account.ID, "class", f.Class, "code", f.Code, "request", f.RequestID)
	switch f.Class {
	case connector.Temporary:
		if r.Tries <= len(connector.RetryWaits) {
			wait := connector.RetryWaits[r.Tries-1]
			r.State, r.SendAt = grievance.ReplyQueued, now.Add(wait+rand.N(wait/5))
		} else {
			r.State, r.FailKey = grievance.ReplyRefused, "reply.gave_up"
		}
	case connector.Limited, connector.Unpaid:
		r.State, r.SendAt = grievance.ReplyQueued, f.Until
		r.Tries-- // a wait is no failed try
		if !f.Until.After(now) {
			r.SendAt = now.Add(time.Hour)
		}
	case connector.SignIn:
		r.State = grievance.ReplyQueued // kept until an administrator has reconnected
	case connector.Doubtful, connector.Duplicate:
		r.State, r.SendAt = grievance.ReplyDoubtful, now.Add(o.LookWait)
	default:
		r.State = grievance.ReplyRefused
		if r.FailKey == "" {
			r.FailKey = "reply." + string(f.Class)
		}
	}
	return o.finish(ctx, s, func(tx *store.Tx) error {
		if err := tx.RecordFailure(ctx, s.account.ID, true, string(f.Class), f.Code, f.Until, now); err != nil {
			return err
		}
		switch r.State {
		case grievance.ReplyQueued:
			return tx.Enqueue(ctx, desk.SendArgs{ReplyIDs: []grievance.ID{r.ID}}, store.Job{Queue: "publish", At: r.SendAt})
		case grievance.ReplyDoubtful:
			return tx.Enqueue(ctx, LookArgs{ReplyID: r.ID}, store.Job{Queue: "publish", At: r.SendAt})
		}
		return o.Desk.ReplyFailed(ctx, tx, r)
	})
}

// finish saves the reply under its fence: a worker whose lease was taken over changes
// nothing. It must not be lost to a request that ends, so it runs on its own context.
func (o *Outbox) finish(ctx context.Context, s *sending, follow func(tx *store.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := o.Store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.FinishReply(ctx, s.reply); err != nil {
			return err
		}
		return follow(tx)
	})
	if errors.Is(err, grievance.ErrConflict) {
		o.Log.WarnContext(ctx, "a sending outlived its lease", "reply", s.reply.ID)
		return nil
	}
	return err
}
