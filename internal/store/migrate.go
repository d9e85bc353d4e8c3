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

// migrate brings our tables and the queue's to the version, or to the newest where it is 0.
func (s *Store) migrate(ctx context.Context, version int64) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if version == 0 {
		_, err = p.Up(ctx)
	} else {
		_, err = p.UpTo(ctx, version)
	}
	if err != nil {
		return err
	}
	m, err := rivermigrate.New(s.driver, nil)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// migrator knows the migrations of the engine.
func (s *Store) migrator() (*goose.Provider, error) {
	own, err := s.engine.migrations()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(s.engine.dialect(), s.write, own)
}

// Version is the number of the newest migration that the database has.
func (s *Store) Version(ctx context.Context) (int64, error) {
	p, err := s.migrator()
	if err != nil {
		return 0, err
	}
	return p.GetDBVersion(ctx)
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
