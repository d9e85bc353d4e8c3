package desk_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/store"
)

var yearSeed = flag.Uint64("year-seed", 2026, "what the year of TestYear is drawn from")

const (
	yearCases = 1000
	yearWeeks = 52
	newHansi  = 99901 // the code of the district that is carved out of Hisar
)

// year is a thousand cases and the organisation around them.
type year struct {
	*desktest.World
	t   *testing.T
	rnd *rand.Rand
	org *office.Organisation

	offices []int // in which officers work
	cases   []*life
	split   time.Time
	hired   int
	did     map[string]int
}

// life is what the test remembers of a case.
type life struct {
	id       grievance.ID
	version  int
	district int
	round    int
	due      time.Time
	start    time.Time
	entries  []grievance.Entry
	at       []stand
}

// stand is where a case lay at a moment.
type stand struct {
	when   time.Time
	office int
}

// A thousand cases live through a year of leave, vacancies, transfers, suspensions,
// closings and a district split. None is ever without somebody who answers, none changes
// its past, and no clock jumps.
func TestYear(t *testing.T) {
	t.Parallel()
	t.Logf("drawn from -year-seed=%d", *yearSeed)
	y := &year{World: desktest.New(t), t: t, rnd: rand.New(rand.NewPCG(*yearSeed, 1)), did: map[string]int{}}
	y.org = &office.Organisation{Store: y.Desk.Store, Directory: y.Desk.Office, Now: func() time.Time { return y.Clock }}
	y.staff()
	for week := range yearWeeks {
		y.Clock = y.Clock.Add(time.Minute)
		y.open(yearCases/yearWeeks + min(1, week/(yearWeeks-yearCases%yearWeeks)))
		y.work(60)
		y.pass(3)
		y.change(week)
		y.pass(4)
		y.look()
	}
	y.pastIsKept()
	y.Sound()
	if len(y.cases) != yearCases {
		t.Errorf("%d cases lived", len(y.cases))
	}
	for _, what := range []string{"leave", "leave alone", "end", "succeed", "transfer", "suspend", "close", "split", "hire", "assign", "report", "approve", "reopen", "substitute", "handed_over", "covered", "passed_on"} {
		if y.did[what] == 0 {
			t.Errorf("the year held no %q: %v", what, y.did)
		}
	}
	t.Logf("the year: %v", y.did)
}

// staff puts a nodal and a field officer into the offices of three departments in four
// districts, and one who leads into what lies above them.
func (y *year) staff() {
	d := y.Desk.Office
	for _, district := range []string{"hisar", "nuh", "sirsa", "jind"} {
		if district != "hisar" && district != "nuh" { // desktest has theirs
			y.appoint(d.OfficeByCode("dc-"+district), grievance.DistrictNodal)
		}
		for _, dep := range []string{"public_health", "urban_local_bodies", "health"} {
			o := d.OfficeByCode(dep + "-" + district)
			if o == 0 {
				y.t.Fatalf("no office of %s in %s", dep, district)
			}
			y.offices = append(y.offices, o)
			y.appoint(o, grievance.DepartmentNodal)
			y.appoint(o, grievance.FieldOfficer)
		}
	}
	for _, dep := range []string{"public_health", "urban_local_bodies", "health"} {
		y.appoint(d.OfficeByCode("hq-"+dep), grievance.DepartmentNodal)
	}
}

func (y *year) appoint(o int, r grievance.Role) grievance.ID {
	y.t.Helper()
	y.hired++
	id, err := y.org.SaveOfficer(y.t.Context(), y.State, grievance.Officer{Email: fmt.Sprintf("year%d@nivaran.example", y.hired), NameEN: fmt.Sprintf("Officer %d", y.hired)})
	y.Must(err)
	_, err = y.org.Appoint(y.t.Context(), y.State, office.Appointment{OfficerID: id, OfficeID: o, Role: r, TitleEN: "Title"})
	y.Must(err)
	y.did["hire"]++
	return id
}

