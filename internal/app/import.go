package app

import (
	"errors"
	"fmt"

	"nivaran/internal/office"
)

type importCmd struct {
	Place
	What    string   `enum:",haryana" default:"" help:"The delivered organisation: haryana."`
	Channel string   `enum:",email,x,facebook" default:"" help:"An archive of posts: email, x or facebook."`
	Account string   `help:"Official account that the posts belong to; by default an archive account that cannot send."`
	JSON    bool     `help:"Print one JSON line a post."`
	Files   []string `arg:"" optional:"" help:"Files or folders of the archive."`
}

func (cmd *importCmd) Run(e *env) (err error) {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	p, err := build(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	switch {
	case cmd.What == "haryana":
		if err := office.Seed(e.ctx, p.store); err != nil {
			return err
		}
		fmt.Fprintln(e.stdout, "Haryana is loaded: districts, departments, subjects, offices, holidays")
		return nil
	case cmd.Channel == "":
		return errors.New("import: say --what haryana, or --channel email, x or facebook with files")
	}
	return cmd.archive(e, p)
}
