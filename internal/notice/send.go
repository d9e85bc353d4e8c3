package notice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// waits are how long a mail that could not go waits before the next try; the last holds
// on until the mail is stale.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// mailsAtOnce is how many mails are looked up at a time.
const mailsAtOnce = 100

// sendDue sends the mails whose time has come over one connection, until none is left or
// the server does not answer: then all wait, and it is asked once a round.
func (m *Mailer) sendDue(ctx context.Context) error {
	if err := m.Store.Tx(ctx, func(tx *store.Tx) error { return tx.DoubtMails(ctx, m.Now()) }); err != nil {
		return fmt.Errorf("doubtful mails: %w", err)
	}
	var server *conversation
	defer func() {
		if server != nil {
			server.close()
		}
	}()
	for ctx.Err() == nil {
		var ids []grievance.ID
		err := m.Store.View(ctx, func(tx *store.Tx) (err error) {
			ids, err = tx.MailsDue(ctx, m.Now(), mailsAtOnce)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if server == nil {
				if server, err = m.Server.dial(ctx); err != nil {
					m.Log.WarnContext(ctx, "the mail server cannot be reached", "problem", dialProblem(err), "waiting", len(ids))
					return m.putOff(ctx, ids, dialProblem(err))
				}
			}
			keep, err := m.sendOne(ctx, server, id)
			if err != nil {
				return fmt.Errorf("mail %s: %w", id, err)
			}
			if !keep {
				server.close()
				server = nil
			}
		}
	}
	return nil
}

// putOff lets mails wait because the server cannot be talked to.
func (m *Mailer) putOff(ctx context.Context, ids []grievance.ID, problem string) error {
	for _, id := range ids {
		mail, err := m.lease(ctx, id)
		if errors.Is(err, grievance.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := m.finish(ctx, mail, notNow, problem); err != nil {
			return err
		}
	}
	return nil
}

// sendOne leases a mail, notes that the server gets its words, hands them over and notes
// what became of it. keep says whether the connection is still good.
func (m *Mailer) sendOne(ctx context.Context, server *conversation, id grievance.ID) (keep bool, err error) {
	mail, err := m.lease(ctx, id)
	if errors.Is(err, grievance.ErrNotFound) { // another worker's, or not due any more
		return true, nil
	}
	if err != nil {
		return true, err
	}
	if m.Now().Sub(mail.CreatedAt) > stale {
		return true, m.finish(ctx, mail, refused, "too_late")
	}
	letter, err := m.open(mail)
	if err != nil {
		return true, errors.Join(err, m.finish(ctx, mail, refused, "sealed"))
	}
	msg, err := m.Server.message(letter, id.String(), m.Now())
	if err != nil {
		return true, m.finish(ctx, mail, refused, "address")
	}
	if err := m.Store.Tx(ctx, func(tx *store.Tx) error { return tx.HandMail(ctx, mail) }); err != nil {
		if errors.Is(err, grievance.ErrConflict) {
			return true, nil
		}
		return true, err
	}
	became, problem := server.hand(msg)
	return became == arrived, m.finish(ctx, mail, became, problem)
}

func (m *Mailer) lease(ctx context.Context, id grievance.ID) (mail store.Mail, err error) {
	now := m.Now()
	err = m.Store.Tx(ctx, func(tx *store.Tx) error {
		mail, err = tx.LeaseMail(ctx, id, now, now.Add(3*m.Server.Timeout))
		return err
	})
	return mail, err
}

// finish notes what became of a try. It must not be lost to a job that ends, so it runs
// on its own context.
func (m *Mailer) finish(ctx context.Context, mail store.Mail, became fate, problem string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	now := m.Now()
	mail.Problem = problem
	switch {
	case became == arrived:
		mail.State, mail.EndedAt = store.MailSent, now
	case became == unknown && mail.Again:
		mail.State, mail.SendAt, mail.Again = store.MailQueued, now.Add(waits[0]), false
	case became == unknown:
		mail.State, mail.EndedAt = store.MailDoubtful, now
	case became == notNow && now.Sub(mail.CreatedAt) < stale:
		mail.State, mail.SendAt = store.MailQueued, now.Add(waits[min(mail.Tries, len(waits))-1])
	default:
		mail.State, mail.EndedAt = store.MailRefused, now
	}
	if became != arrived {
		m.Log.WarnContext(ctx, "mail not sent", "mail", mail.ID, "kind", mail.Kind, "state", mail.State, "problem", problem)
	}
	err := m.Store.Tx(ctx, func(tx *store.Tx) error { return tx.FinishMail(ctx, mail) })
	if errors.Is(err, grievance.ErrConflict) {
		m.Log.WarnContext(ctx, "a mail outlived its lease", "mail", mail.ID)
		return nil
	}
	return err
}
