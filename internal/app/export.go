package app

import (
	"errors"
	"fmt"
	"os"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

type exportCmd struct {
	Audit exportAuditCmd `cmd:"" help:"Write the record (histories, office log, read log, daily heads) as docs/audit-format.md describes it, for a third party to check."`
}

type exportAuditCmd struct {
	Place
	From      string `help:"First day, in India: 2026-11-02. Without it, from the beginning." placeholder:"DAY"`
	To        string `help:"Last day. Without it, up to the present." placeholder:"DAY"`
	Out       string `required:"" help:"File to write; it must not exist." placeholder:"FILE.zip"`
	WithTexts bool   `help:"With the free texts of histories and their salts. They are personal data."`
}

func (cmd *exportAuditCmd) Run(e *env) (err error) {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	f, err := os.OpenFile(cmd.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	start := time.Now()
	by := grievance.System
	by.Via = "nivaran export audit"
	s, err := p.desk.ExportRecord(e.ctx, by, f, desk.RecordRequest{Days: store.Days{From: cmd.From, To: cmd.To}, Texts: cmd.WithTexts})
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(cmd.Out))
	}
	fmt.Fprintf(e.stdout, "%d cases, %d entries written in %s\n", s.Cases, s.Entries, time.Since(start).Round(time.Millisecond))
	return nil
}
