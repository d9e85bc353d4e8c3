package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/connector"
	"nivaran/internal/connector/email"
	"nivaran/internal/connector/facebook"
	"nivaran/internal/connector/x"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

// channels opens the connectors of official accounts, one for each account as long as
// what opens it stays the same.
type channels struct {
	store    *store.Store
	accounts *office.Accounts
	cfg      *config.Config
	http     *http.Client
	now      func() time.Time
	who      string // this process, in leases

	mu   sync.Mutex
	open map[int]opened
}

type opened struct {
	by string
	c  connector.Connector
}

// openedBy changes when a connector must be built anew. Tokens change by themselves and
// are read anew each time.
func openedBy(a grievance.OfficialAccount) string {
	by := fmt.Sprint(a.ConnectedAt.UnixMilli(), a.Handle, a.MaxLength, a.Settings)
	if s := office.ServiceOf(a); s == office.Mailbox || s == office.Facebook {
		by += string(a.Secret)
	}
	return by
}

func (ch *channels) connector(_ context.Context, a grievance.OfficialAccount) (connector.Connector, error) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	by := openedBy(a)
	if o, ok := ch.open[a.ID]; ok && o.by == by {
		return o.c, nil
	}
	c, err := ch.build(a)
	if err != nil {
		return nil, fmt.Errorf("account %d: %w", a.ID, err)
	}
	if ch.open == nil {
		ch.open = map[int]opened{}
	}
	old := ch.open[a.ID].c
	ch.open[a.ID] = opened{by, c}
	return c, hangUp(old)
}

// close ends the lines that connectors keep open.
func (ch *channels) close() error {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	var errs []error
	for _, o := range ch.open {
		errs = append(errs, hangUp(o.c))
	}
	ch.open = nil
	return errors.Join(errs...)
}

func hangUp(c connector.Connector) error {
	if line, ok := c.(io.Closer); ok {
		return line.Close()
	}
	return nil
}

// replier is the connector of an account that can send.
func (ch *channels) replier(ctx context.Context, a grievance.OfficialAccount) (connector.Replier, error) {
	c, err := ch.connector(ctx, a)
	if err != nil {
		return nil, err
	}
	r, ok := c.(connector.Replier)
	if !ok {
		return nil, fmt.Errorf("account %d only receives", a.ID)
	}
	return r, nil
}

func (ch *channels) build(a grievance.OfficialAccount) (connector.Connector, error) {
	switch a.Channel {
	case grievance.X:
		return x.New(x.Settings{
			Account: x.Account{ID: a.ExternalID, Handle: strings.TrimPrefix(a.Handle, "@"), Premium: a.MaxLength > 280, Enterprise: ch.cfg.XEnterprise},
			BaseURL: ch.cfg.XURL, HTTP: ch.http, ClientID: ch.cfg.XClientID, ClientSecret: ch.cfg.XClientSecret,
			AppToken: ch.cfg.XBearer, Tokens: &tokens{ch: ch, account: a.ID}, Now: ch.now,
		}), nil
	case grievance.Facebook:
		s, err := ch.accounts.Secret(a)
		if err != nil {
			return nil, err
		}
		return facebook.New(facebook.Settings{
			Page: facebook.Page{ID: a.ExternalID, Name: a.Handle, HumanAgent: a.Settings["human_agent"] == "true"}, BaseURL: ch.cfg.FacebookURL, HTTP: ch.http,
			Token: func(context.Context) (string, error) { return s.Token, nil }, Now: ch.now,
		}), nil
	case grievance.Email:
		cfg := ch.mailbox(a)
		if _, byToken := mailProvider(ch.cfg, office.ServiceOf(a)); byToken {
			cfg.Tokens = &tokens{ch: ch, account: a.ID}
			return email.New(cfg)
		}
		s, err := ch.accounts.Secret(a)
		if err != nil {
			return nil, err
		}
		cfg.Password = s.Password
		return email.New(cfg)
	}
	return nil, fmt.Errorf("channel %q: %w", a.Channel, grievance.ErrNotFound)
}

// mailbox is how the account's mailbox is reached, without what opens it.
func (ch *channels) mailbox(a grievance.OfficialAccount) email.Config {
	provider, _ := mailProvider(ch.cfg, office.ServiceOf(a))
	return email.Config{Address: a.Handle, Name: a.Name, IMAPURL: a.Settings["imap"], SMTPURL: a.Settings["smtp"], Username: a.Settings["username"],
		AuthServID: a.Settings["authserv"], Provider: provider, HTTP: ch.http, Control: mailControl(ch.cfg), Timeout: ch.cfg.Timeout, Now: ch.now}
}

