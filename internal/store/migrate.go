package store

import (
	"context"
	"embed"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings our tables and the queue's to this version.
func (s *Store) migrate(ctx context.Context) error {
	own, err := s.engine.migrations()
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if s.engine == postgresEngine {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, s.write, own)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	m, err := rivermigrate.New(s.driver, nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// migrations are the files for the engine: 0001_core.sql serves both, a pair such as
// 0002_search.sqlite.sql and 0002_search.postgres.sql one each.
func (e engine) migrations() (fs.FS, error) {
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	own := fstest.MapFS{}
	for _, f := range entries {
		name := strings.TrimSuffix(f.Name(), ".sql")
		base, for_, pair := strings.Cut(name, ".")
		if pair && for_ != string(e) {
			continue
		}
		b, err := migrations.ReadFile("migrations/" + f.Name())
		if err != nil {
			return nil, err
		}
		own[base+".sql"] = &fstest.MapFile{Data: b}
	}
	return own, nil
}
