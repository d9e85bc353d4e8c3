package app

import (
	"encoding/json"
	"fmt"
	"os"

	"nivaran/internal/bench"
)

type benchHTTPCmd struct {
	URL     string `required:"" help:"Address of the running program."`
	SignIns string `required:"" type:"existingfile" placeholder:"FILE" help:"What demo --json or bench seed printed."`
	StandIn string `placeholder:"URL" help:"Address of the stand-in of X; with it whole lives of cases are driven."`
	Reads   int    `default:"200" help:"Requests of each kind of page."`
	Readers int    `default:"4" help:"How many ask at once."`
	Lives   int    `default:"10" help:"How many cases are driven from post to verdict."`
}

func (cmd *benchHTTPCmd) Run(e *env) error {
	raw, err := os.ReadFile(cmd.SignIns)
	if err != nil {
		return err
	}
	var printed struct {
		SignIns []bench.SignIn `json:"sign_ins"`
	}
	if err := json.Unmarshal(raw, &printed); err != nil {
		return fmt.Errorf("--sign-ins %s: %w", cmd.SignIns, err)
	}
	h := &bench.HTTP{URL: cmd.URL, StandIn: cmd.StandIn, SignIns: printed.SignIns, Reads: cmd.Reads, Readers: max(1, cmd.Readers), Lives: cmd.Lives}
	reads, lives, err := h.Run(e.ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(e.stdout).Encode(map[string]any{"pages": reads, "lifecycle": lives})
}
