package email

import (
	"errors"
	"fmt"
	"net/textproto"
	"strconv"

	"github.com/emersion/go-imap/v2"

	"nivaran/internal/connector"
)

// The message keys of what officers (refused) and administrators (trouble) are told.
const (
	KeyEmpty      = "refused.empty"
	KeyNoSender   = "refused.mail_cannot_send"   // the mailbox only receives
	KeyNoAddress  = "refused.mail_no_address"    // the letter names no usable sender
	KeyOwnAddress = "refused.mail_own_address"   // it would come back to us
	KeyForged     = "refused.mail_sender_forged" // nothing automatic goes to a sender who failed DMARC
	KeyAutomatic  = "refused.mail_automatic"     // nothing automatic answers automatic mail
	KeyRecipient  = "refused.mail_recipient"     // the server does not know the address
	KeyServer     = "refused.mail_server"        // the server will not have the letter
	KeySignIn     = "trouble.signin"
	KeyInsecure   = "trouble.mail_insecure" // the server offers no encryption
	KeyMailbox    = "trouble.mail_mailbox"  // no such mailbox, or no right to read it
)

// signInError is what went wrong between greeting and mailbox.
type signInError struct{ error }

func (e *signInError) Unwrap() error { return e.error }

// insecureError: the connection could not be made private, so nothing was said on it.
type insecureError struct{ error }

func (e *insecureError) Unwrap() error { return e.error }

// imapFailure gives an error of the mailbox its class. The server's words stay out of
// it: they may name a person.
func imapFailure(err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*connector.Failure](err); ok {
		return f // the maker of access tokens knows better
	}
	code := imap.ResponseCode("")
	said, answered := errors.AsType[*imap.Error](err)
	if answered {
		code = said.Code
	}
	f := &connector.Failure{Class: connector.Temporary, Code: string(code), Err: withoutWords(err, answered)}
	_, signingIn := errors.AsType[*signInError](err)
	_, insecure := errors.AsType[*insecureError](err)
	switch {
	case code == imap.ResponseCodeUnavailable, code == imap.ResponseCodeInUse, code == imap.ResponseCodeServerBug:
	case code == imap.ResponseCodeLimit:
		f.Class = connector.Limited
	case insecure && answered, code == imap.ResponseCodePrivacyRequired:
		f.Class, f.Key = connector.Forbidden, KeyInsecure
	case signingIn && answered, code == imap.ResponseCodeAuthenticationFailed, code == imap.ResponseCodeExpired:
		f.Class, f.Key = connector.SignIn, KeySignIn
	case code == imap.ResponseCodeNoPerm, code == imap.ResponseCodeAuthorizationFailed, code == imap.ResponseCodeNonExistent, code == imap.ResponseCodeContactAdmin:
		f.Class, f.Key = connector.Forbidden, KeyMailbox
	}
	return f
}

func withoutWords(err error, answered bool) error {
	if answered {
		return errors.New("the IMAP server refused")
	}
	return err
}

// phase is how far a letter had come when sending failed.
type phase int

const (
	connecting phase = iota
	signing
	addressing
	transmitting
	ended // the final dot is on its way: the server may have taken the letter
)

// smtpFailure gives an error of the submission server its class. What fails before the
// final dot was surely not taken; after it nobody knows, unless the server said so.
func smtpFailure(at phase, err error) error {
	if f, ok := errors.AsType[*connector.Failure](err); ok {
		return f
	}
	if _, insecure := errors.AsType[*insecureError](err); insecure {
		return &connector.Failure{Class: connector.Forbidden, Key: KeyInsecure, Err: err}
	}
	said, answered := errors.AsType[*textproto.Error](err)
	if !answered {
		class := connector.Temporary
		if at == ended {
			class = connector.Doubtful
		}
		return &connector.Failure{Class: class, Err: err}
	}
	f := &connector.Failure{Code: strconv.Itoa(said.Code), Err: fmt.Errorf("the SMTP server refused (step %d)", at)}
	switch {
	case said.Code >= 400 && said.Code < 500:
		f.Class = connector.Temporary
	case said.Code == 530, said.Code == 534, said.Code == 535, said.Code == 538, at == signing:
		f.Class, f.Key = connector.SignIn, KeySignIn
	case said.Code < 500: // an answer out of turn: before the dot nothing was taken
		f.Class = connector.Temporary
		if at == ended {
			f.Class = connector.Doubtful
		}
	default:
		f.Class, f.Key = connector.Refused, KeyServer
		if at == addressing && (said.Code == 550 || said.Code == 501 || said.Code == 551 || said.Code == 553) {
			f.Key = KeyRecipient
		}
	}
	return f
}
