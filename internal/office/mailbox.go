package office

import (
	"context"
	"net"
	"strconv"
	"strings"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
)

// MailboxRequest are the settings of a mailbox that opens by an app password.
type MailboxRequest struct {
	OfficeID           int
	AccountID          int // connect this one again
	Address            string
	Username, Password string // without a user name the address is used
	IMAP, SMTP         MailServer
	// AuthServID is the name under which the mail server writes Authentication-Results.
	AuthServID string
}

// MailServer is where a mail server listens, and how the line to it is kept private.
type MailServer struct {
	Host, Port string
	StartTLS   bool // else TLS from the first byte
}

// url writes the server as the channel reads it.
func (m MailServer) url(scheme string) (string, error) {
	host := strings.TrimSpace(m.Host)
	if host == "" || strings.ContainsAny(host, "/@ :") && net.ParseIP(host) == nil {
		return "", grievance.Invalid(scheme+"_host", "error.mail_host")
	}
	if n, err := strconv.Atoi(strings.TrimSpace(m.Port)); err != nil || n < 1 || n > 65535 {
		return "", grievance.Invalid(scheme+"_port", "error.mail_port")
	}
	if !m.StartTLS {
		scheme += "s"
	}
	return scheme + "://" + net.JoinHostPort(host, strings.TrimSpace(m.Port)), nil
}

// ConnectMailbox signs in to both servers of a mailbox and connects it. What is wrong names
// its field.
func (x *Accounts) ConnectMailbox(ctx context.Context, by grievance.Actor, r MailboxRequest) (int, error) {
	if !by.May(grievance.MayConnect) {
		return 0, grievance.ErrForbidden
	}
	at := Attempt{Service: Mailbox, OfficeID: r.OfficeID, AccountID: r.AccountID, Officer: by.ID}
	if r.AccountID != 0 {
		begun, err := x.again(ctx, by, r.AccountID)
		if err != nil {
			return 0, err
		}
		at.OfficeID, r.Address = begun.OfficeID, begun.Mailbox
	} else if err := x.office(by, r.OfficeID); err != nil {
		return 0, err
	}
	g, err := r.grant()
	if err != nil {
		return 0, err
	}
	a := grievance.OfficialAccount{Channel: grievance.Email, Handle: g.Handle, ExternalID: g.ExternalID, Settings: g.Settings}
	if err := x.Try(ctx, a, g.Secret); err != nil {
		return 0, err
	}
	ids, err := x.keep(ctx, by, at, []connector.Grant{g})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

func (r MailboxRequest) grant() (g connector.Grant, err error) {
	address, err := mailbox(r.Address)
	if err != nil {
		return g, err
	}
	imap, err := r.IMAP.url("imap")
	if err != nil {
		return g, err
	}
	smtp, err := r.SMTP.url("smtp")
	if err != nil {
		return g, err
	}
	if r.Password == "" {
		return g, grievance.Invalid("password", "error.mail_password_required")
	}
	return connector.Grant{
		ExternalID: address, Handle: address, Name: address,
		Secret:   connector.Secret{Password: r.Password},
		Settings: map[string]string{"service": "", "imap": imap, "smtp": smtp, "username": strings.TrimSpace(r.Username), "authserv": strings.TrimSpace(r.AuthServID)},
	}, nil
}
