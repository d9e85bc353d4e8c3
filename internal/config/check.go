package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// check returns one error for each setting, or pair of settings, that cannot be used.
func (c *Config) check() []error {
	var errs []error
	refuse := func(name, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s%s: %s", prefix, name, fmt.Sprintf(format, args...)))
	}

	if c.DB != "" && !address(c.DB, "postgres", "postgresql") {
		refuse("DB", "it is no address of PostgreSQL; write postgres://user:password@host/name, or unset it for SQLite")
	}
	for name, listen := range map[string]string{"LISTEN": c.Listen, "METRICS": c.Metrics} {
		if _, _, err := net.SplitHostPort(listen); listen != "" && err != nil {
			refuse(name, "%q is no address and port; write for example 127.0.0.1:8080", listen)
		}
	}
	for name, base := range map[string]string{"BASE_URL": c.BaseURL, "X_URL": c.XURL, "FACEBOOK_URL": c.FacebookURL,
		"X_AUTHORIZE_URL": c.XAuthorizeURL, "FACEBOOK_DIALOG_URL": c.FacebookDialogURL,
		"GOOGLE_AUTHORIZE_URL": c.GoogleAuthorizeURL, "GOOGLE_TOKEN_URL": c.GoogleTokenURL, "GOOGLE_REVOKE_URL": c.GoogleRevokeURL,
		"MICROSOFT_AUTHORIZE_URL": c.MicrosoftAuthorizeURL, "MICROSOFT_TOKEN_URL": c.MicrosoftTokenURL} {
		if !address(base, "http", "https") {
			refuse(name, "%q is no web address; write for example https://nivaran.example", base)
		}
	}
	c.checkMail(refuse)
	for name, server := range map[string]string{"GOOGLE_IMAP": c.GoogleIMAP, "GOOGLE_SMTP": c.GoogleSMTP, "MICROSOFT_IMAP": c.MicrosoftIMAP, "MICROSOFT_SMTP": c.MicrosoftSMTP} {
		if !address(server, "imap", "imaps", "smtp", "smtps") {
			refuse(name, "%q is no address of a mail server; write for example imaps://imap.example:993", server)
		}
	}
	c.checkProvider(refuse)
	c.checkAssist(refuse)
	if c.LogFormat != "text" && c.LogFormat != "json" {
		refuse("LOG_FORMAT", "%q is not known; write text or json", c.LogFormat)
	}
	for name, d := range map[string]time.Duration{
		"X_POLL": c.XPoll, "FACEBOOK_POLL": c.FacebookPoll, "MAIL_POLL": c.MailPoll,
		"TIMEOUT": c.Timeout, "LOOKUP_WAIT": c.LookUpWait, "JOB_TIMEOUT": c.JobTimeout, "RESCUE": c.Rescue,
		"ACK_MAX_AGE": c.AckMaxAge, "FEEDBACK_WINDOW": c.FeedbackWindow,
	} {
		if d <= 0 {
			refuse(name, "%s is not more than nothing; write a length of time such as 5m", d)
		}
	}
	if c.LookUpTries < 1 {
		refuse("LOOKUP_TRIES", "%d looks cannot find anything; write 1 or more", c.LookUpTries)
	}
	if c.AckDailyLimit < 0 {
		refuse("ACK_DAILY_LIMIT", "%d is less than none; write 0 for no acknowledgements", c.AckDailyLimit)
	}
	// A job ends before it is given to another worker, and its calls before it ends:
	// otherwise two would send the same reply.
	if c.JobTimeout < c.Timeout {
		refuse("JOB_TIMEOUT", "%s is shorter than one call may take; make it at least NIVARAN_TIMEOUT (%s)", c.JobTimeout, c.Timeout)
	}
	if c.Rescue < c.JobTimeout {
		refuse("RESCUE", "%s is shorter than a job may run; make it at least NIVARAN_JOB_TIMEOUT (%s)", c.Rescue, c.JobTimeout)
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}

func (c *Config) checkMail(refuse func(name, format string, args ...any)) {
	if c.MailSMTP == "" {
		return
	}
	if !address(c.MailSMTP, "smtps", "submission", "smtp") {
		refuse("MAIL_SMTP", "it is no address of a mail server; write for example submission://user@mail.example:587")
		return
	}
	u, _ := url.Parse(c.MailSMTP) // address has read it
	if _, given := u.User.Password(); given {
		refuse("MAIL_SMTP", "it holds a password that every listing would show; put it into NIVARAN_MAIL_PASSWORD")
	}
	if u.User.Username() != "" && c.MailPassword == "" {
		refuse("MAIL_PASSWORD", "the user in NIVARAN_MAIL_SMTP needs one; set it or NIVARAN_MAIL_PASSWORD_FILE")
	}
	if _, err := mail.ParseAddress(c.MailFrom); err != nil {
		refuse("MAIL_FROM", "%q is no sender; write for example Nivaran <no-reply@nivaran.example>", c.MailFrom)
	}
}

func address(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	return slices.Contains(schemes, u.Scheme)
}
