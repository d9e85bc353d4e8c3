package email

import (
	"net/textproto"
	"strings"
)

// loopHeader marks all that we send, so that we know it when it comes back.
const loopHeader = "X-Nivaran-Loop"

// isAutomatic tells letters that no person wrote to us: they are never acknowledged and
// reopen nothing.
func isAutomatic(h textproto.MIMEHeader, l *Letter, opts Options) bool {
	if v := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); v != "" && v != "no" {
		return true
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, key := range []string{"List-Id", "X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", loopHeader} {
		if len(h[textproto.CanonicalMIMEHeaderKey(key)]) > 0 {
			return true
		}
	}
	if path := h["Return-Path"]; len(path) > 0 && strings.Trim(path[0], "<> \t") == "" {
		return true
	}
	typ, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Type")), ";")
	return strings.TrimSpace(typ) == "multipart/report" || robot(l.From) || opts.own(l.From)
}

// robot knows addresses that nobody reads.
func robot(addr string) bool {
	local, _, _ := strings.Cut(addr, "@")
	local = strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	switch local {
	case "mailerdaemon", "postmaster":
		return true
	}
	return strings.HasPrefix(local, "noreply") || strings.HasPrefix(local, "donotreply") || strings.HasSuffix(local, "noreply")
}

// dmarcVerdict reads what our own mail server found out about the sender. It writes its
// line on top, so the first one under its name counts.
func dmarcVerdict(results []string, authServID string) string {
	if authServID == "" {
		return ""
	}
	for _, line := range results {
		id, rest, _ := strings.Cut(stripComments(line), ";")
		name, _, _ := strings.Cut(strings.TrimSpace(id), " ") // a version may follow
		if !strings.EqualFold(name, authServID) {
			continue
		}
		for method := range strings.SplitSeq(rest, ";") {
			for field := range strings.FieldsSeq(method) {
				if verdict, ok := strings.CutPrefix(strings.ToLower(field), "dmarc="); ok {
					return verdict
				}
			}
		}
		return ""
	}
	return ""
}

func stripComments(s string) string {
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}
