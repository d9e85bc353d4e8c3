package intake

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// tendEvery is how often an account that is in order is looked after, tendAgain how soon
// after it was not.
const (
	tendEvery = 24 * time.Hour
	tendAgain = 10 * time.Minute
)

// Due is the check of a minute: what of an account will break or did is told to those who
// answer for it.
func (in *Intake) Due(ctx context.Context) error { return in.Accounts.Watch(ctx) }

// TendDue tends an account that was just connected, or was not looked after for a day.
func (in *Intake) TendDue(ctx context.Context, account int) error {
	var h store.Health
	err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
		h, err = tx.Health(ctx, account)
		return err
	})
	if err != nil || in.Now().Before(h.TendedAt.Add(tendEvery)) {
		return err
	}
	return in.Tend(ctx, account)
}

// Tend looks after an account as its owner would: that the secret still speaks for it,
// and that the service pushes what happens there. A poll goes on without the push; why it
// is missing stands with the account's health.
func (in *Intake) Tend(ctx context.Context, account int) error {
	var a grievance.OfficialAccount
	err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Account(ctx, account)
		return err
	})
	if err != nil || !a.Connected() || !a.StoppedAt.IsZero() {
		return err
	}
	c, err := in.Open(ctx, a)
	if err != nil {
		return err // the poll says so with the health
	}
	if err := in.identify(ctx, a, c); err != nil {
		return errors.Join(err, in.pollFailed(ctx, account, err))
	}
	problem, err := in.subscribe(ctx, a, c)
	now := in.Now()
	return errors.Join(err, in.Store.Tx(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err != nil {
			return tx.RecordPushProblem(ctx, account, problem)
		}
		return errors.Join(tx.RecordPushProblem(ctx, account, ""), tx.RecordTended(ctx, account, now))
	}))
}

// subscribe asks the service to push, where it can; problem is what it said against it.
func (in *Intake) subscribe(ctx context.Context, a grievance.OfficialAccount, c connector.Connector) (problem string, err error) {
	s, ok := c.(connector.Subscriber)
	if !ok || in.Webhooks[a.Channel] == "" {
		return "", nil
	}
	in.subscribing.Lock() // accounts share the webhook of their app
	err = s.Subscribe(ctx, in.Webhooks[a.Channel])
	in.subscribing.Unlock()
	if err == nil {
		return "", nil
	}
	problem = string(connector.ClassOf(err))
	if f, ok := errors.AsType[*connector.Failure](err); ok && f.Code != "" {
		problem += ": " + f.Code
	}
	return problem, err
}

// identify refuses a secret that speaks for another account than the one connected, and
// keeps what the service says of the consent behind it.
func (in *Intake) identify(ctx context.Context, a grievance.OfficialAccount, c connector.Connector) error {
	known, ok := c.(connector.Identified)
	if !ok {
		return nil
	}
	who, err := known.Whoami(ctx)
	if err != nil {
		return err
	}
	if who.Account.ExternalID != a.ExternalID {
		return &connector.Failure{Class: connector.SignIn, Code: "another_account", Err: fmt.Errorf("the secret of account %d speaks for another one", a.ID)}
	}
	if !who.Known {
		return nil // it was told when the consent was given
	}
	return in.Store.Tx(ctx, func(tx *store.Tx) error { return tx.RecordStanding(ctx, a.ID, who.Missing, who.Ends) })
}
