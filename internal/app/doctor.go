package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

type doctorCmd struct {
	Place
	JSON bool `help:"Print one line of JSON a finding."`
}

// The weights of a finding.
const (
	fine    = "ok"
	warning = "warn"
	fault   = "FAULT"
)

// finding is what doctor says of one thing, and what to do about it.
type finding struct {
	Weight string `json:"weight"`
	About  string `json:"about"`
	Says   string `json:"says"`
	Remedy string `json:"remedy,omitempty"`
}

// Run looks at everything it can reach: a fault does not keep it from the rest.
func (cmd *doctorCmd) Run(e *env) error {
	found := cmd.look(e)
	faults := 0
	for _, f := range found {
		if f.Weight == fault {
			faults++
		}
		if err := f.print(e.stdout, cmd.JSON); err != nil {
			return err
		}
	}
	if faults > 0 {
		return fmt.Errorf("doctor: %d faults", faults)
	}
	return nil
}

func (f finding) print(to io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(to).Encode(f)
	}
	_, err := fmt.Fprintf(to, "%-5s  %-13s %s\n", f.Weight, f.About, f.Says)
	if err == nil && f.Remedy != "" {
		_, err = fmt.Fprintf(to, "%-5s  %-13s → %s\n", "", "", f.Remedy)
	}
	return err
}

func (cmd *doctorCmd) look(e *env) []finding {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return []finding{{fault, "settings", err.Error(), "nivaran config lists every setting with its meaning"}}
	}
	found := []finding{{fine, "settings", "can be used", ""}}
	found = append(found, lookAtAddress(c)...)
	found = append(found, lookAtDisk(c)...)
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return append(found, finding{fault, "database", err.Error(), "look whether the database runs, and whether the address and the key file are right"})
	}
	found = append(found, p.lookAtRecord(e.ctx)...)
	found = append(found, p.lookAtOrganisation(e.ctx)...)
	found = append(found, p.lookAtChannels(e.ctx)...)
	found = append(found, p.lookAtClock(e.ctx)...)
	found = append(found, p.lookAtHelper(e.ctx)...)
	if err := p.close(); err != nil {
		found = append(found, finding{warning, "database", "did not close: " + err.Error(), ""})
	}
	return found
}

// lookAtAddress says whether citizens and passkeys can use the address of the pages.
func lookAtAddress(c *config.Config) []finding {
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return []finding{{fault, "address", err.Error(), "set NIVARAN_BASE_URL"}}
	}
	host := u.Hostname()
	switch {
	case net.ParseIP(host) != nil:
		return []finding{{fault, "address", c.BaseURL + " is a number: passkeys need a name", "set NIVARAN_BASE_URL to the name that citizens use"}}
	case host == "localhost":
		return []finding{{warning, "address", c.BaseURL + " reaches this machine only: links in replies would lead nowhere", "set NIVARAN_BASE_URL before an account is connected"}}
	case !c.Secure():
		return []finding{{fault, "address", c.BaseURL + " is not https: cookies and sign-ins would go in clear", "put a proxy with TLS before the program (docs/operating.md) and set NIVARAN_BASE_URL to https://…"}}
	}
	return []finding{{fine, "address", c.BaseURL, ""}}
}

// Below these shares of free space the disk is a warning and a fault.
const (
	diskWarning = 0.15
	diskFault   = 0.05
)

