package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nivaran/internal/bench"
	"nivaran/internal/store/storetest"
)

// command runs one command line and gives what it printed.
func command(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, log bytes.Buffer
	if err := Run(t.Context(), args, func(string) string { return "" }, &out, &log); err != nil {
		t.Fatalf("nivaran %s: %v\n%s", args[0], err, log.String())
	}
	return out.Bytes()
}

func TestBenchSeedStandsAsAnOfficeLeavesIt(t *testing.T) {
	place := []string{"--data", storetest.Address(t)}
	if strings.HasPrefix(place[1], "postgres") {
		place = []string{"--db", place[1], "--data", t.TempDir()}
	}
	const cases = 700 // more than one transaction
	var out struct {
		Seed    bench.Seeded   `json:"seed"`
		SignIns []bench.SignIn `json:"sign_ins"`
	}
	must(t, json.Unmarshal(command(t, append([]string{"bench", "seed", "--cases", "700"}, place...)...), &out))
	if out.Seed.Cases != cases || out.Seed.Entries < 5*cases || len(out.SignIns) == 0 {
		t.Errorf("seeded %+v with %d sign-ins, want %d cases of at least five entries", out.Seed, len(out.SignIns), cases)
	}
	if said := string(command(t, append([]string{"verify"}, place...)...)); !strings.HasPrefix(said, "700 cases") || !strings.Contains(said, " 0 faults") {
		t.Errorf("verify says %q", said)
	}
}

// The measurement of the pages drives a whole life on a running demonstration.
func TestBenchHTTP(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, print := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, []string{"demo", "--json", "--port", "0", "--past", "100", "--every", "1h"}, func(string) string { return "" }, print, t.Output())
		print.Close()
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(t, err)
	var at struct {
		URL      string
		StandIns struct{ X string } `json:"stand_ins"`
	}
	must(t, json.Unmarshal(line, &at))
	signIns := filepath.Join(t.TempDir(), "sign-ins.json")
	must(t, os.WriteFile(signIns, line, 0o600))

	var got struct{ Pages, Lifecycle []bench.Timing }
	must(t, json.Unmarshal(command(t, "bench", "http", "--url", at.URL, "--sign-ins", signIns, "--stand-in", at.StandIns.X, "--reads", "4", "--readers", "2", "--lives", "1"), &got))
	if len(got.Pages) != 12 || len(got.Lifecycle) != 10 {
		t.Errorf("%d kinds of pages and %d of a life, want 12 and 10: %+v", len(got.Pages), len(got.Lifecycle), got)
	}
	for _, k := range got.Pages {
		if k.N != 4 || k.P50 <= 0 || k.P99 < k.P50 {
			t.Errorf("%+v", k)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the demonstration ended with %v", err)
	}
}
