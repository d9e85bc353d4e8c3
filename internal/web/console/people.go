package console

import (
	"net/http"
	"strconv"
	"strings"

	"nivaran/internal/grievance"
	"nivaran/internal/web"
)

// listRows is how many offices or officers a page of a list holds.
const listRows = 100

// part is the page of a list that the request asks for, and the address of the next one.
func part[T any](r *http.Request, all []T) (rows []T, more string, err error) {
	from, err := number(r, "from")
	if err != nil || from > len(all) {
		return nil, "", grievance.ErrNotFound
	}
	to := min(from+listRows, len(all))
	if to < len(all) {
		q := r.URL.Query()
		q.Set("from", strconv.Itoa(to))
		more = r.URL.Path + "?" + q.Encode()
	}
	return all[from:to], more, nil
}

// peopleField asks for a name or an address.
func peopleField(r *http.Request, v *web.Visit) field {
	return field{Kind: "search", Name: "find", Label: v.T("console.find_officer"), Value: r.URL.Query().Get("find")}
}

// named says whether every word of what was looked for stands in the officer's name or address.
func named(o grievance.Officer, words string) bool {
	all := strings.ToLower(o.NameEN + " " + o.NameHI + " " + o.Email)
	for _, w := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}
