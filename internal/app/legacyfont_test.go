package app

import (
	"strings"
	"testing"
)

func TestLegacyFontCommand(t *testing.T) {
	in := strings.NewReader(`{"id":1,"text":"gekjs xkao esa fctyh ugha gS"}` + "\n" + `{"id":"b","text":"no water in our street"}` + "\nno JSON\n")
	var out, told strings.Builder
	err := (&legacyFontCmd{}).Run(&env{ctx: t.Context(), stdin: in, stdout: &out, stderr: &told})
	const want = `{"id":1,"found":true,"sure":true,"text":"हमारे गांव में बिजली नहीं है"}` + "\n" + `{"id":"b","found":false,"sure":false,"text":"no water in our street"}` + "\n"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
	if err == nil || !strings.Contains(told.String(), "line 3") {
		t.Errorf("the bad line: %v, %q", err, told.String())
	}
}
