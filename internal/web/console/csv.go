package console

import (
	"errors"
	"io"
	"net/http"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/web"
)

// csvPage gives the files out and takes them in.
type csvPage struct {
	page
	Files   []csvFile
	Choices []web.Choice
	Lines   string // as they were pasted
	Error   string
}

// csvFile is one of the files: what it holds and its columns.
type csvFile struct{ Name, Text, Columns, URL string }

// mayFile says whether the actor may take the file in.
func mayFile(by grievance.Actor, f office.File) bool {
	if f == office.OfficersFile {
		return by.May(grievance.MayManageOfficers)
	}
	return by.May(grievance.MayManageOffices)
}

func (c *Console) csv(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	return c.csvForm(w, r, v, http.StatusOK, "")
}

func (c *Console) csvForm(w http.ResponseWriter, r *http.Request, v *web.Visit, status int, problem string) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := csvPage{page: base, Lines: r.PostFormValue("lines"), Error: problem}
	for _, f := range office.Files {
		if !mayFile(v.Who.Actor, f) {
			continue
		}
		columns := ""
		for i, name := range f.Columns() {
			if i > 0 {
				columns += ", "
			}
			columns += name
		}
		p.Files = append(p.Files, csvFile{Name: v.T("csv." + string(f)), Text: v.T("csv." + string(f) + "_text"), Columns: columns, URL: "/organisation/csv/" + string(f)})
		p.Choices = append(p.Choices, web.Choice{Value: string(f), Text: v.T("csv." + string(f)), Chosen: r.FormValue("kind") == string(f)})
	}
	return c.Web.Render(w, status, "console/csv", p)
}

// exportCSV gives a file as the import takes it.
func (c *Console) exportCSV(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	f := office.File(r.PathValue("file"))
	if !slices.Contains(office.Files, f) {
		return grievance.ErrNotFound
	}
	if !mayFile(v.Who.Actor, f) {
		return grievance.ErrForbidden
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(f)+`.csv"`)
	return c.Org.Export(r.Context(), v.Who.Actor, f, w)
}

// keepCSV keeps an uploaded file and leads to its dry run.
func (c *Console) keepCSV(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	if err := r.ParseMultipartForm(memoryForFiles); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return err
	}
	f := office.File(r.FormValue("kind"))
	if !slices.Contains(office.Files, f) {
		return c.csvForm(w, r, v, http.StatusUnprocessableEntity, v.T("error.choose"))
	}
	data, err := csvData(r)
	if err != nil {
		return err
	}
	id, err := c.Org.KeepFile(r.Context(), v.Who.Actor, f, data)
	if invalid, ok := errors.AsType[*grievance.InvalidError](err); ok {
		return c.csvForm(w, r, v, http.StatusUnprocessableEntity, v.T(invalid.Key, invalid.Args))
	}
	if err != nil {
		return err
	}
	web.Redirect(w, r, "/organisation/imports/"+id.String())
	return nil
}

// csvData is the uploaded file, or the lines that were pasted.
func csvData(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("file")
	if err != nil { // none was chosen
		return []byte(r.PostFormValue("lines")), nil
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if len(data) == 0 {
		return []byte(r.PostFormValue("lines")), err
	}
	return data, err
}

// importPage says line by line what a file would do.
type importPage struct {
	page
	Title, Sum string
	Wrong      bool
	Nothing    bool
	Again      bool // it would do something else than what was shown
	Hash, Self string
	Lines      []importLine
	MoreLines  string
}

// importLine is what one line would do.
type importLine struct {
	N, Name, Note string
	Sign          sign
	Changes       []string
	Problem       string
}

// shownLines is how many lines a dry run shows; wrong ones come first.
const shownLines = 500

func (c *Console) dryRun(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "import")
	if err != nil {
		return err
	}
	plan, err := c.Org.DryRun(r.Context(), v.Who.Actor, id)
	if err != nil {
		return err
	}
	return c.importPage(w, r, v, plan, http.StatusOK, false)
}

func (c *Console) applyCSV(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "import")
	if err != nil {
		return err
	}
	plan, err := c.Org.Apply(r.Context(), v.Who.Actor, id, r.PostFormValue("hash"))
	switch {
	case errors.Is(err, grievance.ErrConflict) && plan.Hash != "":
		return c.importPage(w, r, v, plan, http.StatusConflict, true)
	case err != nil:
		return err
	case plan.Count(office.LineWrong) > 0:
		return c.importPage(w, r, v, plan, http.StatusUnprocessableEntity, false)
	}
	c.Web.Done(w, r, "done.imported", "/organisation/csv")
	return nil
}

func (c *Console) importPage(w http.ResponseWriter, r *http.Request, v *web.Visit, plan office.Plan, status int, again bool) error {
	base, err := c.page(r, v, "/offices")
	if err != nil {
		return err
	}
	p := importPage{page: base, Title: v.T("csv." + string(plan.File)), Hash: plan.Hash, Self: r.URL.Path, Again: again, Wrong: plan.Count(office.LineWrong) > 0,
		Nothing: plan.Count(office.LineAdds)+plan.Count(office.LineChanges) == 0,
		Sum:     v.T("csv.sum", "Adds", plan.Count(office.LineAdds), "Changes", plan.Count(office.LineChanges), "Same", plan.Count(office.LineSame), "Wrong", plan.Count(office.LineWrong))}
	for _, what := range []string{office.LineWrong, office.LineChanges, office.LineAdds, office.LineSame} {
		for _, l := range plan.Lines {
			if l.What == what && len(p.Lines) < shownLines {
				p.Lines = append(p.Lines, c.importLineOf(v, plan.File, l))
			}
		}
	}
	if n := len(plan.Lines) - len(p.Lines); n > 0 {
		p.MoreLines = v.T("csv.more_lines", "Count", n)
	}
	return c.Web.Render(w, status, "console/import", p)
}

func (c *Console) importLineOf(v *web.Visit, file office.File, l office.Line) importLine {
	looks := map[string]sign{
		office.LineAdds: {Class: "flag flag-ok", Icon: "plus-lg"}, office.LineChanges: {Class: "flag flag-desk", Icon: "pencil"},
		office.LineSame: {Class: "flag", Icon: "dash"}, office.LineWrong: {Class: "flag flag-late", Icon: "x-octagon"},
	}
	words := csvWords{c, v, file}
	out := importLine{N: v.Number(l.N), Sign: looks[l.What]}
	out.Name, out.Note = words.about(l)
	out.Sign.Words = v.T("csv.line_" + l.What)
	for _, d := range l.Changes {
		out.Changes = append(out.Changes, v.T("csv.changes", "Field", words.column(d.Field), "From", words.value(d.Field, d.From), "To", words.value(d.Field, d.To)))
	}
	if l.What == office.LineAdds {
		out.Changes = words.added(l)
	}
	if l.Problem != nil {
		out.Problem = v.T("csv.problem", "Field", words.column(l.Problem.Field), "Why", v.T(l.Problem.Key, l.Problem.Args))
	}
	return out
}
