package app

import (
	"encoding/json"
	"errors"
	"strings"

	"nivaran/internal/bench"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
)

type benchCmd struct {
	Intake benchIntakeCmd `cmd:"" help:"Measure posts a second through receive, sort and open."`
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
	c, err := e.settings(place)
	if err != nil {
		return err
	}
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if p.office.StateCell() == 0 {
		if err := office.Seed(e.ctx, p.store); err != nil {
			return err
		}
		if err := p.reload(e.ctx); err != nil {
			return err
		}
	}
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
