package emailtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// Dovecot is the real mail server, started for one test.
type Dovecot struct {
	Mailbox // its only one
	dir     string
	port    string
	letters atomic.Int64
	cmd     *exec.Cmd
}

// StartDovecot runs Dovecot on a loopback port with the mailbox, as root or as an ordinary
// user, whichever the test is. It fails where Dovecot is not installed:
// a check that is left out proves nothing.
func StartDovecot(t T, m Mailbox) *Dovecot {
	t.Helper()
	// Debian's binary may lie where ordinary users do not look.
	binary, err := exec.LookPath("dovecot")
	if err != nil {
		binary = "/usr/sbin/dovecot"
	}
	version, err := exec.Command(binary, "--version").Output()
	if err != nil {
		t.Fatalf("Dovecot is missing (%v): `make test` installs it (Debian package dovecot-imapd)", err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatalf("find a port: %v", err)
	}
	// Sockets must have short names, so the folder does not lie below the test's own.
	dir, err := os.MkdirTemp("", "dovecot")
	if err != nil {
		t.Fatalf("make a folder: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	d := &Dovecot{Mailbox: m, dir: dir, port: port}
	if err := d.write(string(version)); err != nil {
		t.Fatalf("write the settings of Dovecot: %v", err)
	}
	d.cmd = exec.Command(binary, "-F", "-c", filepath.Join(dir, "dovecot.conf"))
	var said strings.Builder
	d.cmd.Stdout, d.cmd.Stderr = &said, &said
	if err := d.cmd.Start(); err != nil {
		t.Fatalf("start Dovecot: %v", err)
	}
	gone := make(chan struct{})
	go func() {
		_ = d.cmd.Wait() // it is stopped by a signal
		close(gone)
	}()
	t.Cleanup(func() {
		_ = d.cmd.Process.Signal(os.Interrupt)
		select {
		case <-gone:
		case <-time.After(5 * time.Second):
			_ = d.cmd.Process.Kill()
			<-gone
		}
	})
	if err := d.ready(gone); err != nil {
		logged, _ := os.ReadFile(filepath.Join(dir, "log"))
		t.Fatalf("Dovecot %s is not ready: %v\n%s%s", version, err, said.String(), logged)
	}
	return d
}

// IMAPAddr is host and port.
func (d *Dovecot) IMAPAddr() string { return net.JoinHostPort("127.0.0.1", d.port) }

// Deliver writes a letter into the Maildir, as a delivery agent does.
func (d *Dovecot) Deliver(raw []byte) error {
	name := fmt.Sprintf("%d.M%d.test", time.Now().Unix(), d.letters.Add(1))
	box := filepath.Join(d.dir, "mail", d.Address)
	temp := filepath.Join(box, "tmp", name)
	if err := os.WriteFile(temp, raw, 0o600); err != nil {
		return err
	}
	if err := d.own(temp); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(box, "new", name))
}

// ready asks until the server greets.
func (d *Dovecot) ready(gone <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if greets(d.IMAPAddr()) {
			return nil
		}
		select {
		case <-gone:
			return errors.New("it ended")
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func greets(addr string) bool {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return false
	}
	greeting := make([]byte, 4)
	_, err = c.Read(greeting)
	return err == nil && string(greeting) == "* OK"
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, errors.Join(err, ln.Close())
}

// runsAs is the user that reads the mail: Dovecot refuses to do that as root.
func runsAs() (*user.User, error) {
	if os.Getuid() != 0 {
		return user.Current()
	}
	for _, name := range []string{"dovecot", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return u, nil
		}
	}
	return nil, errors.New("no user dovecot or nobody")
}
