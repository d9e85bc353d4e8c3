package app

import (
	"strings"
	"time"

	"nivaran/internal/notice"
)

// newMailer makes the part that sends the program's own mail; without a mail server in
// the settings it sends none.
func newMailer(p *parts) (*notice.Mailer, error) {
	c := p.cfg
	o := notice.Options{Store: p.store, Office: p.office, Keys: p.keys, Now: time.Now, Log: p.log, PublicURL: strings.TrimRight(c.BaseURL, "/")}
	if c.MailSMTP != "" {
		var err error
		if o.Server, err = notice.ParseServer(c.MailSMTP, c.MailFrom, c.MailPassword, c.Timeout); err != nil {
			return nil, err
		}
	}
	return notice.New(o)
}
