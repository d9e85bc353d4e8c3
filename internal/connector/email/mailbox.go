package email

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"nivaran/internal/connector"
)

// mailboxConn is the one connection to a mailbox. Whoever holds the turn uses it; who
// idles gives it up as soon as somebody asks.
type mailboxConn struct {
	turn    chan struct{} // one token
	client  *imapclient.Client
	waiting atomic.Int32
	asked   chan struct{} // somebody else wants the turn
	news    chan struct{} // the server said that letters came
	known   position      // up to where letters were fetched or told of
}

func (b *mailboxConn) init() {
	b.turn, b.asked, b.news = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	b.turn <- struct{}{}
}

// acquire waits for the turn and makes the one who idles give it up.
func (b *mailboxConn) acquire(ctx context.Context) error {
	b.waiting.Add(1)
	defer b.waiting.Add(-1)
	signal(b.asked)
	select {
	case <-b.turn:
		drain(b.asked)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *mailboxConn) release() { b.turn <- struct{}{} }

func (b *mailboxConn) drop() {
	if b.client != nil {
		_ = b.client.Close() // it is broken or not wanted any more
		b.client = nil
	}
}

// signOutTime is how long a server may take to say goodbye.
const signOutTime = 2 * time.Second

// close signs out, or hangs up on a server that does not answer.
func (b *mailboxConn) close() {
	signal(b.asked)
	<-b.turn
	defer b.release()
	if b.client == nil {
		return
	}
	client := b.client
	stop := time.AfterFunc(signOutTime, func() { _ = client.Close() })
	defer stop.Stop()
	_ = client.Logout().Wait() // a line that is broken needs no goodbye
	b.drop()
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func drain(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// withMailbox runs work on the open mailbox. A connection that died in the meantime is
// replaced once; one on which anything but an answer of the server failed is dropped.
func (c *Connector) withMailbox(ctx context.Context, work func(*imapclient.Client, *imap.SelectData) error) error {
	reused := c.box.client != nil
	box, err := c.openMailbox(ctx)
	if err != nil && reused && ctx.Err() == nil && !answered(err) {
		box, err = c.openMailbox(ctx)
	}
	if err != nil {
		return err
	}
	client := c.box.client
	stop := context.AfterFunc(ctx, func() { _ = client.Close() }) // unblocks every command
	defer stop()
	if err = work(client, box); err != nil && !answered(err) {
		c.box.drop()
	}
	return err
}

// answered: the server said no, and the connection still works.
func answered(err error) bool {
	_, ok := errors.AsType[*imap.Error](err)
	return ok
}

// openMailbox connects and signs in where needed and opens the mailbox for reading only:
// nothing is marked, moved or deleted.
func (c *Connector) openMailbox(ctx context.Context) (*imap.SelectData, error) {
	if c.box.client == nil {
		client, err := c.signIn(ctx)
		if err != nil {
			return nil, err
		}
		c.box.client = client
	}
	client := c.box.client
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	box, err := client.Select(c.cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		c.box.drop()
		return nil, fmt.Errorf("open the mailbox: %w", err)
	}
	return box, nil
}

func (c *Connector) signIn(ctx context.Context) (*imapclient.Client, error) {
	conn, plain, err := c.imap.dial(ctx, c.cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to the IMAP server: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	client, err := c.begin(conn, plain)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := client.WaitGreeting(); err != nil {
		return nil, errors.Join(fmt.Errorf("greeting of the IMAP server: %w", err), client.Close())
	}
	if err := c.authenticate(ctx, client); err != nil {
		return nil, errors.Join(&signInError{err}, client.Close())
	}
	return client, nil
}

// begin makes the connection private unless it is, or need not be.
func (c *Connector) begin(conn net.Conn, plain bool) (*imapclient.Client, error) {
	opts := &imapclient.Options{
		TLSConfig: c.imap.tlsConfig(c.cfg.TLS),
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				signal(c.box.news)
			}
		}},
	}
	if c.imap.tls || plain {
		return imapclient.New(conn, opts), nil
	}
	client, err := imapclient.NewStartTLS(conn, opts)
	if err != nil {
		return nil, &insecureError{err}
	}
	return client, nil
}

func (c *Connector) authenticate(ctx context.Context, client *imapclient.Client) error {
	switch caps := client.Caps(); {
	case c.cfg.Tokens != nil:
		return c.withToken(ctx, func(token string) error { return client.Authenticate(&xoauth2{c.cfg.Username, token}) }, answered)
	case caps.Has(imap.AuthCap(sasl.Plain)):
		return client.Authenticate(sasl.NewPlainClient("", c.cfg.Username, c.cfg.Password))
	default:
		return client.Login(c.cfg.Username, c.cfg.Password).Wait()
	}
}

// withToken signs in with an access token, and once more with a fresh one when the server
// refused it: a token may be withdrawn before its time.
func (c *Connector) withToken(ctx context.Context, signIn func(token string) error, refused func(error) bool) error {
	tokens := connector.Bearer{Store: c.cfg.Tokens, Now: c.cfg.Now, Renew: func(ctx context.Context, old connector.Tokens) (connector.Tokens, error) {
		return c.cfg.Provider.Refresh(ctx, c.cfg.HTTP, old, c.cfg.Now())
	}}
	token, err := tokens.Access(ctx)
	if err != nil {
		return err
	}
	if err = signIn(token); err == nil || !refused(err) {
		return err
	}
	if token, err = tokens.Renewed(ctx, token); err != nil {
		return err
	}
	return signIn(token)
}

// xoauth2 signs in with an access token, as Gmail and Microsoft 365 want it.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's account of an error, so that it ends the exchange.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
