package x

import (
	"sync"
	"time"

	"nivaran/internal/connector"
)

// Prices are in millionths of a US dollar.
type Prices struct {
	Post       int // reading one
	OwnMention int // reading one of the app owner's own mentions
	User       int // reading one
	Reply      int
	LinkReply  int // a reply with a link
}

// listPrices are X's pay-per-use prices; of a range the upper end.
var listPrices = Prices{Post: 5000, OwnMention: 1000, User: 10000, Reply: 15000, LinkReply: 200000}

// ledger knows what was read today: X bills a resource once per UTC day. It forgets with
// the process, so its count is an upper bound.
type ledger struct {
	mu   sync.Mutex
	day  string
	seen map[string]bool
}

// reads counts those of ids that were not read today before.
func (l *ledger) reads(now time.Time, ids []string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if day := now.UTC().Format(time.DateOnly); day != l.day {
		l.day, l.seen = day, map[string]bool{}
	}
	n := 0
	for _, id := range ids {
		if !l.seen[id] {
			l.seen[id] = true
			n++
		}
	}
	return n
}

// bill puts reads of ids at a price into a budget.
func (c *Connector) bill(b connector.Budget, price int, ids []string) connector.Budget {
	n := c.ledger.reads(c.Now(), ids)
	b.Reads += n
	b.CostMicro += n * price
	return b
}

// add joins the budgets of two calls: what is left as said last, reads and cost summed.
func add(first, last connector.Budget) connector.Budget {
	last.Reads += first.Reads
	last.CostMicro += first.CostMicro
	return last
}
