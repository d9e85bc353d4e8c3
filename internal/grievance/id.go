package grievance

import (
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"
)

// ID names a row: 41 bits of milliseconds since idEpoch and 22 of a counter, so that
// ids order by time. In JSON, addresses and job arguments it is text: JavaScript and
// the queue round numbers above 2^53.
type ID int64

// idEpoch is 1 January 2015, UTC, in milliseconds: 41 bits reach to 2084, and the
// oldest archive of posts worth importing still has an id of its own time.
const idEpoch = 1420070400000

const idCounterBits = 22

// IDs makes ids; it is safe for use by several goroutines.
type IDs struct{ counter atomic.Uint64 }

// NewIDs returns a maker whose counter starts at random, so that two processes
// rarely meet in the same millisecond.
func NewIDs() *IDs {
	g := &IDs{}
	g.counter.Store(rand.Uint64())
	return g
}

// New returns an id of the moment at.
func (g *IDs) New(at time.Time) ID {
	ms := max(at.UnixMilli()-idEpoch, 0)
	n := g.counter.Add(1) & (1<<idCounterBits - 1)
	return ID(ms<<idCounterBits | int64(n))
}

// FirstID is the smallest id of the moment at: lists that page by id use it as a bound.
func FirstID(at time.Time) ID {
	return ID(max(at.UnixMilli()-idEpoch, 0) << idCounterBits)
}

// Time is the moment for which the id was made.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id)>>idCounterBits + idEpoch).UTC() }

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalText writes the id as decimal digits.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads decimal digits and refuses all else.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// Value hands the id to a database driver as a plain number.
func (id ID) Value() (driver.Value, error) { return int64(id), nil }

// ParseID reads an id from an address or a form; zero and negative numbers are no ids.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("id %q: %w", s, ErrNotFound)
	}
	return ID(n), nil
}
