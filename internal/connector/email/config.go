package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"nivaran/internal/connector"
)

// Config is one official mailbox.
type Config struct {
	Address string // our address, as citizens write to it
	Name    string // stands beside the address in what we send
	// IMAPURL and SMTPURL are imaps://host:993 and smtps://host:465 (TLS from the first
	// byte), or imap://host:143 and smtp://host:587 (STARTTLS; without it only to
	// loopback). Without SMTPURL the mailbox only receives.
	IMAPURL string
	SMTPURL string
	TLS     *tls.Config // nil: the system's certificates

	Username string // empty: the address
	Password string
	// Tokens are those of OAuth 2.0, for XOAUTH2; with them no password is used. Provider
	// and HTTP renew them.
	Tokens   connector.TokenStore
	Provider Provider
	HTTP     *http.Client
	// Control looks at an address before it is dialled and may refuse it; nil: any.
	Control func(network, address string, c syscall.RawConn) error

	Mailbox    string // empty: INBOX
	AuthServID string // under which our mail server writes Authentication-Results
	Aliases    []string
	// BounceAddress is the envelope sender of what is sent automatically; empty: Address.
	// EmptySender sends it without a sender instead, where the server allows that.
	BounceAddress string
	EmptySender   bool

	MaxSize  int64           // larger letters are read in part; 0: 25 MB
	PageSize int             // letters of one page; 0: 50
	Timeout  time.Duration   // of one call; 0: two minutes
	Waits    []time.Duration // between tries of the listener to come back; nil: 1 s … 5 min
	Now      func() time.Time
}

// Connector serves one mailbox. It is a connector.Connector, Replier and Listener.
type Connector struct {
	cfg  Config
	imap endpoint
	smtp endpoint // empty when the mailbox only receives
	box  mailboxConn
}

var (
	_ connector.Connector = (*Connector)(nil)
	_ connector.Replier   = (*Connector)(nil)
	_ connector.Listener  = (*Connector)(nil)
)

// New checks the settings and returns a connector that connects when it is first used.
func New(cfg Config) (*Connector, error) {
	if a, ok := parseAddress(cfg.Address); !ok || a.addr != cfg.Address {
		return nil, fmt.Errorf("mailbox %q: not a bare address in lower case", cfg.Address)
	}
	if cfg.Now == nil {
		return nil, errors.New("mailbox: no clock given")
	}
	c := &Connector{cfg: cfg}
	var err error
	if c.imap, err = parseEndpoint(cfg.IMAPURL, "imap", "143", "993"); err != nil {
		return nil, err
	}
	if cfg.SMTPURL != "" {
		if c.smtp, err = parseEndpoint(cfg.SMTPURL, "smtp", "587", "465"); err != nil {
			return nil, err
		}
	}
	setDefault(&c.cfg.Username, cfg.Address)
	setDefault(&c.cfg.Mailbox, "INBOX")
	setDefault(&c.cfg.BounceAddress, cfg.Address)
	setDefault(&c.cfg.MaxSize, 25<<20)
	setDefault(&c.cfg.PageSize, 50)
	setDefault(&c.cfg.Timeout, 2*time.Minute)
	if cfg.Waits == nil {
		c.cfg.Waits = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute}
	}
	c.box.init()
	return c, nil
}

func setDefault[V comparable](v *V, to V) {
	var zero V
	if *v == zero {
		*v = to
	}
}

func (c *Connector) options() Options {
	return Options{AuthServID: c.cfg.AuthServID, Own: append([]string{c.cfg.Address}, c.cfg.Aliases...)}
}

// Close ends the connection to the mailbox. It never fails: a broken line is ended too.
func (c *Connector) Close() error {
	c.box.close()
	return nil
}

// endpoint is a server and how the connection to it is kept private.
type endpoint struct {
	host, port string
	tls        bool // from the first byte
}

func parseEndpoint(raw, scheme, port, portTLS string) (endpoint, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return endpoint{}, fmt.Errorf("address of the %s server: %w", scheme, err)
	}
	if u.Hostname() == "" || u.Scheme != scheme && u.Scheme != scheme+"s" {
		return endpoint{}, fmt.Errorf("address of the %s server %q: want %ss://host:%s or %s://host:%s", scheme, raw, scheme, portTLS, scheme, port)
	}
	e := endpoint{host: u.Hostname(), port: u.Port(), tls: u.Scheme == scheme+"s"}
	if e.port == "" && e.tls {
		e.port = portTLS
	} else if e.port == "" {
		e.port = port
	}
	return e, nil
}

// dial connects, with TLS where the endpoint begins with it. plain tells that the
// connection may stay as it is, because it never leaves this machine.
func (e endpoint) dial(ctx context.Context, cfg Config) (conn net.Conn, plain bool, err error) {
	d := net.Dialer{Timeout: min(30*time.Second, cfg.Timeout), Control: cfg.Control}
	raw, err := d.DialContext(ctx, "tcp", net.JoinHostPort(e.host, e.port))
	if err != nil {
		return nil, false, err
	}
	if !e.tls {
		addr, ok := raw.RemoteAddr().(*net.TCPAddr)
		return raw, ok && addr.IP.IsLoopback(), nil
	}
	secure := tls.Client(raw, e.tlsConfig(cfg.TLS))
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, false, errors.Join(err, raw.Close())
	}
	return secure, false, nil
}

func (e endpoint) tlsConfig(base *tls.Config) *tls.Config {
	if base == nil {
		base = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	base = base.Clone()
	if base.ServerName == "" {
		base.ServerName = e.host
	}
	return base
}
