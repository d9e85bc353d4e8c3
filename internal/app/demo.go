package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/connector"
	"nivaran/internal/demo"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

type demoCmd struct {
	Port  int           `default:"8080" help:"Port of the pages; 0: any."`
	JSON  bool          `help:"Print one line of JSON on standard output, and the log on standard error."`
	Seed  uint64        `default:"1" help:"Another number makes another year."`
	Every time.Duration `default:"5s" help:"How often a citizen writes."`
	Past  int           `default:"2000" help:"How many past cases are lived."`
	Bulk  int           `help:"How many more past cases are written at once before the start, to measure with."`
	Empty bool          `help:"Begin with nothing but the stand-ins and the first administrator's link: no offices, no accounts, no cases."`
	DB    string        `placeholder:"ADDRESS" help:"An empty database of PostgreSQL instead of the temporary file."`
}

// firstPast is how many past cases there are before the address is printed.
const firstPast = 100

func (cmd *demoCmd) Run(e *env) (err error) {
	dir, err := os.MkdirTemp("", "nivaran-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", cmd.Port))
	if err != nil {
		return fmt.Errorf("%w; choose another with --port", err)
	}
	defer ln.Close()
	s, err := demo.StartStandIns()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	url := fmt.Sprintf("http://localhost:%d", ln.Addr().(*net.TCPAddr).Port)
	c, err := cmd.settings(e, dir, url, s)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	p, err := build(e.ctx, c, log, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if cmd.Empty {
		return cmd.runEmpty(e, p, s, ln, url)
	}
	return cmd.run(e, p, s, ln, url)
}

// settings are those of the demonstration: everything on this machine, quick polls. Only
// the language helper is taken from the environment, since it has no stand-in here.
func (cmd *demoCmd) settings(e *env, dir, url string, s *demo.StandIns) (*config.Config, error) {
	s.AllowRedirects(url)
	set := s.Settings()
	maps.Copy(set, map[string]string{
		"NIVARAN_DATA": dir, "NIVARAN_DB": cmd.DB, "NIVARAN_BASE_URL": url, "NIVARAN_LOG_LEVEL": "WARN",
		"NIVARAN_X_POLL": "2s", "NIVARAN_FACEBOOK_POLL": "10s", "NIVARAN_MAIL_POLL": "10s",
	})
	return config.Read(func(key string) string {
		if strings.HasPrefix(key, "NIVARAN_ASSIST_") {
			return e.getenv(key)
		}
		return set[key]
	})
}

func (cmd *demoCmd) run(e *env, p *parts, s *demo.StandIns, ln net.Listener, url string) error {
	ctx := e.ctx
	if err := office.Seed(ctx, p.store); err != nil {
		return err
	}
	if err := p.reload(ctx); err != nil {
		return err
	}
	now := time.Now()
	people, err := demo.Hire(ctx, p.store, p.office, p.keys, now)
	if err != nil {
		return err
	}
	accounts, err := p.connect(ctx, demo.Accounts(s, p.office, now))
	if err != nil {
		return err
	}
	if err := p.liftFirstHold(ctx, people); err != nil {
		return err
	}
	cm := map[grievance.Channel]grievance.OfficialAccount{} // the Chief Minister's are the first of each channel
	for _, a := range slices.Backward(accounts) {
		cm[a.Channel] = a
	}
	if cmd.Bulk > 0 {
		if _, err := p.fill(ctx, people, cmd.Bulk, now); err != nil {
			return err
		}
	}
	past, closePast, err := cmd.past(ctx, p, people, cm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closePast()) }()
	if err := past.Live(ctx, min(firstPast, cmd.Past), now.AddDate(0, 0, -20), now.Add(-2*time.Hour), 0.8); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		if err := past.Live(ctx, cmd.Past-firstPast, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -20), 0.1); err != nil && ctx.Err() == nil {
			p.log.ErrorContext(ctx, "the past year stopped", "err", err)
		}
	})
	served, err := p.serveWith(ctx, &wg, s, ln, url)
	if err != nil {
		return err
	}
	citizens := &demo.Citizens{StandIns: s, Office: p.office, Page: cm[grievance.Facebook], Rand: rand.New(rand.NewPCG(cmd.Seed, 2)), Log: p.log}
	wg.Go(func() { citizens.Run(ctx, cmd.Every) })
	if err := cmd.announce(e, url, people, s); err != nil {
		return err
	}
	return <-served
}

// connect keeps the official accounts with their secrets sealed.
func (p *parts) connect(ctx context.Context, accounts []demo.Account) ([]grievance.OfficialAccount, error) {
	var kept []grievance.OfficialAccount
	err := p.store.Tx(ctx, func(tx *store.Tx) error {
		kept = nil
		for _, a := range accounts {
			id, err := tx.AddAccount(ctx, a.OfficialAccount)
			if err != nil {
				return err
			}
			a.ID = id
			if err := p.accounts.Seal(ctx, tx, id, connector.Secret{Access: a.Access, Refresh: a.Refresh, Expires: a.Expires, Token: a.Token, Password: a.Password}); err != nil {
				return err
			}
			if err := demo.Allow(ctx, tx, a.OfficialAccount, p.office.StateCell()); err != nil {
				return err
			}
			kept = append(kept, a.OfficialAccount)
		}
		now := time.Now() // what goes out is on hold until an administrator has looked
		return tx.SetHold(ctx, store.Hold{ID: tx.NewID(now), SetAt: now, Reason: office.FirstHold})
	})
	return kept, err
}

// liftFirstHold is the administrator's first act, on record like any other.
func (p *parts) liftFirstHold(ctx context.Context, people *demo.People) error {
	holds, err := p.desk.Holds(ctx, people.Admin())
	if err != nil {
		return err
	}
	for _, h := range holds {
		if err := p.desk.LiftHold(ctx, people.Admin(), h.ID); err != nil {
			return err
		}
	}
	return nil
}

// past is a second desk on the same database, with a clock of its own and no queue.
func (cmd *demoCmd) past(ctx context.Context, p *parts, people *demo.People, cm map[grievance.Channel]grievance.OfficialAccount) (*demo.Past, func() error, error) {
	s, err := openStore(ctx, p.cfg, p.log, false)
	if err != nil {
		return nil, nil, err
	}
	d := *p.desk
	d.Store = s
	past := &demo.Past{Desk: &d, People: people, Office: p.office, Sorter: p.intake.Sorter, Accounts: cm, Rand: rand.New(rand.NewPCG(cmd.Seed, 1))}
	d.Now = past.Now
	past.Desk = &d
	return past, s.Close, nil
}

// announce tells where to look and who to be.
func (cmd *demoCmd) announce(e *env, url string, people *demo.People, s *demo.StandIns) error {
	if cmd.JSON {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"url": url, "sign_ins": people.SignIns, "stand_ins": s.Addresses()})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nNivaran is open at %s\nWhat citizens see:    %s\n\nSign in as (password %s, then the code of an authenticator app with the secret):\n", url, s.PageURL, demo.Password)
	for _, i := range people.SignIns {
		fmt.Fprintf(&b, "  %-17s %-36s %s\n", i.Role, i.Email, i.TOTPSecret)
	}
	b.WriteString("\nCtrl+C ends it; nothing is kept.\n")
	_, err := fmt.Fprint(e.stdout, b.String())
	return err
}