// open brings n new cases in one batch, of any of the departments and districts.
func (y *year) open(n int) {
	y.t.Helper()
	subjects := map[string][]int{}
	for _, s := range y.Desk.Office.Subjects() {
		dep, _ := y.Desk.Office.Department(s.DepartmentID)
		subjects[dep.Code] = append(subjects[dep.Code], s.ID)
	}
	districts := []int{y.Desk.Office.DistrictByName("Hisar"), y.Desk.Office.DistrictByName("Nuh"), y.Desk.Office.DistrictByName("Sirsa"), y.Desk.Office.DistrictByName("Jind")}
	if !y.split.IsZero() {
		districts = append(districts, newHansi)
	}
	var requests []desk.OpenRequest
	for range n {
		dep := []string{"public_health", "urban_local_bodies", "health"}[y.rnd.IntN(3)]
		author := fmt.Sprintf("citizen%d", len(y.cases)+len(requests))
		requests = append(requests, desk.OpenRequest{PostID: y.Post(author, "", author+" asks for help"), SubjectID: subjects[dep][y.rnd.IntN(len(subjects[dep]))], DistrictID: districts[y.rnd.IntN(len(districts))], Kind: grievance.Grievance})
	}
	opened, err := y.Desk.Open(y.t.Context(), y.Clerk, requests)
	y.Must(err)
	for i, o := range opened {
		c := y.read(o.CaseID)
		y.cases = append(y.cases, &life{id: o.CaseID, district: requests[i].DistrictID, due: c.DueAt, start: c.ClockStart})
		if c.DistrictID != requests[i].DistrictID {
			y.t.Errorf("case %s of district %d lies in %d", c.Number, requests[i].DistrictID, c.DistrictID)
		}
	}
}

// as is the officer acting under the charge, who is perhaps a substitute.
func (y *year) as(h store.Held) (by grievance.Actor, ok bool) {
	y.t.Helper()
	who := h.Acting()
	if who == 0 {
		return by, false
	}
	y.view(func(tx *store.Tx) error {
		charges, err := tx.Charges(y.t.Context(), who, y.Clock)
		for _, c := range charges {
			if c.ID == h.ID {
				by, ok = y.Desk.Office.Actor(c, charges...)
			}
		}
		return err
	})
	if by.For != 0 {
		y.did["substitute"]++
	}
	return by, ok
}

func (y *year) read(id grievance.ID) (c *grievance.Case) {
	y.t.Helper()
	y.view(func(tx *store.Tx) (err error) {
		c, err = tx.Case(y.t.Context(), grievance.Scope{All: true}, id)
		return err
	})
	return c
}

func (y *year) view(do func(tx *store.Tx) error) {
	y.t.Helper()
	y.Must(y.Desk.Store.View(y.t.Context(), do))
}

func (y *year) tx(do func(tx *store.Tx) error) {
	y.t.Helper()
	y.Must(y.Desk.Store.Tx(y.t.Context(), do))
}

func (y *year) held(o int) (held []store.Held) {
	y.t.Helper()
	y.view(func(tx *store.Tx) (err error) {
		held, err = tx.ChargesOf(y.t.Context(), o, y.Clock)
		return err
	})
	return held
}

// work lets officers do the next thing to n cases that are drawn.
func (y *year) work(n int) {
	y.t.Helper()
	for range n {
		c := y.read(y.cases[y.rnd.IntN(len(y.cases))].id)
		switch c.State {
		case grievance.Assigned:
			y.begin(c)
		case grievance.InProgress:
			y.report(c)
		case grievance.ActionTaken:
			y.approve(c)
		case grievance.Closed:
			if y.rnd.IntN(8) == 0 {
				y.Must(y.Desk.Reopen(y.t.Context(), y.State, c.ID, "the trouble has come back"))
				y.did["reopen"]++
			}
		}
	}
}

// begin assigns a case that nobody has, or lets its officer accept it.
func (y *year) begin(c *grievance.Case) {
	y.t.Helper()
	ctx := y.t.Context()
	for _, h := range y.held(c.OfficeID) {
		switch {
		case c.OfficerID == 0 && h.Role == grievance.FieldOfficer && !h.Suspended:
			y.Must(y.Desk.Assign(ctx, y.State, c.ID, h.OfficerID))
			y.did["assign"]++
			return
		case c.OfficerID == h.OfficerID:
			if by, ok := y.as(h); ok {
				y.Must(y.Desk.Accept(ctx, by, c.ID))
			}
			return
		}
	}
}

func (y *year) report(c *grievance.Case) {
	y.t.Helper()
	by := y.State
	for _, h := range y.held(c.OfficeID) {
		if h.OfficerID == c.OfficerID {
			if acting, ok := y.as(h); ok {
				by = acting
			}
		}
	}
	if by.ID == y.State.ID && y.rnd.IntN(3) > 0 {
		return // nobody of the office is there: the case waits
	}
	y.Must(y.Desk.Report(y.t.Context(), by, c.ID, desk.ReportRequest{Text: "The motor of the pump was replaced and runs.", DoneAt: y.Clock.Add(-time.Minute), DoneBy: "Engineer"}))
	y.did["report"]++
}

func (y *year) approve(c *grievance.Case) {
	y.t.Helper()
	ctx := y.t.Context()
	v, err := y.Desk.Case(ctx, y.State, c.ID)
	y.Must(err)
	if c.Approver == 0 {
		by, last := y.State, v.Reports[len(v.Reports)-1]
		if last.AuthorID == by.ID {
			y.Must(y.Desk.SendBack(ctx, y.second(), c.ID, last.Version, "say what was done"))
			return
		}
		y.Must(y.Desk.Approve(ctx, by, c.ID, last.Version))
		y.did["approve"]++
	}
	for _, k := range v.Complainants {
		y.Must(y.Desk.Told(ctx, y.State, c.ID, k.ID, "by telephone"))
	}
}

