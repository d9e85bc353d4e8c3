package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"nivaran/internal/demo"
	"nivaran/internal/grievance"
)

// runEmpty is the demonstration of an empty installation: the stand-ins run beside it, and
// whoever opens the link is its first administrator.
func (cmd *demoCmd) runEmpty(e *env, p *parts, s *demo.StandIns, ln net.Listener, url string) error {
	first := adminFirst{Email: "first@nivaran.example", Name: "First Administrator", NameHI: "प्रथम प्रशासक"}
	id, err := first.appoint(e.ctx, p.store, time.Now())
	if err != nil {
		return err
	}
	if err := p.reload(e.ctx); err != nil {
		return err
	}
	a, err := p.auth()
	if err != nil {
		return err
	}
	link, err := a.Invite(e.ctx, grievance.System, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(e.ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	served, err := p.serveWith(ctx, &wg, s, ln, url)
	if err != nil {
		return err
	}
	if cmd.JSON {
		err = json.NewEncoder(e.stdout).Encode(map[string]any{"url": url, "first_administrator": link.URL, "email": first.Email, "stand_ins": s.Addresses()})
	} else {
		_, err = fmt.Fprintf(e.stdout, "\nNivaran is open at %s, and empty.\nWhat citizens see:    %s\nFirst administrator:  %s\n\nCtrl+C ends it; nothing is kept.\n", url, s.PageURL, link.URL)
	}
	if err != nil {
		return err
	}
	return <-served
}

// serveWith runs the program and the stand-ins that push to it, until ctx ends.
func (p *parts) serveWith(ctx context.Context, wg *sync.WaitGroup, s *demo.StandIns, ln net.Listener, url string) (<-chan error, error) {
	served := make(chan error, 1)
	go func() { served <- p.serve(ctx, ln, true, true) }()
	if err := s.Facebook.SetWebhook(ctx, url+"/webhooks/facebook"); err != nil {
		return nil, errors.Join(fmt.Errorf("webhook of the stand-in: %w", err), ctx.Err())
	}
	wg.Go(func() { s.Facebook.Run(ctx) })
	wg.Go(func() { s.X.Run(ctx) })
	return served, nil
}
