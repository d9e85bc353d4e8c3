package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/store"
)

// maxSignature is how many letters the end of a letter may have.
const maxSignature = 500

// SaveSettings keeps what the officer set for the own pages, letters and notices.
func (a *Auth) SaveSettings(ctx context.Context, want grievance.Officer) error {
	want.SignatureEN, want.SignatureHI = tidy(want.SignatureEN), tidy(want.SignatureHI)
	if err := checkSettings(want); err != nil {
		return err
	}
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, err := tx.Officer(ctx, want.ID)
		if err != nil {
			return err
		}
		o.Language, o.Keys = want.Language, want.Keys
		if err := tx.SaveOfficer(ctx, o); err != nil {
			return err
		}
		return tx.SaveOwnSettings(ctx, o.ID, want.OwnSettings)
	})
	if err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}

func checkSettings(o grievance.Officer) error {
	choices := []grievance.MailChoice{grievance.MailUsual, grievance.MailAtOnce, grievance.MailDaily, grievance.MailNever}
	for _, g := range grievance.NoticeGroups {
		if !slices.Contains(choices, o.Mail.Chosen(g)) {
			return grievance.Invalid("mail_"+string(g), "error.not_a_choice")
		}
	}
	switch {
	case !slices.Contains(i18n.Languages(), o.Language):
		return grievance.Invalid("language", "error.not_a_choice")
	case o.TemplateLanguage != "" && !slices.Contains(i18n.Languages(), o.TemplateLanguage):
		return grievance.Invalid("template_language", "error.not_a_choice")
	case utf8.RuneCountInString(o.SignatureHI) > maxSignature:
		return grievance.Invalid("signature_hi", "error.signature_long")
	case utf8.RuneCountInString(o.SignatureEN) > maxSignature:
		return grievance.Invalid("signature_en", "error.signature_long")
	case o.DigestMinute < 0 || o.DigestMinute >= 24*60:
		return grievance.Invalid("digest", "error.time")
	}
	return nil
}

// tidy is a text without blanks at its ends and with plain line ends.
func tidy(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
