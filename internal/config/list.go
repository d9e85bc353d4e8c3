package config

import (
	"fmt"
	"io"
	"net/url"
	"text/tabwriter"
)

// List writes every setting with its value, default and meaning. Secrets are
// shown as given or not given; of the database's address only the password is hidden.
func (c *Config) List(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SETTING\tVALUE\tDEFAULT\tMEANING")
	for _, s := range settings(c) {
		name, value := s.name, fmt.Sprint(s.value.Interface())
		if s.secret {
			name += "[_FILE]"
			value = hidden(value)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", name, orDash(value), orDash(s.fallback), s.meaning)
	}
	fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", "(fixed)", TimeZone, TimeZone, "Time zone of working days, holidays and all that is shown")
	return table.Flush()
}

func hidden(value string) string {
	if value == "" {
		return ""
	}
	if u, err := url.Parse(value); err == nil && u.Host != "" {
		// A password may stand among the parameters too.
		u.RawQuery = ""
		return u.Redacted()
	}
	return "(hidden)"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
