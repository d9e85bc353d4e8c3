package citizen

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/text"
	"nivaran/internal/web"
)

// linkPage is the complainant's own page: what they wrote and what was done.
type linkPage struct {
	page
	Wrote     []said
	Report    *said
	By        string // the office that answered
	Photos    []photo
	Files     []photo // what is no picture, to be downloaded
	MayAnswer bool
	AnswerBy  string
	Given     string // the answer that the complainant gave
	Words     string // what was typed
}

// said is a text as somebody wrote it, in its own language.
type said struct{ Text, Lang, When string }

type photo struct{ URL, Name string }

// wordsLimit is how much a citizen may add to a verdict, in letters.
const wordsLimit = 2000

// link opens the complainant's own page.
func (c *Citizen) link(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.showLink(w, r, v, "", "")
}

// showLink shows the page; again with what was typed when there is a problem with it.
func (c *Citizen) showLink(w http.ResponseWriter, r *http.Request, v *web.Visit, problem, words string) error {
	token := r.PathValue("token")
	cc, err := c.Desk.SecretLink(r.Context(), token)
	if errors.Is(err, grievance.ErrNotFound) {
		return c.lost(w, v, "", v.T("citizen.link_unknown"))
	}
	if err != nil {
		return err
	}
	if cc.Complainant.Language == "en" {
		c.Web.Suggest(v, "en")
	}
	p := c.linkPage(v, cc, "/c/"+token)
	status := http.StatusOK
	if problem != "" {
		status, p.Error, p.Words = http.StatusUnprocessableEntity, v.T(problem), words
	}
	return c.Web.Render(w, status, "citizen/link", p)
}

func (c *Citizen) linkPage(v *web.Visit, cc *desk.CitizenCase, self string) linkPage {
	cs := cc.Case
	f := factsOfCase(cs, cc.Until)
	p := linkPage{page: page{Page: c.Web.Page(v), Number: cs.Number, Title: title(v, cc), Now: f.sentence(v), Limit: f.limit(v), Steps: f.road(v, v.DateTime), Self: self}, MayAnswer: cc.MayAnswer}
	for _, post := range cc.Posts {
		if post.ErasedAt.IsZero() && post.Text != "" {
			_, words, _ := desk.Readable(&post.Post)
			p.Wrote = append(p.Wrote, said{words, langOf(words), v.DateTime(post.PostedAt)})
		}
	}
	if cc.Report != nil {
		p.Report = &said{Text: cc.Report.Text, Lang: langOf(cc.Report.Text)}
		if o, ok := c.Desk.Office.Office(cs.OfficeID); ok {
			p.By = o.Name(v.Lang())
		}
		p.attach(v, cc.Report.Files)
	}
	if cc.MayAnswer {
		p.AnswerBy = v.Date(cc.Until)
	}
	if g := cc.Given; g == grievance.FeedbackYes || g == grievance.FeedbackNo {
		p.Given = v.T("citizen.given." + string(g))
	}
	return p
}

// attach lists the files of the report. A file's own name tells a reader of pictures
// nothing, so they are numbered.
func (p *linkPage) attach(v *web.Visit, files []grievance.File) {
	for _, f := range files {
		url := p.Self + "/files/" + f.Hash
		if f.Inline() {
			p.Photos = append(p.Photos, photo{url, v.T("citizen.photo", "Which", len(p.Photos)+1)})
		} else {
			p.Files = append(p.Files, photo{url, f.Name})
		}
	}
}

// title is the subject of the case. Where the desk had none it is the beginning of the
// first complainant's words, and those are shown to nobody else.
func title(v *web.Visit, cc *desk.CitizenCase) string {
	begin := strings.TrimSuffix(cc.Case.Title, "…")
	if !strings.HasPrefix(cc.Case.Excerpt, begin) {
		return cc.Case.Title
	}
	for _, post := range cc.Posts {
		if _, words, _ := desk.Readable(&post.Post); strings.HasPrefix(grievance.Excerpt(words, 160), begin) {
			return cc.Case.Title
		}
	}
	return v.T("citizen.your_matter")
}

// langOf is the language tag of a text, empty when it mixes several.
func langOf(s string) string {
	if lang := text.Language(s); lang != "mixed" {
		return lang
	}
	return ""
}

func (c *Citizen) verdictByLink(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	token, words := r.PathValue("token"), r.PostFormValue("words")
	if utf8.RuneCountInString(words) > wordsLimit {
		return c.showLink(w, r, v, "citizen.words_long", words)
	}
	err := c.Desk.ConfirmByLink(r.Context(), token, grievance.Feedback(r.PostFormValue("feedback")), words)
	if _, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.showLink(w, r, v, "citizen.choose", words)
	}
	if errors.Is(err, grievance.ErrNotFound) {
		return c.lost(w, v, "", v.T("citizen.link_unknown"))
	}
	if err != nil {
		return err
	}
	c.Web.Done(w, r, "done.verdict", "/c/"+token)
	return nil
}

// file sends a file of the answer. Only pictures that were encoded anew are shown; all
// else is downloaded, and nothing in it runs.
func (c *Citizen) file(w http.ResponseWriter, r *http.Request, _ *web.Visit) error {
	f, in, err := c.Desk.LinkFile(r.Context(), r.PathValue("token"), r.PathValue("hash"))
	if err != nil {
		return err
	}
	defer in.Close()
	how, kind := "attachment", "application/octet-stream"
	if f.Inline() {
		how, kind = "inline", f.Type
	}
	h := w.Header()
	h.Set("Content-Security-Policy", web.FramePolicy)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	_, _ = io.Copy(w, in) // a reader who leaves is nobody's error
	return nil
}
