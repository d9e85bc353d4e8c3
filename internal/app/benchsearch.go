package app

import (
	"encoding/json"
	"errors"
	"os"

	"nivaran/internal/bench"
	"nivaran/internal/grievance"
)

type benchSearchCmd struct {
	Place
	Rounds int    `default:"300" help:"How many questions of each kind."`
	Hits   string `placeholder:"FILE" help:"Write what each question found into this file, a line each: engines that were filled alike find the same, but where time cut a page short."`
}

// Run measures as the state cell, and as the administration of the first district.
func (cmd *benchSearchCmd) Run(e *env) (err error) {
	p, err := benched(e, cmd.Place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	cell, _ := p.office.Office(p.office.StateCell())
	district := cell
	for _, o := range p.office.Tree() {
		if o.Tier == grievance.Administration {
			district = o
			break
		}
	}
	b := &bench.Search{
		Desk:     p.desk,
		State:    grievance.ActorOf(grievance.Charge{ID: 1, OfficerID: 1, OfficeID: cell.ID, Role: grievance.StateNodal}, cell),
		District: grievance.ActorOf(grievance.Charge{ID: 2, OfficerID: 1, OfficeID: district.ID, Role: grievance.DistrictNodal}, district),
	}
	if cmd.Hits != "" {
		f, err := os.Create(cmd.Hits)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		b.Hits = f
	}
	timings, err := b.Run(e.ctx, cmd.Rounds)
	if err != nil {
		return err
	}
	return json.NewEncoder(e.stdout).Encode(map[string]any{"search": timings})
}
