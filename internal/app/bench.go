package app

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"nivaran/internal/bench"
	"nivaran/internal/demo"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

type benchCmd struct {
	Intake benchIntakeCmd `cmd:"" help:"Measure posts a second through receive, sort and open."`
	Seed   benchSeedCmd   `cmd:"" help:"Fill an empty database with the cases of a year, and print sign-ins of the demonstration's officers."`
	Search benchSearchCmd `cmd:"" help:"Measure the search of a filled database by kind of question."`
	HTTP   benchHTTPCmd   `cmd:"" name:"http" help:"Measure the pages of a running program: lifecycle, lists, case, search and figures."`
}

type benchIntakeCmd struct {
	DB    string `required:"" placeholder:"ADDRESS|DIR" help:"Address of PostgreSQL, or a folder for SQLite. Posts are added to it."`
	Posts int    `default:"10000" help:"How many posts of each mix."`
}

func (cmd *benchIntakeCmd) Run(e *env) (err error) {
	place := Place{Data: cmd.DB}
	if strings.HasPrefix(cmd.DB, "postgres") {
		place = Place{DB: cmd.DB}
	}
	p, err := benched(e, place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	cell, _ := p.office.Office(p.office.StateCell())
	clerk := grievance.ActorOf(grievance.Charge{ID: 1, OfficerID: 1, OfficeID: cell.ID, Role: grievance.Clerk}, cell)
	b := &bench.Intake{Intake: p.intake, Desk: p.desk, Office: p.office, Clerk: clerk}
	var results []bench.Result
	for _, m := range bench.Mixes {
		r, err := b.Run(e.ctx, m, cmd.Posts)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	return json.NewEncoder(e.stdout).Encode(map[string]any{"intake": results})
}

// benched opens the database of a measurement; an empty one gets the offices of Haryana.
func benched(e *env, place Place) (*parts, error) {
	c, err := e.settings(place)
	if err != nil {
		return nil, err
	}
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return nil, err
	}
	if p.office.StateCell() == 0 {
		if err := office.Seed(e.ctx, p.store); err != nil {
			return nil, errors.Join(err, p.close())
		}
		if err := p.reload(e.ctx); err != nil {
			return nil, errors.Join(err, p.close())
		}
	}
	return p, nil
}

type benchSeedCmd struct {
	Place
	Cases int `default:"10000" help:"How many cases."`
}

func (cmd *benchSeedCmd) Run(e *env) (err error) {
	p, err := benched(e, cmd.Place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	now := time.Now()
	people, err := demo.Hire(e.ctx, p.store, p.office, p.keys, now.AddDate(-1, 0, 0))
	if err != nil {
		return err
	}
	seeded, err := p.fill(e.ctx, people, cmd.Cases, now)
	if err != nil {
		return err
	}
	return json.NewEncoder(e.stdout).Encode(map[string]any{"seed": seeded, "sign_ins": people.SignIns})
}

// fill writes n cases of the year before now at once.
func (p *parts) fill(ctx context.Context, people *demo.People, n int, now time.Time) (bench.Seeded, error) {
	account, err := p.intake.ArchiveAccount(ctx, grievance.X, "bench")
	if err != nil {
		return bench.Seeded{}, err
	}
	s := &bench.Seeder{Store: p.store, Office: p.office, Limits: p.desk.Limits, Account: account, Clerk: people.Clerk(), Staff: people.Staff,
		Draw: func(r *rand.Rand) bench.Matter { return bench.Matter(demo.Draw(r, p.office)) }}
	return s.Run(ctx, n, now)
}
