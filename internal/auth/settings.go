package auth

import (
	"context"
	"fmt"
	"slices"

	"nivaran/internal/grievance"
	"nivaran/internal/i18n"
	"nivaran/internal/store"
)

// SaveSettings keeps the officer's language and whether single-letter keys act.
func (a *Auth) SaveSettings(ctx context.Context, officer grievance.ID, language string, keys bool) error {
	if !slices.Contains(i18n.Languages(), language) {
		return grievance.Invalid("language", "error.not_a_choice")
	}
	err := a.Store.Tx(ctx, func(tx *store.Tx) error {
		o, err := tx.Officer(ctx, officer)
		if err != nil {
			return err
		}
		o.Language, o.Keys = language, keys
		return tx.SaveOfficer(ctx, o)
	})
	if err != nil {
		return fmt.Errorf("save settings: %w", err)
	}
	return nil
}
