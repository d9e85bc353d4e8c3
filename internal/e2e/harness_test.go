//go:build browser

package e2e

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

//go:embed testdata/axe/axe.min.js
var axeSource string

// binary is the program, built once for all journeys.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "nivaran-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "nivaran")
	if out, err := exec.Command("go", "build", "-o", binary, "nivaran/cmd/nivaran").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// demo is a running demonstration, as its --json line describes it.
type demo struct {
	URL     string `json:"url"`
	SignIns []struct {
		Role, Email, Password string
		TOTPSecret            string `json:"totp_secret"`
	} `json:"sign_ins"`
	// FirstAdministrator is the one-time link of an empty demonstration.
	FirstAdministrator string                                               `json:"first_administrator"`
	StandIns           struct{ X, Facebook, Mail, IMAP, SMTP, Page string } `json:"stand_ins"`

	log *programLog
}

// programLog passes the program's log on and counts what browsers reported of pages that
// broke the content policy.
type programLog struct {
	to      io.Writer
	reports atomic.Int64
}

func (l *programLog) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("a page broke the content policy")) {
		l.reports.Add(1)
	}
	return l.to.Write(p)
}

// startDemo runs the demonstration until the test ends.
func startDemo(t *testing.T, args ...string) *demo {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"demo", "--json", "--port", "0", "--seed", "7"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	log := &programLog{to: t.Output()}
	cmd.Stderr = log
	t.Cleanup(func() {
		if n := log.reports.Load(); n > 0 {
			t.Errorf("browsers reported %d breaches of the content policy", n)
		}
	})
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Logf("stop demo: %v", err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the demonstration did not stop in order: %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("the demonstration did not stop within 30 s of the signal")
			_ = cmd.Process.Kill()
		}
	})
	line := make(chan string, 1)
	go func() {
		s := bufio.NewScanner(out)
		s.Buffer(nil, 1<<20)
		if s.Scan() {
			line <- s.Text()
		}
		close(line)
	}()
	select {
	case l := <-line:
		d := demo{log: log}
		if err := json.Unmarshal([]byte(l), &d); err != nil {
			t.Fatalf("the line %q: %v", l, err)
		}
		return &d
	case <-time.After(60 * time.Second):
		t.Fatal("the demonstration printed no address within a minute")
	}
	return nil
}

// open starts a browser window of the width; scripts can be switched off.
func open(t *testing.T, width int, scripts bool) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.UserDataDir(t.TempDir()))
	if path, err := exec.LookPath("chromium"); err == nil {
		options = append(options, chromedp.ExecPath(path))
	}
	ctx, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancelTab := chromedp.NewContext(ctx)
	ctx, cancelTime := context.WithTimeout(ctx, 6*time.Minute)
	t.Cleanup(func() { cancelTime(); cancelTab(); cancelAlloc() })
	// The first run starts the browser, which ends with the context of that run.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(int64(width), 900)); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	if !scripts {
		do(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			return err
		}))
	}
	return ctx
}

// step is one action in the window.
type step = chromedp.Action[chromedp.Void]

// do runs the steps in the window and ends the test when one fails, with a picture of
// the page in the folder that E2E_SHOTS names.
func do(t *testing.T, ctx context.Context, steps ...step) {
	t.Helper()
	for i, a := range steps {
		short, cancel := context.WithTimeout(ctx, 20*time.Second)
		err := chromedp.Do(short, a)
		cancel()
		if err != nil {
			shoot(t, ctx, "failed-"+strings.ReplaceAll(t.Name(), "/", "-"))
			where, _ := chromedp.Run(ctx, chromedp.Location())
			t.Fatalf("step %d at %s: %v", i, where, err)
		}
	}
}

// read runs an action that gives a value.
func read[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	short, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	v, err := chromedp.Run(short, a)
	if err != nil {
		where, _ := chromedp.Run(ctx, chromedp.Location())
		t.Fatalf("at %s: %v", where, err)
	}
	return v
}

// shoot keeps a picture of the page where E2E_SHOTS asks for it.
func shoot(t *testing.T, ctx context.Context, name string) {
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	short, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	png, err := chromedp.Run(short, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Logf("picture %s: %v", name, err)
	}
}

// code is the authenticator's present code for the role.
func (d *demo) code(t *testing.T, role string) string {
	t.Helper()
	for _, s := range d.SignIns {
		if s.Role == role {
			c, err := totp.GenerateCode(s.TOTPSecret, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatalf("no sign-in for %s", role)
	return ""
}

// axe examines the page and fails with what it found.
func axe(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	do(t, ctx, chromedp.Evaluate[chromedp.Void](axeSource+";0"))
	found := read(t, ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
	if found != "" {
		t.Errorf("axe on %s:\n%s", name, found)
	}
}

const axeRun = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(
	v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join(" | ")).join("\n"))`