// lookAtDisk says whether the data folder is private and has room.
func lookAtDisk(c *config.Config) (found []finding) {
	i, err := os.Stat(c.Data)
	if err != nil {
		return []finding{{warning, "disk", "the data folder " + c.Data + " is not there yet", "it is made at the first start"}}
	}
	if i.Mode().Perm()&0o077 != 0 {
		found = append(found, finding{fault, "disk", "others on this machine may read the data folder " + c.Data, "chmod 700 " + c.Data})
	}
	if k, err := os.Stat(c.KeyPath()); err == nil && k.Mode().Perm()&0o077 != 0 {
		found = append(found, finding{fault, "key", "others on this machine may read the secret key " + c.KeyPath(), "chmod 600 " + c.KeyPath() + ", then nivaran key rotate"})
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(c.Data, &s); err != nil || s.Blocks == 0 {
		return append(found, finding{warning, "disk", "its free space cannot be read", ""})
	}
	share := float64(s.Bavail) / float64(s.Blocks)
	f := finding{fine, "disk", fmt.Sprintf("%.0f %% free (%d GiB)", 100*share, s.Bavail*uint64(s.Bsize)>>30), ""}
	if share < diskWarning {
		f.Weight, f.Remedy = warning, "give the folder more room; nothing can be stored on a full disk"
	}
	if share < diskFault {
		f.Weight = fault
	}
	return append(found, f)
}

// backupWarning is how old the last backup may be.
const backupWarning = 48 * time.Hour

// lookAtRecord says how database, secrets, backups and what goes out stand.
func (p *parts) lookAtRecord(ctx context.Context) []finding {
	var found []finding
	add := func(w, about, says, remedy string) { found = append(found, finding{w, about, says, remedy}) }
	version, err := p.store.Version(ctx)
	if err != nil {
		add(fault, "database", err.Error(), "look whether the database runs")
		return found
	}
	add(fine, "database", fmt.Sprintf("answers, schema %d", version), "")
	faults, err := p.store.EngineFaults(ctx)
	if err != nil {
		add(fault, "database", err.Error(), "")
	}
	for _, f := range faults {
		add(fault, "database", f.Says, f.Remedy)
	}
	sealed, err := p.sealedFaults(ctx)
	switch {
	case err != nil:
		add(fault, "key", err.Error(), "")
	case len(sealed) == 0:
		add(fine, "key", "opens every secret", "")
	}
	for _, s := range sealed {
		add(fault, "key", s, "")
	}
	return append(found, p.lookAtBackup(ctx)...)
}

func (p *parts) lookAtBackup(ctx context.Context) []finding {
	const remedy = "take one daily: nivaran backup FILE (docs/operating.md has a timer)"
	var at string
	var holds []store.Hold
	err := p.store.View(ctx, func(tx *store.Tx) (err error) {
		if at, err = tx.Meta(ctx, backupAtKey); err != nil {
			return err
		}
		holds, err = tx.Holds(ctx)
		return err
	})
	if err != nil {
		return []finding{{fault, "backup", err.Error(), ""}}
	}
	var found []finding
	taken, err := time.Parse(time.RFC3339, at)
	switch {
	case err != nil:
		found = append(found, finding{warning, "backup", "none was taken yet", remedy})
	case time.Since(taken) > backupWarning:
		found = append(found, finding{warning, "backup", "the last is of " + taken.Format("2006-01-02 15:04 MST"), remedy})
	default:
		found = append(found, finding{fine, "backup", "the last is of " + taken.Format("2006-01-02 15:04 MST"), ""})
	}
	for _, h := range holds {
		what := "what goes out is on hold"
		if h.AccountID != 0 {
			what = fmt.Sprintf("what goes out from account %d is on hold", h.AccountID)
		} else if h.OfficeID != 0 {
			what = fmt.Sprintf("what goes out from office %d and those below is on hold", h.OfficeID)
		}
		found = append(found, finding{warning, "outgoing", what + " since " + h.SetAt.Format("2006-01-02 15:04 MST"), "an administrator lifts it on the channels page"})
	}
	return found
}

// lookAtOrganisation says whether every matter finds an office with somebody in it.
func (p *parts) lookAtOrganisation(ctx context.Context) []finding {
	gaps, err := office.Check(ctx, p.store, p.office, p.desk.Now())
	if err != nil {
		return []finding{{fault, "offices", err.Error(), ""}}
	}
	if len(gaps) == 0 {
		return []finding{{fine, "offices", "every matter finds an office with somebody in it", ""}}
	}
	n := map[office.FindingKind]int{}
	for _, g := range gaps {
		n[g.Kind]++
	}
	var found []finding
	for _, kind := range office.FindingKinds {
		if n[kind] == 0 {
			continue
		}
		f := finding{warning, "offices", fmt.Sprintf("%d × %s", n[kind], findingWords[kind]), "Offices → gaps and overlaps names each, with what mends it"}
		if kind == office.NoStateCell || kind == office.Ring || kind == office.Orphan {
			f.Weight = fault
		}
		found = append(found, f)
	}
	return found
}

// findingWords say what the check of the organisation found.
var findingWords = map[office.FindingKind]string{
	office.NoStateCell: "there is no state cell: nobody is the last to answer",
	office.Gap:         "no office answers for a department in a district",
	office.NoOffice:    "a department has subjects and no office",
	office.ClosedRow:   "a closed office is named as the one that answers",
	office.Overlap:     "two offices of a department in a district, and nothing decides",
	office.Ring:        "an office stands below itself",
	office.Orphan:      "the office above is missing or closed",
	office.Vacant:      "nobody works in an office that answers",
	office.Empty:       "nobody works in an office",
}

// lookAtChannels says which official account needs a person.
func (p *parts) lookAtChannels(ctx context.Context) (found []finding) {
	all, err := p.desk.Channels(ctx, grievance.System)
	if err != nil {
		return []finding{{fault, "channels", err.Error(), ""}}
	}
	all = slices.DeleteFunc(all, func(c desk.Channel) bool { return !c.Account.Connected() })
	if len(all) == 0 {
		return []finding{{warning, "channels", "no official account is connected", "connect one on the channels page"}}
	}
	texts, err := i18n.New(grievance.India)
	if err != nil {
		return []finding{{fault, "channels", err.Error(), ""}}
	}
	for _, c := range all {
		found = append(found, p.lookAtAccount(texts.In("en"), c)...)
	}
	return found
}

// lookAtAccount says of an account what its page says.
func (p *parts) lookAtAccount(t *i18n.Printer, c desk.Channel) (found []finding) {
	about := fmt.Sprintf("account %d", c.Account.ID)
	name := t.T("channel."+string(c.Account.Channel)) + ", " + c.Account.Name
	for _, w := range p.accounts.Warnings(c.Account, c.Health) {
		key := "warning." + string(w.Kind)
		args := []any{"Name", name, "Time", t.Moment(w.At), "Share", w.Share, "Missing", strings.Join(w.About, ", ")}
		f := finding{warning, about, t.T(key, args...), t.T(key+"_text", args...)}
		if w.Late {
			f.Weight = fault
		}
		found = append(found, f)
	}
	switch {
	case c.Health.PushProblem != "":
		found = append(found, finding{warning, about, name + ": its service does not push: " + c.Health.PushProblem, "it is polled meanwhile; look at the webhook's address and secret"})
	case c.Health.CompleteTo.IsZero():
		found = append(found, finding{warning, about, name + ": it was never read to its end", "is nivaran serve running, with workers?"})
	case len(found) == 0:
		found = append(found, finding{fine, about, name + ": complete up to " + c.Health.CompleteTo.Format("2006-01-02 15:04 MST"), ""})
	}
	return found
}

// clockWarning is how far the machine's clock may be off: codes of authenticator apps and
// signatures of services do not bear more.
const clockWarning = 20 * time.Second

// lookAtClock compares the machine's clock with that of the services that are used.
func (p *parts) lookAtClock(ctx context.Context) (found []finding) {
	for _, address := range []string{p.cfg.XURL, p.cfg.FacebookURL} {
		there, took, err := p.timeAt(ctx, address)
		if err != nil {
			found = append(found, finding{warning, "network", address + " cannot be reached: " + reason(err), "look at the firewall and the proxy, if this channel is used"})
			continue
		}
		off := time.Since(there).Truncate(time.Second)
		if off.Abs() > clockWarning+took {
			found = append(found, finding{fault, "clock", fmt.Sprintf("differs from %s by %s", address, off), "switch time synchronisation on: timedatectl set-ntp true"})
			continue
		}
		found = append(found, finding{fine, "network", address + " answers, the clocks agree", ""})
	}
	return found
}

func (p *parts) timeAt(ctx context.Context, address string) (time.Time, time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, address, nil)
	if err != nil {
		return time.Time{}, 0, err
	}
	start := time.Now()
	a, err := p.channels.http.Do(r)
	if err != nil {
		return time.Time{}, 0, err
	}
	if err := a.Body.Close(); err != nil {
		return time.Time{}, 0, err
	}
	t, err := http.ParseTime(a.Header.Get("Date"))
	return t, time.Since(start), err
}

// reason is an error of a call without the address, which is said before it.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}
