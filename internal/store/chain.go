package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"time"

	"nivaran/internal/grievance"
)

// chainSum is SHA-256 over the lengths and bytes of what is added.
type chainSum struct{ h hash.Hash }

func newChainSum() chainSum { return chainSum{sha256.New()} }

func (c chainSum) add(b []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(b)))
	c.h.Write(n[:])
	c.h.Write(b)
}

func (c chainSum) number(v int64) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(v))
	c.h.Write(n[:])
}

func (c chainSum) bytes() []byte { return c.h.Sum(nil) }

// officeEntry is one link of the chain of what was done to accounts, holds and roles.
type officeEntry struct {
	N     int64
	At    time.Time
	Actor grievance.ID
	Event string
	Data  string
	Prev  []byte
}

func (e officeEntry) sum() []byte {
	c := newChainSum()
	c.add(e.Prev)
	c.number(e.N)
	c.number(e.At.UnixMilli())
	c.number(int64(e.Actor))
	c.add([]byte(e.Event))
	c.add([]byte(e.Data))
	return c.bytes()
}
