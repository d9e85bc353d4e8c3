//go:build browser

package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// served is the program on a folder, as an installation runs it.
type served struct {
	URL string
	Dir string
	env []string
}

// startServe runs the program on an empty folder until the test ends. More settings may
// be given as NAME=value.
func startServe(t *testing.T, env ...string) *served {
	t.Helper()
	return serve(t, t.TempDir(), env...)
}

// serve runs the program on the folder until the test ends.
func serve(t *testing.T, dir string, env ...string) *served {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	s := &served{URL: fmt.Sprintf("http://localhost:%d", port), Dir: dir}
	s.env = append(append(os.Environ(), "NIVARAN_BASE_URL="+s.URL, fmt.Sprintf("NIVARAN_LISTEN=127.0.0.1:%d", port), "NIVARAN_LOG_LEVEL=WARN"), env...)
	cmd := exec.Command(binary, "serve", "--data", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Env = s.env
	log := &programLog{to: t.Output()}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program did not stop in order: %v", err)
		}
		if n := log.reports.Load(); n > 0 {
			t.Errorf("browsers reported %d breaches of the content policy", n)
		}
	})
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-time.After(50 * time.Millisecond) {
		resp, err := http.Get(s.URL + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return s
		}
	}
	t.Fatal("the program is not ready within 20 s")
	return nil
}

// command runs another command line on the same folder, beside the program that serves,
// and gives what it printed.
func (s *served) command(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(binary, append(args, "--data", s.Dir)...)
	cmd.Env = s.env
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// invitation makes the first administrator and gives the one-time link.
func (s *served) invitation(t *testing.T, email, name string) string {
	t.Helper()
	printed := s.command(t, "admin", "first", "--email", email, "--name", name)
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, s.URL+"/invitation/") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatalf("no link in %q", printed)
	return ""
}
