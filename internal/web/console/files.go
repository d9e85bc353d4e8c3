package console

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"nivaran/internal/desk"
	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// uploadLimit is how much a form with files may hold, memoryForFiles how much of it stays
// in memory while it is read.
const (
	uploadLimit    = 4*desk.MaxUpload + 1<<20
	memoryForFiles = 4 << 20
)

// uploads reads the files of a form; the desk decides by their content what they are.
func uploads(r *http.Request, name string) ([]desk.Upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var all []desk.Upload
	for _, h := range r.MultipartForm.File[name] {
		if h.Size > desk.MaxUpload {
			return nil, grievance.Invalid(name, "error.file_too_large")
		}
		f, err := h.Open()
		if err != nil {
			return nil, fmt.Errorf("open upload: %w", err)
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("read upload: %w", err)
		}
		all = append(all, desk.Upload{Name: h.Filename, Data: data})
	}
	return all, nil
}

// file sends a file of a case. Only pictures that were encoded anew are shown; all else
// is downloaded, and nothing in it runs.
func (c *Console) file(w http.ResponseWriter, r *http.Request, v *web.Visit) error {
	id, err := web.PathID(r, "id")
	if err != nil {
		return err
	}
	f, body, err := c.Desk.File(r.Context(), v.Who.Actor, id, r.PathValue("hash"))
	if err != nil {
		return err
	}
	sendFile(w, f, body)
	return nil
}

func sendFile(w http.ResponseWriter, f grievance.File, body io.ReadCloser) {
	defer body.Close()
	h := w.Header()
	h.Set("Content-Security-Policy", web.FramePolicy)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
	how, kind := "attachment", "application/octet-stream"
	if f.Inline() {
		how, kind = "inline", f.Type
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	_, _ = io.Copy(w, body) // a reader who leaves is nobody's error
}
