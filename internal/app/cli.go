// Package app builds every part of the program, starts it and stops it in order.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/alecthomas/kong"

	"nivaran/internal/config"
)

// Place says where the database is; every command that needs one takes it.
type Place struct {
	Data string `help:"Folder of the SQLite database and the files." placeholder:"DIR"`
	DB   string `help:"Address of PostgreSQL, postgres://…" placeholder:"ADDRESS"`
}

type cli struct {
	Serve      serveCmd      `cmd:"" help:"Run everything: pages, webhooks and workers."`
	Demo       demoCmd       `cmd:"" help:"Run a believable office of Haryana on an empty temporary database."`
	Migrate    migrateCmd    `cmd:"" help:"Bring the database to this version."`
	Config     configCmd     `cmd:"" help:"Print every setting with its meaning, default and value."`
	Import     importCmd     `cmd:"" help:"Take in archives of posts, or the organisation of Haryana."`
	Verify     verifyCmd     `cmd:"" help:"Check the whole record: history, office log, read log, daily heads and kept counters."`
	Backup     backupCmd     `cmd:"" help:"Write the whole record to a file, while the program runs."`
	Restore    restoreCmd    `cmd:"" help:"Bring a backup into an empty database; what goes out is on hold afterwards."`
	Doctor     doctorCmd     `cmd:"" help:"Check database, keys, disk, clock, channels and organisation, each fault with its remedy."`
	Key        keyCmd        `cmd:"" help:"Rotate the key that seals tokens and passwords, while the program runs."`
	Export     exportCmd     `cmd:"" help:"Write the record for a third party."`
	Similar    similarCmd    `cmd:"" help:"Tell of pairs of texts whether they say the same, by JSON Lines; or how well that is told."`
	Sort       sortCmd       `cmd:"" help:"Tell of each post, by JSON Lines, what it is about."`
	Train      trainCmd      `cmd:"" help:"Learn a model of one label from a file of texts."`
	Evaluate   evaluateCmd   `cmd:"" help:"Measure how well labels are found, by a model or on a part of a file."`
	Bench      benchCmd      `cmd:"" help:"Measure the program."`
	SearchKey  searchKeyCmd  `cmd:"" name:"search-key" help:"Print the tokens of each line of the input, as search finds it by."`
	LegacyFont legacyFontCmd `cmd:"" name:"legacy-font" help:"Tell of each text, by JSON Lines, whether it was typed in Kruti Dev, and read it in Unicode."`
	Admin      adminCmd      `cmd:"" help:"First administrator, passwords, locked officers."`

	EvaluateLanguage evaluateLanguageCmd `cmd:"" help:"Measure how well the language of a text is recognised."`
}

// env is what a command may use of the world around it.
type env struct {
	ctx    context.Context
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// Run carries out one command line and returns when it is done or ctx ends.
func Run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	var c cli
	exited := false
	parser, err := kong.New(&c,
		kong.Name("nivaran"),
		kong.Description("Nivaran hears citizens on X, Facebook and e-mail and watches each matter until it is settled."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { exited = true }),
		kong.UsageOnError())
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if exited { // help was asked for
		return nil
	}
	if err != nil {
		return err
	}
	return k.Run(&env{ctx: ctx, getenv: getenv, stdin: os.Stdin, stdout: stdout, stderr: stderr})
}

// settings reads the configuration; what the command line says comes before the environment.
func (e *env) settings(p Place) (*config.Config, error) {
	return config.Read(func(key string) string {
		switch {
		case key == "NIVARAN_DATA" && p.Data != "":
			return p.Data
		case key == "NIVARAN_DB" && p.DB != "":
			return p.DB
		case key == "NIVARAN_DB" && p.Data != "":
			return "" // a folder on the command line outweighs an address in the environment
		}
		return e.getenv(key)
	})
}

func (e *env) logger(c *config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(e.stderr, options))
	}
	return slog.New(slog.NewTextHandler(e.stderr, options))
}

type configCmd struct {
	Place
}

func (cmd *configCmd) Run(e *env) error {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	return c.List(e.stdout)
}

type migrateCmd struct {
	Place
}

func (cmd *migrateCmd) Run(e *env) error {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	s, err := openStore(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.stdout, "the database is of this version")
	return s.Close()
}

type verifyCmd struct {
	Place
}

func (cmd *verifyCmd) Run(e *env) (err error) {
	c, err := e.settings(cmd.Place)
	if err != nil {
		return err
	}
	s, err := openStore(e.ctx, c, e.logger(c), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	start := time.Now()
	report, err := s.Verify(e.ctx)
	if err != nil {
		return err
	}
	for _, f := range report.Faults {
		fmt.Fprintln(e.stdout, f)
	}
	fmt.Fprintf(e.stdout, "%d cases, %d entries, %d of the office log, %d of the read log, %d daily heads, %d counters checked in %s: %d faults\n",
		report.Cases, report.Entries, report.OfficeEntries, report.Reads, report.Heads, report.Counters, time.Since(start).Round(time.Millisecond), len(report.Faults))
	if len(report.Faults) > 0 {
		return fmt.Errorf("the record is not as it was written: %d faults", len(report.Faults))
	}
	return nil
}
