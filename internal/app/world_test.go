package app

import (
	"errors"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"nivaran/internal/config"
	"nivaran/internal/demo"
	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
	"nivaran/internal/store/storetest"
)

// world is the whole program on an empty database of either engine, with the stand-ins
// of the channels and the demonstration's officers; the test plays the workers.
type world struct {
	*parts
	t        *testing.T
	standIns *demo.StandIns
	accounts map[string]grievance.OfficialAccount // by handle
	env      map[string]string
	people   map[grievance.Role]grievance.Actor
}

func newWorld(t *testing.T, queue bool, change ...func(a *demo.Account)) *world {
	t.Helper()
	s, err := demo.StartStandIns()
	must(t, err)
	w := &world{t: t, standIns: s, accounts: map[string]grievance.OfficialAccount{}, people: map[grievance.Role]grievance.Actor{}}
	t.Cleanup(func() { must(t, s.Close()) })
	w.env = s.Settings()
	maps.Copy(w.env, map[string]string{
		"NIVARAN_BASE_URL": "http://localhost:8080", "NIVARAN_LISTEN": "127.0.0.1:0", "NIVARAN_LOG_LEVEL": "ERROR", "NIVARAN_X_POLL": "300ms",
		"NIVARAN_TIMEOUT": "1s", "NIVARAN_JOB_TIMEOUT": "1s", "NIVARAN_RESCUE": "1s", "NIVARAN_LOOKUP_WAIT": "1s", "NIVARAN_DATA": t.TempDir(),
	})
	s.AllowRedirects("http://localhost:8080")
	if address := storetest.Address(t); strings.HasPrefix(address, "postgres") {
		w.env["NIVARAN_DB"] = address
	} else {
		w.env["NIVARAN_DATA"] = address
	}
	c, err := config.Read(func(key string) string { return w.env[key] })
	must(t, err)
	w.parts, err = build(t.Context(), c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), queue)
	must(t, err)
	t.Cleanup(func() { must(t, w.close()) })
	must(t, office.Seed(t.Context(), w.store))
	must(t, w.reload(t.Context()))
	now := time.Now()
	people, err := demo.Hire(t.Context(), w.store, w.office, w.keys, now)
	must(t, err)
	accounts := demo.Accounts(s, w.office, now)
	for i := range accounts {
		for _, f := range change {
			f(&accounts[i])
		}
	}
	kept, err := w.connect(t.Context(), accounts)
	must(t, err)
	for _, a := range kept {
		w.accounts[a.Handle] = a
	}
	must(t, w.liftFirstHold(t.Context(), people))
	must(t, w.store.View(t.Context(), func(tx *store.Tx) error {
		charges, err := tx.AllCharges(t.Context(), now.Add(time.Second))
		for _, ch := range charges {
			o, _ := w.office.Office(ch.OfficeID)
			if _, held := w.people[ch.Role]; !held || o.Code == "dc-hisar" || o.Code == "public_health-hisar" {
				w.people[ch.Role] = grievance.ActorOf(ch.Charge, o)
			}
		}
		return err
	}))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hear polls the account and sorts what came.
func (w *world) hear(handle string) {
	w.t.Helper()
	must(w.t, w.intake.Poll(w.t.Context(), w.accounts[handle].ID))
	_, err := w.intake.SortLeft(w.t.Context(), 0)
	must(w.t, err)
}

// openFirst opens the first post of the sorting desk whose words hold part, as trouble
// with water in Hisar.
func (w *world) openFirst(part string) grievance.ID {
	w.t.Helper()
	q, err := w.desk.Queue(w.t.Context(), w.people[grievance.Clerk], desk.QueueRequest{})
	must(w.t, err)
	for _, p := range q.Posts {
		if strings.Contains(p.Text, part) {
			o, err := w.desk.Open(w.t.Context(), w.people[grievance.Clerk], []desk.OpenRequest{{PostID: p.ID, SubjectID: w.office.SubjectByCode("no_water"), DistrictID: w.office.DistrictByName("Hisar")}})
			must(w.t, err)
			return o[0].CaseID
		}
	}
	w.t.Fatalf("no post with %q among %d", part, len(q.Posts))
	return 0
}

// answer takes the case through its office; the answer is sent.
func (w *world) answer(id grievance.ID, words string) {
	w.t.Helper()
	ctx := w.t.Context()
	must(w.t, w.desk.Assign(ctx, w.people[grievance.DistrictNodal], id, w.people[grievance.FieldOfficer].ID))
	must(w.t, w.desk.Accept(ctx, w.people[grievance.FieldOfficer], id))
	must(w.t, w.desk.Report(ctx, w.people[grievance.FieldOfficer], id, desk.ReportRequest{Text: words, DoneAt: time.Now().Add(-time.Minute), DoneBy: "Engineer"}))
	must(w.t, w.desk.Approve(ctx, w.people[grievance.DistrictNodal], id, 1))
	must(w.t, w.outbox.Due(ctx))
}

func (w *world) state(id grievance.ID) (s grievance.State) {
	w.t.Helper()
	must(w.t, w.store.View(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case(w.t.Context(), grievance.Scope{All: true}, id)
		if err == nil {
			s = c.State
		}
		return err
	}))
	return s
}

func (w *world) sound() {
	w.t.Helper()
	r, err := w.store.Verify(w.t.Context())
	if err != nil || len(r.Faults) > 0 {
		w.t.Error(errors.Join(err, errors.New(strings.Join(r.Faults, "; "))))
	}
}
