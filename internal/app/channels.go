package app

import (
	"context"
	"encoding/json"
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
	"nivaran/internal/secret"
	"nivaran/internal/store"
)

// channels opens the connectors of official accounts, one for each account as long as its
// secret stays the same.
type channels struct {
	store *store.Store
	keys  *secret.Keys
	cfg   *config.Config
	http  *http.Client
	now   func() time.Time
	who   string // this process, in leases

	mu   sync.Mutex
	open map[int]opened
}

type opened struct {
	sealed string
	c      connector.Connector
}

func (ch *channels) connector(_ context.Context, a grievance.OfficialAccount) (connector.Connector, error) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	sealed := string(a.Secret)
	if a.Channel == grievance.X {
		sealed = "" // its tokens change by themselves, and it reads them anew
	}
	if o, ok := ch.open[a.ID]; ok && o.sealed == sealed {
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
	ch.open[a.ID] = opened{sealed, c}
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
			AppToken: ch.cfg.XBearer, Tokens: &xTokens{ch: ch, account: a.ID}, Now: ch.now,
		}), nil
	case grievance.Facebook:
		s, err := ch.unseal(a)
		if err != nil {
			return nil, err
		}
		return facebook.New(facebook.Settings{
			Page: facebook.Page{ID: a.ExternalID, Name: a.Handle, HumanAgent: a.Settings["human_agent"] == "true"}, BaseURL: ch.cfg.FacebookURL, HTTP: ch.http,
			Token: func(context.Context) (string, error) { return s.Token, nil }, Now: ch.now,
		}), nil
	case grievance.Email:
		s, err := ch.unseal(a)
		if err != nil {
			return nil, err
		}
		return email.New(email.Config{Address: a.Handle, Name: a.Name, IMAPURL: a.Settings["imap"], SMTPURL: a.Settings["smtp"], Username: a.Settings["username"],
			Password: s.Password, AuthServID: a.Settings["authserv"], Timeout: ch.cfg.Timeout, Now: ch.now})
	}
	return nil, fmt.Errorf("channel %q: %w", a.Channel, grievance.ErrNotFound)
}

func sealedFor(account int) string { return fmt.Sprintf("account %d", account) }

func (ch *channels) unseal(a grievance.OfficialAccount) (s connector.Secret, err error) {
	plain, err := ch.keys.Open(a.Secret, sealedFor(a.ID))
	if err != nil {
		return s, errors.New("its secret cannot be opened with the key of this machine")
	}
	return s, json.Unmarshal(plain, &s)
}

// seal writes a new secret of the account.
func (ch *channels) seal(ctx context.Context, tx *store.Tx, account int, s connector.Secret) error {
	plain, err := json.Marshal(s)
	if err != nil {
		return err
	}
	sealed, err := ch.keys.Seal(plain, sealedFor(account))
	if err != nil {
		return err
	}
	return tx.SetSecret(ctx, account, sealed)
}

// xTokens keeps the tokens of an account on X: one refresher at a time over all
// processes, and the new pair stored before it is used.
type xTokens struct {
	ch      *channels
	account int
	mu      sync.Mutex // one refresher in this process; a lease parts the processes
}

func (t *xTokens) Tokens(ctx context.Context) (tokens connector.Tokens, err error) {
	err = t.ch.store.View(ctx, func(tx *store.Tx) error {
		a, err := tx.Account(ctx, t.account)
		if err != nil {
			return err
		}
		s, err := t.ch.unseal(a)
		tokens = connector.Tokens{Access: s.Access, Refresh: s.Refresh, ExpiresAt: s.Expires}
		return err
	})
	return tokens, err
}

// refreshWait is how often a process asks again while another one refreshes.
const refreshWait = 200 * time.Millisecond

func (t *xTokens) Replace(ctx context.Context, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
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

func (t *xTokens) renew(ctx context.Context, lease, stale string, renew func(context.Context, connector.Tokens) (connector.Tokens, error)) (connector.Tokens, error) {
	held, err := t.Tokens(ctx)
	if err != nil || held.Access != stale {
		return held, err
	}
	fresh, err := renew(ctx, held)
	end := context.WithoutCancel(ctx) // the old pair is dead: the new one must be kept
	err = errors.Join(err, t.ch.store.Tx(end, func(tx *store.Tx) error {
		if err == nil {
			if err := t.ch.seal(end, tx, t.account, connector.Secret{Access: fresh.Access, Refresh: fresh.Refresh, Expires: fresh.ExpiresAt}); err != nil {
				return err
			}
		}
		return tx.FreeLease(end, lease, t.ch.who)
	}))
	return fresh, err
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
