package office

import (
	"context"
	"time"

	"nivaran/internal/grievance"
	"nivaran/internal/store"
)

// ActedUnder gives the charges under which each officer acts now or from a coming day on,
// those of others on leave too.
func ActedUnder(ctx context.Context, tx *store.Tx, now time.Time) (map[grievance.ID][]grievance.Charge, error) {
	charges := map[grievance.ID][]grievance.Charge{}
	own, err := tx.ChargesFrom(ctx, now)
	if err != nil {
		return nil, err
	}
	for _, c := range own {
		charges[c.OfficerID] = append(charges[c.OfficerID], c)
	}
	held, err := tx.AllCharges(ctx, now)
	for _, h := range held {
		if acting := h.Acting(); acting != 0 && acting != h.OfficerID { // a substitute
			c := h.Charge
			c.ActingID = acting
			charges[acting] = append(charges[acting], c)
		}
	}
	return charges, err
}

// InHand says whether the actor may have the official ID of another in hand, who acts
// under the charges. The rule is that of appointments: whoever may give them. takeOver is
// an act by which the actor could sign in as the officer: where the ID is taken up that
// asks for all that the charges allow, without the exception by which an organisation
// begins. taken are the charges of those who have taken up an ID.
func (d *Directory) InHand(by grievance.Actor, charges, taken []grievance.Charge, takeOver bool) bool {
	for _, c := range charges {
		r, known := d.Role(c.Role)
		o, ok := d.Office(c.OfficeID)
		if !known || !ok || d.MayGrantAmong(by, r, o, taken) != nil || takeOver && !d.Holds(by, r, o) {
			return false
		}
	}
	return true
}

// mayReaddress refuses a new address of an officer whose ID the actor may not take over:
// one-time links go to it, and the state's identity provider is believed by it. What was
// sent to the old address opens nothing any more.
func (d *Directory) mayReaddress(ctx context.Context, tx *store.Tx, by grievance.Actor, officer grievance.ID, now time.Time) error {
	if by.Is(officer) {
		return grievance.Invalid("email", "error.own_email")
	}
	charges, err := ActedUnder(ctx, tx, now)
	if err != nil {
		return err
	}
	taken, err := tx.TakenUp(ctx, now)
	if err != nil {
		return err
	}
	id, err := tx.Identity(ctx, officer, now)
	if err != nil {
		return err
	}
	if !d.InHand(by, charges[officer], taken, id.TakenUp) {
		return grievance.Invalid("email", "auth.holds_more")
	}
	return tx.EndInvitation(ctx, officer)
}
