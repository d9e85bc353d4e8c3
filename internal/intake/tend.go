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

// Tend looks after an account as its owner would: that the secret still speaks for it,
// and that the service pushes what happens there. A poll goes on without the push; why it
// is missing stands with the account's health.
func (in *Intake) Tend(ctx context.Context, account int) error {
	var a grievance.OfficialAccount
	err := in.Store.View(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Account(ctx, account)
		return err
	})
	if err != nil || a.Archive || !a.StoppedAt.IsZero() {
		return err
	}
	c, err := in.Open(ctx, a)
	if err != nil {
		return err // the poll says so with the health
	}
	if err := in.identify(ctx, a, c); err != nil {
		return errors.Join(err, in.pollFailed(ctx, account, err))
	}
	s, ok := c.(connector.Subscriber)
	if !ok || in.Webhooks[a.Channel] == "" {
		return nil
	}
	in.subscribing.Lock() // accounts share the webhook of their app
	err = s.Subscribe(ctx, in.Webhooks[a.Channel])
	in.subscribing.Unlock()
	problem := ""
	if err != nil {
		problem = string(connector.ClassOf(err))
		if f, ok := errors.AsType[*connector.Failure](err); ok && f.Code != "" {
			problem += ": " + f.Code
		}
	}
	return errors.Join(err, in.Store.Tx(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.RecordPushProblem(ctx, account, problem) }))
}

// identify refuses a secret that speaks for another account than the one connected.
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
	return nil
}
