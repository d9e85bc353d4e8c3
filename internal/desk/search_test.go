package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nivaran/internal/desk"
	"nivaran/internal/desk/desktest"
	"nivaran/internal/golden"
	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// look searches and gives what was found as one line each: its words, hits in brackets.
func look(t *testing.T, w *desktest.World, by grievance.Actor, r desk.SearchRequest) (lines []string, f desk.Found) {
	t.Helper()
	id, err := w.Desk.SaveSearch(t.Context(), by, r)
	w.Must(err)
	f, err = w.Desk.Search(t.Context(), by, id, 0)
	w.Must(err)
	for _, h := range f.Hits {
		line := "post: "
		if h.Row != nil {
			line = "case: "
		}
		for _, p := range h.Said {
			if p.Hit {
				line += "[" + p.Text + "]"
				continue
			}
			line += p.Text
		}
		lines = append(lines, line)
	}
	return lines, f
}

// said are what citizens wrote; every third is opened as a case.
var said = []string{
	"पानी नहीं आ रहा सेक्टर 14 हिसार में, 3 दिन हो गए", "paani nahi aa raha gali number 4 mein", "no water supply since Monday in sector 14",
	"bijli ka khamba toot gaya hai, तार लटक रही है", "सड़क पर गड्ढे हैं, बहुत गड्ढे, सब गड्ढे", "street light kharab hai ward 9",
	"sadak ke gaddhe bharwao", "गंदा पानी आ रहा है, बदबू है", "pani ki tanki saaf karwao, tanki se pani ganda", "school teacher absent for weeks",
	"पेंशन नहीं मिली तीन महीने से", "vridha pension ruk gayi hai, pension chalu karwao", "राशन डिपो वाला राशन कम देता है",
	"सेक्टर 14 हिसार में पानी का बिल गलत", "बिजली का बिल ज्यादा आया, bill galat hai", "hospital mein doctor nahi hai", "अस्पताल में दवाई नहीं", "pani pani pani, kab aayega pani",
}

// corpus stores the posts a minute apart and opens every third.
func corpus(t *testing.T) *desktest.World {
	t.Helper()
	w := desktest.New(t)
	for i, s := range said {
		w.Clock = w.Clock.Add(time.Minute)
		post := w.Post(fmt.Sprint("author", i), "", s)
		if i%3 == 0 {
			_, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
			w.Must(err)
		}
	}
	return w
}

// The same hits in the same order on both engines: both are held to one file.
func TestSearchFindsTheSameOnBothEngines(t *testing.T) {
	w := corpus(t)
	var b strings.Builder
	for _, r := range []desk.SearchRequest{
		{Words: "pani"}, {Words: "पानी", Order: desk.ByFit}, {Words: "paani", In: desk.InCases}, {Words: "pani", In: desk.InPosts},
		{Words: "ganda pani", Order: desk.ByFit}, {Words: `"sector 14"`}, {Words: `"14 sector"`}, {Words: "pani -tanki"}, {Words: "गड्ढे"},
		{Words: "bill -बिजली"}, {Words: "aspatal"}, {Words: "pension", Channel: grievance.Email}, {Words: "pension", Channel: grievance.X},
		{Words: "bijli", State: grievance.Assigned}, {Words: "bijli", Kind: grievance.Praise}, {Words: "nahi", From: "2020-01-01", To: "2020-01-02"}, {Words: "author4"},
	} {
		lines, f := look(t, w, w.State, r)
		fmt.Fprintf(&b, "%s %s%s%s%s%s%s: %d, more %t\n", r.Words, r.In, r.Order, r.State, r.Kind, r.Channel, r.From, len(lines), f.More)
		for _, l := range lines {
			fmt.Fprintln(&b, "  "+l)
		}
	}
	golden.Check(t, "testdata/search.txt", []byte(b.String()))
}

// A post is found by itself while it has no case, by whoever sorts; afterwards by its case.
func TestPostsAreFoundUntilTheyHaveACase(t *testing.T) {
	w := desktest.New(t)
	post := w.Post("ravi", "", "the drinking mill stands still")
	for _, tt := range []struct {
		by   grievance.Actor
		want int
	}{{w.Clerk, 1}, {w.Field, 0}} {
		if lines, _ := look(t, w, tt.by, desk.SearchRequest{Words: "mill"}); len(lines) != tt.want {
			t.Errorf("%s finds %q", tt.by.Role, lines)
		}
	}
	_, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
	w.Must(err)
	lines, _ := look(t, w, w.State, desk.SearchRequest{Words: "mill"})
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "case: ") {
		t.Errorf("once opened: %q", lines)
	}
	other := w.Post("asha", "", "the drinking mill again")
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.ErasePosts(t.Context(), []grievance.ID{other}, w.Clock)
		return err
	}))
	if lines, _ = look(t, w, w.State, desk.SearchRequest{Words: "mill"}); len(lines) != 1 {
		t.Errorf("once erased: %q", lines)
	}
}

