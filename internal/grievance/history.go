package grievance

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// Entry is one line of a case's history. It is never changed; Text lies beside it, and
// the entry holds a salted commitment to it, so that erasing the text leaves the chain whole.
type Entry struct {
	CaseID   ID
	N        int
	At       time.Time
	Actor    ActorKind
	ActorID  ID
	ChargeID ID
	Event    Event
	From, To State
	OfficeID int
	Data     string // JSON of ids and codes, no words of persons
	Text     string // free text; erasable
	Salt     []byte
	Commit   []byte // SHA-256 over salt and text; empty without text
	Prev     []byte
	Hash     []byte
}

// ErasedTexts are the entries whose texts a later entry says to have erased.
func ErasedTexts(entries []Entry) map[int]bool {
	erased := map[int]bool{}
	for _, e := range entries {
		var data struct{ Texts []int }
		if e.Event != Erased || json.Unmarshal([]byte(e.Data), &data) != nil {
			continue
		}
		for _, n := range data.Texts {
			erased[n] = n < e.N
		}
	}
	return erased
}

// Commitment binds a text to its entry without revealing it.
func Commitment(salt []byte, text string) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Sum is the hash of the entry: plain SHA-256 over the lengths and bytes of every field
// in the order below, with Prev first.
func (e *Entry) Sum() []byte {
	c := NewChain()
	c.Field(e.Prev)
	c.Number(int64(e.CaseID))
	c.Number(int64(e.N))
	c.Number(e.At.UnixMilli())
	c.Text(string(e.Actor))
	c.Number(int64(e.ActorID))
	c.Number(int64(e.ChargeID))
	c.Text(string(e.Event))
	c.Text(string(e.From))
	c.Text(string(e.To))
	c.Number(int64(e.OfficeID))
	c.Text(e.Data)
	c.Field(e.Commit)
	return c.Sum()
}
