package app

import (
	"strings"
	"testing"
	"time"

	"nivaran/internal/assist/assisttest"
	"nivaran/internal/config"
)

// A language model on a private address is reached only where the administrator names its
// host, and the helper follows nobody elsewhere.
func TestHelperAddress(t *testing.T) {
	model := assisttest.New(t)
	for host, want := range map[string]bool{"": false, "127.0.0.1": true} {
		p := &parts{cfg: &config.Config{AssistURL: model.Base(), AssistModel: assisttest.Model, AssistKey: assisttest.Key, AssistTimeout: 10 * time.Second, AssistDaily: 5, AssistPrivateHost: host}}
		err := p.helper().Client.Check(t.Context())
		if (err == nil) != want {
			t.Errorf("private host %q: %v", host, err)
		}
		if !want && !strings.Contains(err.Error(), "private addresses are refused") {
			t.Errorf("refused with %v", err)
		}
		for _, f := range p.lookAtHelper(t.Context()) {
			if (f.Weight == fine) != want || strings.Contains(f.Says+f.Remedy, assisttest.Key) {
				t.Errorf("doctor with private host %q: %+v", host, f)
			}
		}
	}
	off := &parts{cfg: &config.Config{}}
	if off.helper() != nil || off.lookAtHelper(t.Context()) != nil {
		t.Error("without an address there is a helper")
	}
}
