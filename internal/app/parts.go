package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"nivaran/internal/config"
	"nivaran/internal/connector/email"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/intake"
	"nivaran/internal/learning"
	"nivaran/internal/notice"
	"nivaran/internal/office"
	"nivaran/internal/outbox"
	"nivaran/internal/secret"
	"nivaran/internal/sorting"
	"nivaran/internal/store"
)

// parts is the program, built but not started.
type parts struct {
	cfg      *config.Config
	log      *slog.Logger
	store    *store.Store
	keys     *secret.Keys
	files    *blob.Bucket
	office   *office.Directory
	roles    *office.Roles
	accounts *office.Accounts
	channels *channels
	desk     *desk.Desk
	intake   *intake.Intake
	models   *learning.Models
	learning *learning.Learning
	outbox   *outbox.Outbox
	notice   *notice.Mailer
}

func openStore(ctx context.Context, c *config.Config, log *slog.Logger, queue bool) (*store.Store, error) {
	address := c.DB
	if address == "" {
		address = c.Data
	}
	return store.Open(ctx, store.Options{Address: address, Queue: queue, Mail: c.MailSMTP != "", Log: log, Journal: c.Data})
}

// openFiles opens the store of files, a folder beside the database.
func openFiles(c *config.Config) (*blob.Bucket, error) {
	files, err := fileblob.OpenBucket(filepath.Join(c.Data, "files"), &fileblob.Options{CreateDir: true, NoTempDir: true})
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	return files, nil
}

// build opens the database and makes every part. queue says whether jobs are inserted.
func build(ctx context.Context, c *config.Config, log *slog.Logger, queue bool) (p *parts, err error) {
	p = &parts{cfg: c, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return p, fmt.Errorf("data folder: %w", err)
	}
	if p.store, err = openStore(ctx, c, log, queue); err != nil {
		return p, err
	}
	if p.keys, err = secret.Load(c.KeyPath()); err != nil {
		return p, err
	}
	if p.files, err = openFiles(c); err != nil {
		return p, err
	}
	if p.office, err = office.Load(ctx, p.store); err != nil {
		return p, err
	}
	if p.models, err = learning.NewModels(ctx, p.store, p.office); err != nil {
		return p, err
	}
	p.wire()
	if p.notice, err = newMailer(p); err != nil {
		return p, err
	}
	return p, nil
}

// wire makes the parts that work on the store.
func (p *parts) wire() {
	c, now := p.cfg, time.Now
	who := rand.Text()
	limits := grievance.DefaultLimits
	limits.Feedback = c.FeedbackWindow
	ids := email.IDKey(p.keys.MACKey("message-id"))
	out := client(c.Timeout, c.PrivateFetch)
	p.accounts = &office.Accounts{Store: p.store, Office: p.office, Keys: p.keys, Authorizers: authorizers(c, out, now), BaseURL: c.BaseURL, Pace: pace(c), Now: now, Log: p.log}
	p.channels = &channels{store: p.store, accounts: p.accounts, cfg: c, http: out, now: now, who: who}
	p.accounts.Try = p.channels.try
	p.desk = &desk.Desk{
		Store: p.store, Office: p.office, Files: p.files, Now: now, Log: p.log, Limits: limits, PublicURL: c.BaseURL, Enterprise: c.XEnterprise,
		AckMaxAge: c.AckMaxAge, AckLimit: c.AckDailyLimit,
		MessageID: func(number string, n int, domain string) string {
			return ids.MessageID(number, fmt.Sprintf("r%d", n), domain)
		},
	}
	p.desk.Reads = desk.NewReads(p.store, now, p.log)
	p.roles = &office.Roles{Store: p.store, Office: p.office, Now: now}
	p.intake = &intake.Intake{
		Store: p.store, Desk: p.desk, Accounts: p.accounts, Sorter: p.models, Open: p.channels.connector,
		Receivers: receivers(c), Webhooks: webhooks(c), Now: now, Log: p.log, Holder: who,
	}
	p.learning = &learning.Learning{Store: p.store, Desk: p.desk, Office: p.office, Models: p.models, Basis: sorting.Shipped, Now: now, Log: p.log}
	p.outbox = &outbox.Outbox{
		Store: p.store, Desk: p.desk, Open: p.channels.replier, Load: p.desk.ReadFile, Now: now, Log: p.log,
		Timeout: c.Timeout, LookWait: c.LookUpWait, LookTries: c.LookUpTries,
	}
}

// reload reads the organisation again, after it was written.
func (p *parts) reload(ctx context.Context) error { return p.office.Reload(ctx, p.store) }

func (p *parts) close() error {
	var errs []error
	if p.channels != nil {
		errs = append(errs, p.channels.close())
	}
	if p.files != nil {
		errs = append(errs, p.files.Close())
	}
	if p.store != nil {
		errs = append(errs, p.store.Close())
	}
	return errors.Join(errs...)
}
