package i18n

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var kolkata = time.FixedZone("IST", 5*3600+1800)

func texts(t *testing.T) *Texts {
	t.Helper()
	texts, err := New(kolkata)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestT(t *testing.T) {
	texts := texts(t)
	tests := []struct {
		name, lang, key, want string
		args                  []any
	}{
		{"plain", "hi", "state.closed", "बंद", nil},
		{"one", "en", "common.cases", "1 case", []any{"Count", 1}},
		{"other in Indian form", "en", "common.cases", "1,00,000 cases", []any{"Count", 100000}},
		{"Hindi counts none as one", "hi", "common.cases", "0 मामला", []any{"Count", 0}},
		{"names and values", "en", "clock.late", "Late 5 h", []any{"Late", "5 h"}},
		{"map", "hi", "clock.late", "5 घंटे विलंब", []any{map[string]any{"Late": "5 घंटे"}}},
		{"unknown key", "en", "no.such_key", "no.such_key", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts.In(tt.lang).T(tt.key, tt.args...); got != tt.want {
				t.Errorf("T(%q) = %q, want %q", tt.key, got, tt.want)
			}
		})
	}
}

func TestIn(t *testing.T) {
	texts := texts(t)
	tests := []struct {
		name      string
		preferred []string
		want      string
	}{
		{"nothing said", nil, "en"},
		{"nothing known", []string{"ta"}, "en"},
		{"header", []string{"hi-IN,hi;q=0.9,en;q=0.8"}, "hi"},
		{"setting before header", []string{"en", "hi-IN"}, "en"},
		{"no setting", []string{"", "hi-IN"}, "hi"},
		{"nonsense", []string{";;q=%"}, "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := texts.In(tt.preferred...).Lang(); got != tt.want {
				t.Errorf("In(%q) = %s, want %s", tt.preferred, got, tt.want)
			}
		})
	}
}

func TestSameKeyTwiceIsRefused(t *testing.T) {
	files := fstest.MapFS{
		"locales/en/a.json": {Data: []byte(`{"case.open": "Open"}`)},
		"locales/en/b.json": {Data: []byte(`{"case.open": "Opened"}`)},
	}
	_, err := load(files, kolkata)
	if err == nil || !strings.Contains(err.Error(), `"case.open"`) {
		t.Errorf("load = %v, want a refusal that names the key", err)
	}
}

func TestNumber(t *testing.T) {
	p := texts(t).In("hi")
	tests := []struct {
		n    any
		want string
	}{
		{0, "0"}, {999, "999"}, {1000, "1,000"}, {99999, "99,999"}, {int64(100000), "1,00,000"},
		{uint8(7), "7"}, {12345678, "1,23,45,678"}, {-148000, "-1,48,000"}, {"99+", "99+"},
	}
	for _, tt := range tests {
		if got := p.Number(tt.n); got != tt.want {
			t.Errorf("Number(%v) = %q, want %q", tt.n, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	texts := texts(t)
	en, hi := texts.In("en"), texts.In("hi")
	at := time.Date(2026, 11, 23, 7, 54, 0, 0, time.UTC) // 1:24 pm in India
	tests := []struct{ name, got, want string }{
		{"date", en.Date(at), "23 November 2026"},
		{"date", hi.Date(at), "23 नवंबर 2026"},
		{"day", en.Day(at), "Mon 23 Nov"},
		{"moment", en.Moment(at), "Mon 23 Nov, 1:24 pm"},
		{"moment", hi.Moment(at), "सोम 23 नवंबर, दोपहर 1:24"},
		{"full", en.DateTime(at), "23 November 2026, 1:24 pm"},
		{"full", hi.DateTime(at), "23 नवंबर 2026, दोपहर 1:24"},
		{"next day in India", en.Day(time.Date(2026, 11, 23, 19, 0, 0, 0, time.UTC)), "Tue 24 Nov"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	texts := texts(t)
	tests := []struct {
		hour   int
		en, hi string
	}{
		{0, "12:05 am", "रात 12:05"},
		{3, "3:05 am", "रात 3:05"},
		{4, "4:05 am", "सुबह 4:05"},
		{11, "11:05 am", "सुबह 11:05"},
		{12, "12:05 pm", "दोपहर 12:05"},
		{15, "3:05 pm", "दोपहर 3:05"},
		{16, "4:05 pm", "शाम 4:05"},
		{19, "7:05 pm", "शाम 7:05"},
		{20, "8:05 pm", "रात 8:05"},
		{23, "11:05 pm", "रात 11:05"},
	}
	for _, tt := range tests {
		at := time.Date(2026, 1, 2, tt.hour, 5, 0, 0, kolkata)
		if got := texts.In("en").Time(at); got != tt.en {
			t.Errorf("%d h in English = %q, want %q", tt.hour, got, tt.en)
		}
		if got := texts.In("hi").Time(at); got != tt.hi {
			t.Errorf("%d h in Hindi = %q, want %q", tt.hour, got, tt.hi)
		}
	}
}

func TestSpans(t *testing.T) {
	texts := texts(t)
	en, hi := texts.In("en"), texts.In("hi")
	const h, m, workday = time.Hour, time.Minute, 8 * time.Hour
	tests := []struct{ name, got, want string }{
		{"age", en.Age(6*m + 59*time.Second), "6 min"},
		{"age", en.Age(2*h + 50*m), "2 h"},
		{"age", hi.Age(h), "1 घंटा"},
		{"age", hi.Age(2 * h), "2 घंटे"},
		{"age", en.Age(3*day + 23*h), "3 d"},
		{"age, clocks apart", en.Age(-m), "0 min"},
		{"duration", en.Duration(2*day + 4*h + 59*m), "2 d 4 h"},
		{"duration", hi.Duration(day + 6*h), "1 दिन 6 घंटे"},
		{"duration, whole days", en.Duration(day + 20*m), "1 d"},
		{"duration, days only", en.Duration(5*day + 4*h), "5 d"},
		{"duration", en.Duration(3*h + 46*m), "3 h 46 min"},
		{"duration", en.Duration(22 * m), "22 min"},
		{"duration", en.Duration(30 * time.Second), "30 s"},
		{"working days", en.WorkingDays(7), "7 working days"},
		{"working days", en.WorkingDays(1), "1 working day"},
		{"working days", hi.WorkingDays(7), "7 कार्य दिवस"},
		{"working duration", en.WorkingDuration(20*h, workday), "2 working days 4 h"},
		{"working duration", hi.WorkingDuration(24*h, workday), "3 कार्य दिवस"},
		{"working duration", en.WorkingDuration(h, workday), "1 working hour"},
		{"working duration", en.WorkingDuration(40*m, workday), "40 working minutes"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}
