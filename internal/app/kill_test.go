package app

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// killed is how often the program is killed: enough for every step in make test, hundreds
// in make soak.
func killed() int {
	if os.Getenv("SOAK") != "" {
		return 200
	}
	return 40
}

// TestKilledAtAnyMoment kills the real program while it receives, sorts and sends, at
// random moments, and counts in the end: no post lost, none twice, no reply twice.
func TestKilledAtAnyMoment(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "nivaran")
	if out, err := exec.Command("go", "build", "-o", binary, "nivaran/cmd/nivaran").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	w := newWorld(t, true)
	for _, call := range []xtest.Call{xtest.Create, xtest.Mentions, xtest.Search} {
		w.standIns.X.SetLimit(call, 1_000_000) // the waits of a limit have a test of their own
	}
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("KILL_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("KILL_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	written := 0
	for range killed() {
		cmd := exec.Command(binary, "serve")
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		cmd.Env = os.Environ()
		for k, v := range w.env {
			cmd.Env = append(cmd.Env, k+"="+v)
		}
		must(t, cmd.Start())
		end := time.After(time.Duration(300+r.IntN(1200)) * time.Millisecond)
		for alive := true; alive; {
			written++
			handle := fmt.Sprintf("citizen%d", written)
			w.standIns.X.AddUser(xtest.User{Username: handle, Name: handle})
			_, err := w.standIns.X.Post(handle, fmt.Sprintf("@NivaranHR no drinking water in Hisar, house of %s", handle), xtest.Draft{})
			must(t, err)
			w.openAll(30)
			select {
			case <-end:
				alive = false
			case <-time.After(time.Duration(20+r.IntN(150)) * time.Millisecond):
			}
		}
		must(t, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
	}
	w.drain()
	w.count(written)
	w.sound()
}

// openAll opens what waits on the sorting desk, as a clerk would.
func (w *world) openAll(most int) {
	w.t.Helper()
	q, err := w.desk.Queue(w.t.Context(), w.people[grievance.Clerk], desk.QueueRequest{Limit: most})
	must(w.t, err)
	if len(q.Posts) == 0 {
		return
	}
	var all []desk.OpenRequest
	for _, p := range q.Posts {
		all = append(all, desk.OpenRequest{PostID: p.ID, SubjectID: w.office.SubjectByCode("no_water"), DistrictID: w.office.DistrictByName("Hisar")})
	}
	_, err = w.desk.Open(w.t.Context(), w.people[grievance.Clerk], all)
	must(w.t, err)
}

// drain does what is left, once: poll, sort, open, send, look.
func (w *world) drain() {
	w.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); <-time.After(500 * time.Millisecond) {
		w.hear("@NivaranHR")
		w.openAll(100)
		must(w.t, w.outbox.Due(w.t.Context()))
		var left int
		must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
			return tx.QueryRowContext(w.t.Context(), `SELECT (SELECT COUNT(*) FROM posts WHERE sorted IN ('new', 'ask')) +
				(SELECT COUNT(*) FROM replies WHERE state IN ('queued', 'sending') OR state = 'doubtful' AND send_at <> 0)`).Scan(&left)
		}))
		if left == 0 {
			return
		}
	}
	w.t.Error("the drain did not end within a minute")
}

// count compares what citizens wrote and see with what the program knows.
func (w *world) count(written int) {
	w.t.Helper()
	var posts, cases, published, doubtful int
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRowContext(w.t.Context(), `SELECT (SELECT COUNT(*) FROM posts WHERE direction = 'in'), (SELECT COUNT(*) FROM cases),
			(SELECT COUNT(*) FROM replies WHERE state = 'published'), (SELECT COUNT(*) FROM replies WHERE state = 'doubtful')`).Scan(&posts, &cases, &published, &doubtful)
	}))
	twice, seen := 0, 0
	for _, n := range w.standIns.X.ReplyCounts() {
		seen += n
		if n > 1 {
			twice++
		}
	}
	w.t.Logf("killed %d times: %d written, %d stored, %d cases, %d replies published and %d for an officer to look at, %d seen by citizens, %d twice", killed(), written, posts, cases, published, doubtful, seen, twice)
	if posts != written || cases != written {
		w.t.Errorf("%d written, %d stored, %d cases", written, posts, cases)
	}
	if twice != 0 {
		w.t.Errorf("%d posts were answered twice", twice)
	}
	if seen < published {
		w.t.Errorf("%d replies are said to be published, citizens see %d", published, seen)
	}
	if published+doubtful == 0 {
		w.t.Error("nothing was sent")
	}
}