func TestSearchRefusesWhatNoFormOffers(t *testing.T) {
	w := desktest.New(t)
	for _, r := range []desk.SearchRequest{
		{Words: " "}, {Words: "-pani"}, {Words: "pani", Channel: `x" OR "zo1`}, {Words: "pani", State: "gone"}, {Words: "pani", Kind: "x"}, {Words: "pani", In: "all"}, {Words: "pani", Order: "worst"}, {Words: "pani", From: "yesterday"},
	} {
		if _, err := w.Desk.SaveSearch(t.Context(), w.State, r); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
}

// What is suggested stands in cases of the scope, and finds something.
func TestSearchSuggestsWordsOfTheScope(t *testing.T) {
	w := desktest.New(t)
	w.Open("asha")
	w.Clock = w.Clock.Add(time.Hour)
	post := w.Post("ravi", "", "the transformer burns every night")
	_, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(post)})
	w.Must(err)
	if lines, f := look(t, w, w.State, desk.SearchRequest{Words: "transfomrer burns"}); len(lines) != 0 || f.Instead != "transformer burns" {
		t.Errorf("%q, instead %q", lines, f.Instead)
	}
	elsewhere := w.Field
	elsewhere.Scope = grievance.Scope{OfficerID: 4242}
	if _, f := look(t, w, elsewhere, desk.SearchRequest{Words: "transfomrer burns"}); f.Instead != "" {
		t.Errorf("somebody without the case is told %q", f.Instead)
	}
	if _, f := look(t, w, w.State, desk.SearchRequest{Words: "zqxwvut"}); f.Instead != "" {
		t.Errorf("nothing is near, and %q is suggested", f.Instead)
	}
}

func TestSimilarCasesAcrossScripts(t *testing.T) {
	w := desktest.New(t)
	open := func(author, words string) grievance.ID {
		w.Clock = w.Clock.Add(time.Minute)
		o, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(w.Post(author, "", words))})
		w.Must(err)
		return o[0].CaseID
	}
	same := open("asha", "नाली का गंदा पानी गली में भर गया है, मच्छर बहुत हैं")
	open("ravi", "school teacher is absent for weeks")
	of := open("mohan", "nali ka ganda pani gali mein bhar gaya, machhar bahut")
	_, hits, err := w.Desk.SimilarCases(t.Context(), w.State, of)
	w.Must(err)
	if len(hits) != 1 || hits[0].Row.Case.ID != same {
		t.Errorf("similar are %+v, want %s", hits, same)
	}
	_, hits, err = w.Desk.SimilarToPost(t.Context(), w.Clerk, w.Post("sita", "", "gali mein nali ka pani bhar gaya hai"))
	w.Must(err)
	if !slices.ContainsFunc(hits, func(h desk.FoundHit) bool { return h.Row.Case.ID == same }) || len(hits) != 2 {
		t.Errorf("similar to the post are %d", len(hits))
	}
	if _, _, err := w.Desk.SimilarToPost(t.Context(), w.Field, of); err == nil {
		t.Error("whoever does not sort reads a post")
	}
	outside := w.State
	outside.Scope = grievance.Scope{OfficerID: 4242}
	if _, _, err := w.Desk.SimilarCases(t.Context(), outside, of); err == nil {
		t.Error("a case outside the scope is compared")
	}
}

// A post that complains of whoever searches is neither found by itself, nor read or shown
// where its case is found.
func TestSearchKeepsFromAnOfficerWhatComplainsOfThem(t *testing.T) {
	w := desktest.New(t)
	clerk := signedIn(w, w.Clerk)
	opened, err := w.Desk.Open(t.Context(), w.Clerk, []desk.OpenRequest{w.Request(w.Post("asha", "", "the mill in ward seven is dry"))})
	w.Must(err)
	hide := func(post grievance.ID) {
		w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.ExcludePost(t.Context(), post, store.Exclusion{OfficerID: w.Clerk.ID})
		}))
	}
	joined := w.Post("bina", "", "the mill clerk never answers about the mill, mill, mill")
	w.Must(w.Desk.Join(t.Context(), w.Clerk, desk.JoinRequest{PostID: joined, CaseID: opened[0].CaseID}))
	hide(joined)
	hide(w.Post("mohan", "", "the mill clerk wants money"))
	for words, want := range map[string][2]int{"mill": {1, 2}, `"mill clerk"`: {0, 2}} {
		for i, by := range []grievance.Actor{clerk, w.State} {
			for _, order := range []string{"", desk.ByFit} {
				if lines, _ := look(t, w, by, desk.SearchRequest{Words: words, Order: order}); len(lines) != want[i] || i == 0 && strings.Contains(strings.Join(lines, ""), "clerk") {
					t.Errorf("%s %s: %s finds %q, want %d", words, order, by.Role, lines, want[i])
				}
			}
		}
	}
}

// An index of an older analyser is made anew in pieces, and a restart goes on.
func TestTheIndexIsMadeAnew(t *testing.T) {
	w := corpus(t)
	w.Must(w.Desk.Store.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `DELETE FROM case_search`); err != nil {
			return err
		}
		return tx.SetMeta(t.Context(), "search_index", "1 done 0")
	}))
	if lines, _ := look(t, w, w.State, desk.SearchRequest{Words: "pani"}); len(lines) != 0 {
		t.Fatalf("an empty index finds %q", lines)
	}
	done, err := w.Desk.Reindex(t.Context())
	w.Must(err)
	if !done {
		t.Error("a few cases are too many for one go")
	}
	lines, f := look(t, w, w.State, desk.SearchRequest{Words: "pani"})
	if len(lines) != 6 || !f.Renewed.IsZero() {
		t.Errorf("afterwards it finds %q, renewed to %v", lines, f.Renewed)
	}
}
