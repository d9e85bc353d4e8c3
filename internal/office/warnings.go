package office

import (
	"context"
	"time"

	"nivaran/internal/connector"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// WarningKind is something of an account that will break, or did. The message keys
// warning.KIND, warning.KIND_text and notice.account_KIND say it.
type WarningKind string

// The kinds, the worst first.
const (
	WarnSignIn     WarningKind = "signin"     // the service refuses us: the account stands still
	WarnSending    WarningKind = "sending"    // the service lets us read but not send
	WarnUnpaid     WarningKind = "unpaid"     // the service wants money
	WarnOverdue    WarningKind = "overdue"    // not read to its end for three polls
	WarnRenewing   WarningKind = "renewing"   // the token is not renewed; it works to its end
	WarnEnds       WarningKind = "ends"       // the consent ends within a week
	WarnPermission WarningKind = "permission" // the consent lacks something
	WarnSpent      WarningKind = "spent"      // the month's money is used up
	WarnBudget     WarningKind = "budget"     // four fifths of it are
	WarnUsage      WarningKind = "usage"      // three quarters of the calls are used
)

// Fix is the one way to mend what a warning is about.
type Fix string

// The fixes.
const (
	FixReconnect Fix = "reconnect" // its owner consents again
	FixRetry     Fix = "retry"     // after somebody acted at the service
	FixBudget    Fix = "budget"
	FixLook      Fix = "look" // nothing to do here: the page of the account says more
)

// Warning is one of them, now.
type Warning struct {
	Kind  WarningKind
	Late  bool // something stands still; else it will
	Fix   Fix
	At    time.Time // since when, or when it ends; zero: neither
	About []string  // permissions
	Share int       // percent
}

// When warnings begin.
const (
	warnEnds    = 7 * 24 * time.Hour
	budgetShare = 80
	usageShare  = 75
	// stopShare of the calls is where we stop by ourselves, before the service does.
	stopShare = 95
	// renewPatience is how long renewing may fail before anybody is bothered.
	renewPatience = time.Minute
	// pollPatience is the least time after which a poll is overdue.
	pollPatience = 2 * time.Minute
	// spentPace is how often an account is read whose money is used up: often enough that
	// nothing falls out of the service's reach.
	spentPace = time.Hour
)

// Spent is how much of the month's money is used, in percent; 0 without a budget.
func Spent(a grievance.OfficialAccount, h store.Health) int {
	if a.BudgetMicro <= 0 {
		return 0
	}
	return int(h.CostMonthMicro * 100 / a.BudgetMicro)
}

// Used is how many of the calls that the service allows are used, in percent. What it
// said of a window that is over counts no more.
func Used(h store.Health, now time.Time) int {
	b := h.Budget
	if !b.Reset.IsZero() && now.After(b.Reset) {
		return 0
	}
	if b.Limit > 0 {
		return 100 * (b.Limit - b.Remaining) / b.Limit
	}
	return b.Percent
}

// PollEvery is how often the account is read now: slower while calls or money run out,
// never not at all.
func (x *Accounts) PollEvery(a grievance.OfficialAccount, h store.Health) time.Duration {
	every := x.Pace(a.Channel)
	if Used(h, x.Now()) >= usageShare {
		every *= 2
	}
	if Spent(a, h) >= 100 {
		every = max(every, spentPace)
	}
	return every
}

// Silent says that the service is not to be asked for anything now: the account stands
// still, waits for a limit, or has used up what the service allows.
func (x *Accounts) Silent(a grievance.OfficialAccount, h store.Health) bool {
	now := x.Now()
	return !a.Connected() || !a.StoppedAt.IsZero() || now.Before(h.LimitedUntil) || Used(h, now) >= stopShare && now.Before(h.Budget.Reset)
}

// Paused says that the account is not to be read now: it is silent, or was read so
// recently that calls or money are spared.
func (x *Accounts) Paused(a grievance.OfficialAccount, h store.Health) bool {
	if x.Silent(a, h) {
		return true
	}
	now, every := x.Now(), x.PollEvery(a, h)
	return every > x.Pace(a.Channel) && now.Before(h.PolledAt.Add(every))
}

// Warnings lists what of the account will break or did, the worst first.
func (x *Accounts) Warnings(a grievance.OfficialAccount, h store.Health) (all []Warning) {
	if !a.Connected() {
		return nil
	}
	now := x.Now()
	add := func(is bool, w Warning) {
		if is {
			all = append(all, w)
		}
	}
	if !a.StoppedAt.IsZero() {
		return []Warning{{Kind: WarnSignIn, Late: true, Fix: FixReconnect, At: a.StoppedAt}}
	}
	unpaid := h.FailClass == string(connector.Unpaid)
	add(!h.SendStoppedAt.IsZero(), Warning{Kind: WarnSending, Late: true, Fix: FixRetry, At: h.SendStoppedAt})
	add(unpaid, Warning{Kind: WarnUnpaid, Late: true, Fix: FixRetry, At: h.FailedAt})
	complete := h.CompleteTo
	if complete.Before(a.ConnectedAt) {
		complete = a.ConnectedAt
	}
	overdue := now.Sub(complete) > max(3*x.PollEvery(a, h), pollPatience)
	add(overdue && !unpaid && now.After(h.LimitedUntil), Warning{Kind: WarnOverdue, Late: true, Fix: FixRetry, At: complete})
	add(!h.RenewFailedAt.IsZero() && now.Sub(h.RenewFailedAt) >= renewPatience, Warning{Kind: WarnRenewing, Fix: FixReconnect, At: h.RenewFailedAt})
	add(!h.ConsentEndsAt.IsZero() && h.ConsentEndsAt.Sub(now) <= warnEnds, Warning{Kind: WarnEnds, Fix: FixReconnect, At: h.ConsentEndsAt})
	add(len(h.Missing) > 0, Warning{Kind: WarnPermission, Fix: FixReconnect, About: h.Missing})
	spent, used := Spent(a, h), Used(h, now)
	add(spent >= 100, Warning{Kind: WarnSpent, Fix: FixBudget, Share: spent})
	add(spent >= budgetShare && spent < 100, Warning{Kind: WarnBudget, Fix: FixBudget, Share: spent})
	add(used >= usageShare, Warning{Kind: WarnUsage, Fix: FixLook, Share: used, At: h.Budget.Reset})
	return all
}

// tellAgain is how soon the same warning is told once more after it was over.
const tellAgain = 24 * time.Hour

// Watch compares every account with what was warned of before. What is new is told to
// those who answer for the account, once; what is over is forgotten.
func (x *Accounts) Watch(ctx context.Context) error {
	return x.Store.Tx(ctx, func(tx *store.Tx) error {
		now := x.Now()
		if err := tx.LockAccountWarnings(ctx); err != nil {
			return err
		}
		accounts, err := tx.Accounts(ctx)
		if err != nil {
			return err
		}
		health, err := tx.AllHealth(ctx, now)
		if err != nil {
			return err
		}
		before, err := tx.AccountWarnings(ctx)
		if err != nil {
			return err
		}
		known := map[int]map[string]store.AccountWarning{}
		for _, w := range before {
			if known[w.AccountID] == nil {
				known[w.AccountID] = map[string]store.AccountWarning{}
			}
			known[w.AccountID][w.Kind] = w
		}
		for _, a := range accounts {
			if err := x.compare(ctx, tx, a, health[a.ID], known[a.ID], now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (x *Accounts) compare(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, h store.Health, known map[string]store.AccountWarning, now time.Time) error {
	stands := map[string]bool{}
	for _, w := range x.Warnings(a, h) {
		kind := string(w.Kind)
		stands[kind] = true
		old, was := known[kind]
		if was && old.EndedAt.IsZero() {
			continue
		}
		fresh := store.AccountWarning{AccountID: a.ID, Kind: kind, Since: now, ToldAt: old.ToldAt}
		// A token that dies twice in a day is told twice; a limit that comes and goes is not.
		if !was || w.Kind == WarnSignIn || now.Sub(old.ToldAt) >= tellAgain {
			fresh.ToldAt = now
			if err := x.tell(ctx, tx, a, "notice.account_"+kind, now); err != nil {
				return err
			}
		}
		if err := tx.SaveAccountWarning(ctx, fresh); err != nil {
			return err
		}
	}
	for kind, old := range known {
		if !stands[kind] && old.EndedAt.IsZero() {
			old.EndedAt = now
			if err := tx.SaveAccountWarning(ctx, old); err != nil {
				return err
			}
		}
	}
	return nil
}
