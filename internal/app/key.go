package app

import (
	"context"
	"errors"
	"fmt"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

type keyCmd struct {
	Rotate keyRotateCmd `cmd:"" help:"Make a new key and seal everything with it. Running programs go on with it at once."`
	Drop   keyDropCmd   `cmd:"" help:"Remove the older keys, once nothing is sealed with them: copies of an old key open nothing any more."`
}

type keyRotateCmd struct{ Place }

type keyDropCmd struct{ Place }

func (cmd *keyRotateCmd) Run(e *env) error {
	return e.onParts(cmd.Place, func(p *parts) error {
		n, err := p.rotateKey(e.ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "A new key seals from now on; %d secrets were sealed with it. Copy %s to where you keep the key.\nOnce every machine has it: nivaran key drop\n", n, p.cfg.KeyPath())
		return nil
	})
}

func (cmd *keyDropCmd) Run(e *env) error {
	return e.onParts(cmd.Place, func(p *parts) error {
		if err := p.dropKeys(e.ctx); err != nil {
			return err
		}
		fmt.Fprintln(e.stdout, "The older keys are gone.")
		return nil
	})
}

// rotateKey makes a new key and seals every secret with it. It gives how many those were.
func (p *parts) rotateKey(ctx context.Context) (int, error) {
	if err := p.keys.Rotate(); err != nil {
		return 0, err
	}
	return p.resealed(ctx, "key.rotated")
}

// dropKeys seals what an older key still holds, and removes the older keys.
func (p *parts) dropKeys(ctx context.Context) error {
	if _, err := p.resealed(ctx, "key.dropped"); err != nil {
		return err
	}
	return p.keys.Drop()
}

// resealed seals with the newest key what an older one has sealed.
func (p *parts) resealed(ctx context.Context, event string) (n int, err error) {
	err = p.store.Tx(ctx, func(tx *store.Tx) error {
		n = 0
		all, err := tx.AllSealed(ctx)
		if err != nil {
			return err
		}
		for _, x := range all {
			newest, err := p.keys.Newest(x.Bytes)
			if err != nil {
				return err
			}
			if newest {
				continue
			}
			plain, err := p.keys.Open(x.Bytes, x.What)
			if err != nil {
				return fmt.Errorf("%s %d: its secret cannot be opened with the key of this machine: %w", x.Table, x.ID, err)
			}
			sealed, err := p.keys.Seal(plain, x.What)
			if err != nil {
				return err
			}
			if err := tx.Reseal(ctx, x, sealed); err != nil {
				return err
			}
			n++
		}
		return tx.RecordOffice(ctx, grievance.System, event, map[string]any{"sealed": n}, p.desk.Now())
	})
	if err != nil {
		return 0, fmt.Errorf("seal anew: %w", err)
	}
	return n, nil
}

// sealedFaults lists the secrets that the key of this machine does not open.
func (p *parts) sealedFaults(ctx context.Context) (faults []string, err error) {
	err = p.store.View(ctx, func(tx *store.Tx) error {
		all, err := tx.AllSealed(ctx)
		for _, x := range all {
			if _, err := p.keys.Open(x.Bytes, x.What); err != nil {
				faults = append(faults, fmt.Sprintf("the secret of %s %d does not open with %s: bring back the key file it was sealed with, or %s", x.Table, x.ID, p.cfg.KeyPath(), sealedRemedy[x.Table]))
			}
		}
		return err
	})
	return faults, err
}

// sealedRemedy is what to do when the key is lost.
var sealedRemedy = map[string]string{
	"accounts": "connect the account again on the channels page",
	"officers": "reset the officer's second factor",
	"mails":    "make what it told anew: a new link, or nothing",
}

// onParts runs f on the parts of the place, without a queue.
func (e *env) onParts(place Place, f func(p *parts) error) error {
	c, err := e.settings(place)
	if err != nil {
		return err
	}
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	return errors.Join(f(p), p.close())
}