// try signs in to a mailbox before it is kept.
func (ch *channels) try(ctx context.Context, a grievance.OfficialAccount, s connector.Secret) error {
	cfg := ch.mailbox(a)
	cfg.Password = s.Password
	return tryMailbox(ctx, cfg)
}

func tryMailbox(ctx context.Context, cfg email.Config) error {
	c, err := email.New(cfg)
	if err != nil {
		return err
	}
	return c.Try(ctx)
}

// tokens keeps the tokens of an account: one refresher at a time over all processes, and
// the new pair stored before it is used.
type tokens struct {
	ch      *channels
	account int
	mu      sync.Mutex // one refresher in this process; a lease parts the processes
}

func (t *tokens) Tokens(ctx context.Context) (held connector.Tokens, err error) {
	err = t.ch.store.View(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(ctx, t.account)
		if err != nil {
			return err
		}
		s, err := t.ch.accounts.Secret(a)
		held = connector.Tokens{Access: s.Access, Refresh: s.Refresh, ExpiresAt: s.Expires}
		return err
	})
	return held, err
}

// refreshWait is how often a process asks again while another one refreshes.
const refreshWait = 200 * time.Millisecond

func (t *tokens) Replace(ctx context.Context, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := fmt.Sprintf("refresh account %d", t.account)
	for {
		held, err := t.Tokens(ctx)
		if err != nil || held.Access != stale {
			return held, err
		}
		var ok bool
		err = t.ch.store.Tx(ctx, func(tx *store.Tx) (err error) {
			_, ok, err = tx.TakeLease(ctx, name, t.ch.who, t.ch.now(), time.Minute)
			return err
		})
		if err != nil {
			return held, err
		}
		if ok {
			return t.renew(ctx, name, stale, renew)
		}
		select {
		case <-ctx.Done():
			return held, ctx.Err()
		case <-time.After(refreshWait):
		}
	}
}

func (t *tokens) renew(ctx context.Context, lease, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	held, err := t.Tokens(ctx)
	if err != nil || held.Access != stale {
		return held, err
	}
	fresh, err := renew(ctx, held)
	end := context.WithoutCancel(ctx) // the old pair is dead: the new one must be kept
	return fresh, errors.Join(err, t.ch.store.Tx(end, func(tx *store.Tx) error {
		return errors.Join(t.keep(end, tx, fresh, err), tx.FreeLease(end, lease, t.ch.who))
	}))
}

// keep stores the new pair, or that there was none.
func (t *tokens) keep(ctx context.Context, tx *store.Tx, fresh connector.Tokens, problem error) error {
	now := t.ch.now()
	if problem != nil {
		return tx.RecordRenewFailure(ctx, t.account, now)
	}
	if err := t.ch.accounts.Seal(ctx, tx, t.account, connector.Secret{Access: fresh.Access, Refresh: fresh.Refresh, Expires: fresh.ExpiresAt}); err != nil {
		return err
	}
	return tx.RecordToken(ctx, t.account, fresh.EndsAt, now)
}

// receivers take the webhooks of the channels whose app keys are set.
func receivers(c *config.Config) map[grievance.Channel]connector.Receiver {
	all := map[grievance.Channel]connector.Receiver{}
	if c.XConsumerSecret != "" {
		all[grievance.X] = x.NewReceiver(c.XConsumerSecret)
	}
	if c.FacebookAppSecret != "" {
		all[grievance.Facebook] = facebook.NewReceiver(c.FacebookAppSecret, c.FacebookVerifyToken)
	}
	return all
}

// webhooks are the addresses that the services are asked to push to: none while a key of
// the app is missing or nobody outside can reach us.
func webhooks(c *config.Config) map[grievance.Channel]string {
	all := map[grievance.Channel]string{}
	if !c.Secure() && !c.PrivateFetch {
		return all
	}
	if c.XConsumerSecret != "" && c.XBearer != "" {
		all[grievance.X] = c.BaseURL + "/webhooks/x"
	}
	if c.FacebookAppSecret != "" {
		all[grievance.Facebook] = c.BaseURL + "/webhooks/facebook"
	}
	return all
}

// pace is how often each channel is polled.
func pace(c *config.Config) func(grievance.Channel) time.Duration {
	return func(ch grievance.Channel) time.Duration {
		switch ch {
		case grievance.X:
			return c.XPoll
		case grievance.Facebook:
			return c.FacebookPoll
		}
		return c.MailPoll
	}
}
