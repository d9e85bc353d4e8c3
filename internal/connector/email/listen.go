package email

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"nivaran/internal/connector"
)

// noopEvery is how often a server without IDLE is asked.
const noopEvery = time.Minute

// Wait returns nil when there is something to fetch. A lost connection is taken up again
// after growing waits; Wait gives up only when ctx ends or a person must act.
func (c *Connector) Wait(ctx context.Context) error {
	for tries := 0; ; {
		news, err := c.listen(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case news:
			return nil
		case err == nil:
			tries = 0 // somebody else needed the connection
			continue
		}
		failure := imapFailure(err)
		if class := connector.ClassOf(failure); class != connector.Temporary && class != connector.Limited {
			return failure
		}
		wait := c.cfg.Waits[min(tries, len(c.cfg.Waits)-1)]
		tries++
		select {
		case <-time.After(wait/2 + rand.N(wait/2+1)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// listen idles until news come, somebody asks for the connection, or it breaks.
func (c *Connector) listen(ctx context.Context) (news bool, err error) {
	select {
	case <-c.box.turn:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer c.box.release()
	if c.box.waiting.Load() > 0 {
		return false, nil
	}
	drain(c.box.news)
	err = c.withMailbox(ctx, func(client *imapclient.Client, box *imap.SelectData) error {
		if c.box.known.validity != box.UIDValidity || box.UIDNext > c.box.known.last+1 {
			news = true // it came while nobody listened
			c.box.known = position{box.UIDValidity, max(box.UIDNext, 1) - 1}
			return nil
		}
		// What came while the mailbox was opened is told to the opening, not to us.
		missed, err := lettersAfter(client, c.box.known.last)
		if err != nil {
			return err
		}
		if len(missed) > 0 {
			news, c.box.known.last = true, missed[len(missed)-1]
			return nil
		}
		news, err = c.idle(ctx, client)
		return err
	})
	return news, err
}

func (c *Connector) idle(ctx context.Context, client *imapclient.Client) (news bool, err error) {
	caps := client.Caps()
	if !caps.Has(imap.CapIdle) && !caps.Has(imap.CapIMAP4rev2) {
		return c.ask(ctx, client)
	}
	cmd, err := client.Idle()
	if err != nil {
		return false, fmt.Errorf("idle: %w", err)
	}
	select {
	case <-c.box.news:
		news = true
	case <-c.box.asked:
	case <-client.Closed():
	case <-ctx.Done():
	}
	if err := cmd.Close(); err != nil {
		return news, fmt.Errorf("end idle: %w", err)
	}
	if err := cmd.Wait(); err != nil {
		return news, fmt.Errorf("end idle: %w", err)
	}
	return news, nil
}

// ask is for servers that do not tell by themselves.
func (c *Connector) ask(ctx context.Context, client *imapclient.Client) (news bool, err error) {
	tick := time.NewTicker(noopEvery)
	defer tick.Stop()
	for {
		if err := client.Noop().Wait(); err != nil {
			return false, fmt.Errorf("noop: %w", err)
		}
		select {
		case <-c.box.news:
			return true, nil
		default:
		}
		select {
		case <-tick.C:
		case <-c.box.asked:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
