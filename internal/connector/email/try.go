package email

import (
	"context"
	"errors"
	"net"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// The message keys of what is wrong with the settings of a mailbox.
const (
	keyUnreachable = "error.mail_unreachable"
	keyInsecure    = "error.mail_insecure"
	keyPassword    = "error.mail_password"
	keySMTPSignIn  = "error.mail_smtp_password"
	keyNoMailbox   = "error.mail_no_mailbox"
	keyRefused     = "error.mail_refused"
)

// Try signs in to the IMAP server, opens the mailbox, and signs in to the SMTP server,
// before anything is kept. What is wrong is a *grievance.InvalidError whose field is
// imap_host, smtp_host or password.
func (c *Connector) Try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	defer c.box.close()
	if err := c.box.acquire(ctx); err != nil {
		return err
	}
	_, err := c.openMailbox(ctx)
	c.box.release()
	if err != nil {
		return imapTrouble(err)
	}
	if c.smtp.host == "" {
		return nil
	}
	client, _, at, err := c.enter(ctx)
	if err != nil {
		return smtpTrouble(at, err)
	}
	_ = client.Quit() // we were in: the farewell changes nothing
	return nil
}

func imapTrouble(err error) error {
	f, _ := errors.AsType[*connector.Failure](imapFailure(err))
	switch {
	case unreachable(err):
		return grievance.Invalid("imap_host", keyUnreachable)
	case f.Key == KeyInsecure:
		return grievance.Invalid("imap_host", keyInsecure)
	case f.Class == connector.SignIn:
		return grievance.Invalid("password", keyPassword)
	case f.Key == KeyMailbox:
		return grievance.Invalid("imap_host", keyNoMailbox)
	}
	return grievance.Invalid("imap_host", keyRefused)
}

func smtpTrouble(at phase, err error) error {
	f, _ := errors.AsType[*connector.Failure](smtpFailure(at, err))
	switch {
	case unreachable(err):
		return grievance.Invalid("smtp_host", keyUnreachable)
	case f.Key == KeyInsecure:
		return grievance.Invalid("smtp_host", keyInsecure)
	case f.Class == connector.SignIn:
		return grievance.Invalid("password", keySMTPSignIn)
	}
	return grievance.Invalid("smtp_host", keyRefused)
}

// unreachable: nobody answers there, or the answer is no TLS.
func unreachable(err error) bool {
	_, network := errors.AsType[net.Error](err)
	_, dial := errors.AsType[*net.OpError](err)
	return network || dial
}
