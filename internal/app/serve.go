package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/jobs"
	"nivaran/internal/office"
	"nivaran/internal/web"
	"nivaran/internal/web/citizen"
	"nivaran/internal/web/console"
)

type serveCmd struct {
	Place
	Web     string `enum:"on,off" default:"on" help:"Pages and webhooks: on or off."`
	Workers string `enum:"on,off" default:"on" help:"Channels and jobs: on or off."`
}

func (cmd *serveCmd) Run(e *env) (err error) {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	p, err := build(e.ctx, c, e.logger(c), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	p.log.InfoContext(e.ctx, "serving", "address", ln.Addr().String())
	return p.serve(e.ctx, ln, cmd.Web == "on", cmd.Workers == "on")
}

// stopTime is how long requests and jobs in hand may take to finish at the end.
const stopTime = 20 * time.Second

// lookAtOrganisation is how often an instance looks whether another one changed the
// organisation, or the model that reads posts.
const lookAtOrganisation = 2 * time.Second

// serve runs the parts until ctx ends, then stops them in order: no new requests, then
// the channels, then the jobs in hand.
func (p *parts) serve(ctx context.Context, ln net.Listener, pages, workers bool) error {
	figures := p.newMetrics()
	handler, err := p.handler(pages, figures.observe)
	if err != nil {
		return err
	}
	server := handler
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(ln) }()
	defer server.Close()
	if p.cfg.Metrics != "" {
		metrics := figures.server(p.cfg.Metrics)
		go func() { failed <- metrics.ListenAndServe() }()
		defer metrics.Close()
	}
	watch, stopWatch := context.WithCancel(ctx)
	noting, stopNoting := context.WithCancel(context.WithoutCancel(ctx)) // until the last request is answered
	var wg, notes sync.WaitGroup
	notes.Go(func() { p.desk.Reads.Run(noting) })
	defer notes.Wait()
	defer stopNoting()
	wg.Go(func() { p.office.Keep(watch, p.store, lookAtOrganisation, p.log) })
	wg.Go(func() { p.models.Keep(watch, lookAtOrganisation, p.log) })
	var queue *jobs.Client
	if workers {
		queue, err = jobs.New(p.store.QueueDriver(), jobs.Parts{Desk: p.desk, Intake: p.intake, Learning: p.learning, Outbox: p.outbox, Notice: p.notice, Log: p.log}, jobs.Times{Timeout: p.cfg.JobTimeout, Rescue: p.cfg.Rescue})
		if err == nil {
			err = queue.Start(context.WithoutCancel(ctx))
		}
		if err != nil {
			stopWatch()
			return fmt.Errorf("start jobs: %w", err)
		}
		wg.Go(func() { p.intake.Watch(watch) })
	}
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if e := server.Shutdown(end); e != nil && !errors.Is(e, context.DeadlineExceeded) {
		err = errors.Join(err, e)
	}
	stopWatch()
	wg.Wait()
	if queue != nil {
		err = errors.Join(err, queue.Stop(end))
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// handler is the server of pages and webhooks.
func (p *parts) handler(pages bool, observe func(route string, status int, took time.Duration)) (*http.Server, error) {
	texts, err := i18n.New(grievance.India)
	if err != nil {
		return nil, err
	}
	secure := p.cfg.Secure()
	a, err := p.auth()
	if err != nil {
		return nil, err
	}
	s, err := web.New(web.Options{Auth: a, Texts: texts, Log: p.log, Now: time.Now, Secure: secure, ProxyHeader: p.cfg.ProxyHeader, Ready: p.store.Ping, Observe: observe})
	if err != nil {
		return nil, err
	}
	var routes []web.Route
	var raw []web.Raw
	if pages {
		con := &console.Console{Web: s, Auth: a, Desk: p.desk, Office: p.office, Org: &office.Organisation{Store: p.store, Directory: p.office, Now: time.Now}, Roles: p.roles, Learning: p.learning, Accounts: p.accounts, Helper: p.helper(), Mail: p.notice.On(), Now: time.Now, Log: p.log}
		cit := &citizen.Citizen{Web: s, Desk: p.desk}
		routes = append(con.Routes(), cit.Routes()...)
		for ch, r := range p.intake.Receivers {
			raw = append(raw, web.Raw{Pattern: "GET /webhooks/" + string(ch), Handler: challenge(r)}, web.Raw{Pattern: "POST /webhooks/" + string(ch), Handler: p.webhook(ch)})
		}
	}
	h, err := s.Handler(routes, raw...)
	if err != nil {
		return nil, err
	}
	return s.HTTP(h), nil
}

// auth is the sign-in of the program.
func (p *parts) auth() (*auth.Auth, error) {
	provider, err := p.provider()
	if err != nil {
		return nil, err
	}
	return auth.New(auth.Options{Store: p.store, Office: p.office, Keys: p.keys, Now: time.Now, Log: p.log, Secure: p.cfg.Secure(), PublicURL: p.cfg.BaseURL, Mail: p.notice, Provider: provider})
}

// challenge answers a service that sets its webhook up.
func challenge(r connector.Receiver) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, kind, err := r.Challenge(req)
		if err != nil {
			http.Error(w, "refused", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(body) // the service asks again
	})
}

// maxWebhook bounds the body of a webhook.
const maxWebhook = 4 << 20

// webhook stores what a service delivers and answers at once; a job reads it.
func (p *parts) webhook(ch grievance.Channel) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhook))
		if err != nil {
			http.Error(w, "body not readable", http.StatusBadRequest)
			return
		}
		err = p.intake.ReceiveWebhook(r.Context(), ch, r.Header, body)
		switch {
		case errors.Is(err, grievance.ErrForbidden):
			p.log.WarnContext(r.Context(), "webhook with a wrong signature", "channel", ch)
			http.Error(w, "refused", http.StatusForbidden)
		case err != nil:
			p.log.ErrorContext(r.Context(), "webhook not stored", "channel", ch, "err", err)
			http.Error(w, "try again", http.StatusInternalServerError)
		}
	})
}
