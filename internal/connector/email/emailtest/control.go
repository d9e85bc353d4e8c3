package emailtest

import (
	"encoding/json"
	"net/http"
	"time"
)

// FailTokens makes the next n calls for tokens fail, as when the service is down.
func (s *Server) FailTokens(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenTrouble = n
}

// SetConsentLife lets consents end by themselves after d; 0: never.
func (s *Server) SetConsentLife(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.consentLife = d
}

// control lets another process make citizens write. A mail service has nothing like it;
// the paths begin with /_control so that nobody mistakes them.
func (s *Server) control() {
	s.mux.HandleFunc("POST /_control/letter", order(func(in struct{ From, To, Subject, Text, ID string }) error {
		d := Draft{From: in.From, To: in.To, Subject: in.Subject, Text: in.Text, Date: s.opts.Now(), MessageID: in.ID, DMARC: "pass"}
		return s.Deliver(in.To, d.Bytes())
	}))
	s.mux.HandleFunc("POST /_control/revoke", order(func(in struct{ Address string }) error {
		s.Revoke(in.Address)
		return nil
	}))
}

// order reads a JSON order and does it.
func order[T any](do func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in T
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&in)
		if err == nil {
			err = do(in)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(in) // a caller that went away
	}
}