// second is another officer of the state cell.
func (y *year) second() grievance.Actor {
	y.t.Helper()
	for _, h := range y.held(y.Desk.Office.StateCell()) {
		if h.Role == grievance.StateNodal && h.OfficerID != y.State.ID {
			by, _ := y.as(h)
			return by
		}
	}
	y.appoint(y.Desk.Office.StateCell(), grievance.StateNodal)
	return y.second()
}

// pass lets days go by, and what falls due in them happen.
func (y *year) pass(days int) {
	y.t.Helper()
	y.Clock = y.Clock.Add(time.Duration(days)*24*time.Hour + time.Duration(y.rnd.IntN(3600))*time.Second)
	_, err := y.Desk.Due(y.t.Context())
	y.Must(err)
}

// change does to the organisation what the week brings.
func (y *year) change(week int) {
	y.t.Helper()
	switch week {
	case 10, 20, 30, 40:
		y.close(week == 10 || week == 30)
		return
	case 25:
		y.carve()
		return
	}
	for range 2 {
		o := y.offices[y.rnd.IntN(len(y.offices))]
		held := y.held(o)
		if len(held) < 2 || y.rnd.IntN(4) == 0 {
			y.appoint(o, []grievance.Role{grievance.DepartmentNodal, grievance.FieldOfficer}[y.rnd.IntN(2)])
			continue
		}
		h := held[y.rnd.IntN(len(held))]
		other := held[(slices.IndexFunc(held, func(x store.Held) bool { return x.ID == h.ID })+1)%len(held)]
		y.happen(y.rnd.IntN(6), o, h, other)
	}
}

func (y *year) happen(what, o int, h, other store.Held) {
	y.t.Helper()
	ctx := y.t.Context()
	count := func(name string, err error) {
		y.t.Helper()
		if _, invalid := errors.AsType[*grievance.InvalidError](err); invalid {
			return // on leave already, or not there any more
		}
		y.Must(err)
		y.did[name]++
	}
	weeks := time.Duration(1+y.rnd.IntN(6)) * 7 * 24 * time.Hour
	leave := office.Absence{OfficerID: h.OfficerID, From: y.Clock.Add(time.Hour), To: y.Clock.Add(weeks)}
	switch what {
	case 0:
		leave.SubstituteID = other.OfficerID
		count("leave", y.org.TakeLeave(ctx, y.State, leave))
	case 1:
		count("leave alone", y.org.TakeLeave(ctx, y.State, leave))
	case 2:
		_, err := y.Desk.EndCharge(ctx, y.State, desk.Ending{ChargeID: h.ID})
		count("end", err)
	case 3:
		_, err := y.Desk.EndCharge(ctx, y.State, desk.Ending{ChargeID: h.ID, At: y.Clock.Add(weeks), SuccessorID: other.OfficerID})
		count("succeed", err)
	case 4:
		to := y.offices[y.rnd.IntN(len(y.offices))]
		if to == o {
			return
		}
		_, err := y.Desk.Transfer(ctx, y.State, desk.Ending{ChargeID: h.ID, At: y.Clock.Add(weeks / 2), SuccessorID: other.OfficerID}, office.Appointment{OfficeID: to, Role: h.Role, TitleEN: "Title"})
		count("transfer", err)
	case 5:
		y.tx(func(tx *store.Tx) error { return tx.Suspend(ctx, h.OfficerID, y.Clock) })
		y.did["suspend"]++
	}
}

// close closes one of the offices, to a successor or to the level above.
func (y *year) close(successor bool) {
	y.t.Helper()
	i := y.rnd.IntN(len(y.offices))
	o, to := y.offices[i], 0
	y.offices = slices.Delete(y.offices, i, i+1)
	if successor {
		closed, _ := y.Desk.Office.Office(o)
		for _, x := range y.offices {
			if next, _ := y.Desk.Office.Office(x); next.DepartmentID == closed.DepartmentID {
				to = x
			}
		}
	}
	_, err := y.Desk.CloseOffice(y.t.Context(), y.State, o, to)
	y.Must(err)
	y.did["close"]++
}

func (y *year) carve() {
	y.t.Helper()
	y.split = y.Clock
	hisar := y.Desk.Office.DistrictByName("Hisar")
	y.Must(y.org.SplitDistrict(y.t.Context(), y.State, grievance.District{ID: newHansi, NameEN: "New Hansi", NameHI: "नई हांसी", FromID: hisar, Since: y.split}, nil))
	y.did["split"]++
}
