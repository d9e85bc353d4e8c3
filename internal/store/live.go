package store

import (
	"context"
	"sync"
	"time"

	"nivaran/internal/grievance"
)

// live tells open pages of this process that something changed. It carries ids only; a
// page reads again within its own scope.
type live struct {
	mu   sync.Mutex
	next int
	ears map[int]chan Change
}

// Change is what happened: a case changed, a post came, an officer was suspended, the
// organisation has other lists, or another model reads posts.
type Change struct {
	CaseID       grievance.ID
	PostID       grievance.ID
	Officer      grievance.ID // suspended
	Organisation bool
	Learning     bool
}

// Listen gives the changes from now on, until stop is called. A listener that is too slow
// misses changes, and reads again anyway.
func (s *Store) Listen() (changes <-chan Change, stop func()) {
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	if s.live.ears == nil {
		s.live.ears = map[int]chan Change{}
	}
	id, ear := s.live.next, make(chan Change, 16)
	s.live.next++
	s.live.ears[id] = ear
	return ear, func() {
		s.live.mu.Lock()
		defer s.live.mu.Unlock()
		delete(s.live.ears, id)
	}
}

// Tell tells the listeners once the transaction has committed.
func (tx *Tx) Tell(c Change) { tx.AfterCommit(func() { tx.s.live.tell(c) }) }

func (l *live) tell(c Change) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ear := range l.ears {
		select {
		case ear <- c:
		default:
		}
	}
}

// Follow calls again at every beat, and at once after a change in this process that
// concerns it, until ctx ends: so every instance of the program learns what any of them
// changed.
func (s *Store) Follow(ctx context.Context, every time.Duration, concerns func(Change) bool, again func()) {
	changes, stop := s.Listen()
	defer stop()
	beat := time.NewTicker(every)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case c := <-changes:
			if !concerns(c) {
				continue
			}
		case <-beat.C:
		}
		again()
	}
}
