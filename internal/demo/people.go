package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/connector/email/emailtest"
	"nivaran/internal/connector/facebook/facebooktest"
	"nivaran/internal/connector/x/xtest"
	"nivaran/internal/grievance"
	"nivaran/internal/office"
	"nivaran/internal/secret"
	"nivaran/internal/seed"
	"nivaran/internal/store"
)

// SignIn is how the reader of the demonstration signs in as one of its officers.
type SignIn struct {
	Role       grievance.Role `json:"role"`
	Email      string         `json:"email"`
	Password   string         `json:"password"`
	TOTPSecret string         `json:"totp_secret"`
}

// Password is the one of every officer of the demonstration.
const Password = "nivaran-demo-2026"

// People are the officers that the past was lived with.
type People struct {
	SignIns []SignIn
	state   grievance.Actor
	clerk   grievance.Actor
	admin   grievance.Actor
	// by office: who holds its nodal charge, and who works in the field
	nodal map[int]grievance.Actor
	field map[int]grievance.Actor
}

// Hire writes the officers: one with a sign-in for each role, and holders for the charges
// of every office.
func Hire(ctx context.Context, s *store.Store, d *office.Directory, keys *secret.Keys, now time.Time) (*People, error) {
	p := &People{nodal: map[int]grievance.Actor{}, field: map[int]grievance.Actor{}}
	cell, ok := d.Office(d.StateCell())
	if !ok {
		return nil, fmt.Errorf("no state cell: %w", grievance.ErrNotFound)
	}
	hisar, _ := d.Office(d.OfficeByCode("dc-hisar"))
	water, _ := d.Office(d.OfficeByCode("hq-public_health"))
	jal, _ := d.Office(d.OfficeByCode("public_health-hisar"))
	named := []struct {
		role           grievance.Role
		o              grievance.Office
		en, hi         string
		title, titleHI string
		duty           bool
	}{
		{grievance.Administrator, cell, "Vikas Punia", "विकास पूनिया", "Administrator", "व्यवस्थापक", false},
		{grievance.StateNodal, cell, "Renu Phogat", "रेणु फोगाट", "State Nodal Officer", "राज्य नोडल अधिकारी", true},
		{grievance.Clerk, cell, "Neha Dahiya", "नेहा दहिया", "Sorting desk", "छंटाई कक्ष", false},
		{grievance.DepartmentNodal, water, "Rajbir Malik", "राजबीर मलिक", "Nodal Officer, Public Health", "नोडल अधिकारी, जन स्वास्थ्य", false},
		{grievance.DistrictNodal, hisar, "Kavita Sangwan", "कविता सांगवान", "City Magistrate", "नगराधीश", false},
		{grievance.FieldOfficer, jal, "Ashok Beniwal", "अशोक बेनीवाल", "Sub-Divisional Engineer", "उपमंडल अभियंता", false},
		{grievance.Approver, cell, "Sunita Hooda", "सुनीता हुड्डा", "Approver of public replies", "सार्वजनिक उत्तरों की अनुमोदक", false},
		{grievance.Auditor, cell, "Om Prakash Verma", "ओम प्रकाश वर्मा", "Auditor", "लेखापरीक्षक", false},
	}
	return p, s.Tx(ctx, func(tx *store.Tx) error {
		for _, n := range named {
			email := strings.ReplaceAll(string(n.role), "_", "-") + "@nivaran.example"
			a, err := hire(ctx, tx, email, n.en, n.hi, n.title, n.titleHI, n.role, n.o, n.duty, now)
			if err != nil {
				return err
			}
			shared := auth.NewSharedSecret()
			c, err := auth.Credentials(keys, a.ID, Password, shared)
			if err != nil {
				return err
			}
			if err := tx.SaveCredentials(ctx, a.ID, c); err != nil {
				return err
			}
			p.SignIns = append(p.SignIns, SignIn{n.role, email, Password, shared})
			p.take(a, n.o)
		}
		return p.fill(ctx, tx, d, now)
	})
}

// Clerk sorts at the demonstration's desk.
func (p *People) Clerk() grievance.Actor { return p.clerk }

// Admin is the administrator of the demonstration.
func (p *People) Admin() grievance.Actor { return p.admin }

func (p *People) take(a grievance.Actor, o grievance.Office) {
	switch a.Role {
	case grievance.StateNodal:
		p.state = a
	case grievance.Clerk:
		p.clerk = a
	case grievance.Administrator:
		p.admin = a
	case grievance.DepartmentNodal, grievance.DistrictNodal:
		p.nodal[o.ID] = a
	case grievance.FieldOfficer:
		p.field[o.ID] = a
	}
}

// fill gives every other office its holders; they have no sign-in.
func (p *People) fill(ctx context.Context, tx *store.Tx, d *office.Directory, now time.Time) error {
	titles := map[string]seed.Office{}
	for _, o := range seed.Offices() {
		titles[o.Code] = o
	}
	for i, o := range d.Offices(now) {
		name := givenNames[i%len(givenNames)] + " " + familyNames[(i*7)%len(familyNames)]
		t, role, title, titleHI := titles[o.Code], grievance.FieldOfficer, "", ""
		switch o.Tier {
		case grievance.Administration:
			role, title, titleHI = grievance.DistrictNodal, t.Nodal, t.NodalHI
		case grievance.Headquarters:
			role, title, titleHI = grievance.DepartmentNodal, t.Nodal, t.NodalHI
		case grievance.FieldOffice, grievance.Urban:
			title, titleHI = t.Field, t.FieldHI
		default:
			continue
		}
		if _, held := p.nodal[o.ID]; held && role != grievance.FieldOfficer {
			continue
		}
		if _, held := p.field[o.ID]; held && role == grievance.FieldOfficer {
			continue
		}
		a, err := hire(ctx, tx, fmt.Sprintf("officer%d@nivaran.example", o.ID), name, "", title, titleHI, role, o, false, now)
		if err != nil {
			return err
		}
		p.take(a, o)
	}
	return nil
}

func hire(ctx context.Context, tx *store.Tx, email, en, hi, title, titleHI string, r grievance.Role, o grievance.Office, duty bool, now time.Time) (grievance.Actor, error) {
	officer := grievance.Officer{ID: tx.NewID(now), Email: email, NameEN: en, NameHI: hi, Language: "en", Keys: true}
	if err := tx.SaveOfficer(ctx, officer); err != nil {
		return grievance.Actor{}, err
	}
	c := grievance.Charge{ID: tx.NewID(now), OfficerID: officer.ID, OfficeID: o.ID, Role: r, TitleEN: title, TitleHI: titleHI, From: now.AddDate(-2, 0, 0), Duty: duty}
	return grievance.ActorOf(c, o), tx.SaveCharge(ctx, c)
}

// Account is an official account of the demonstration with what opens it.
type Account struct {
	grievance.OfficialAccount
	Access, Refresh, Token, Password string
	Expires                          time.Time
}

// Accounts opens official accounts at the stand-ins.
func Accounts(s *StandIns, d *office.Directory, now time.Time) []Account {
	var all []Account
	x := func(handle, name, code string) {
		u := s.X.AddUser(xtest.User{Username: handle, Name: name})
		t := s.X.Authorize(handle)
		all = append(all, Account{OfficialAccount: grievance.OfficialAccount{Channel: grievance.X, Name: name, Handle: "@" + handle, ExternalID: u.ID, OfficeID: d.OfficeByCode(code), CanSend: true, Acknowledge: true, ConnectedAt: now},
			Access: t.Access, Refresh: t.Refresh, Expires: now.Add(2 * time.Hour)})
	}
	x("NivaranHR", "Chief Minister's Office", "cell")
	x("DCHisarNivaran", "DC Hisar", "dc-hisar")
	x("DCHansiNivaran", "DC Hansi", "dc-hansi")
	x("PHED_Nivaran", "Public Health, Haryana", "hq-public_health")
	for _, f := range []struct{ name, code string }{{"CM Haryana Nivaran", "cell"}, {"DC Hisar Nivaran", "dc-hisar"}} {
		p := s.Facebook.AddPage(facebooktest.Page{Name: f.name})
		all = append(all, Account{OfficialAccount: grievance.OfficialAccount{Channel: grievance.Facebook, Name: f.name, Handle: f.name, ExternalID: p.ID, OfficeID: d.OfficeByCode(f.code), CanSend: true, Acknowledge: true,
			Settings: map[string]string{"human_agent": "true"}, ConnectedAt: now}, Token: p.Token})
	}
	for _, m := range []struct{ address, name, code string }{{cmMailbox, "Chief Minister's Grievance Cell", "cell"}, {hisarMailbox, "DC Hisar", "dc-hisar"}} {
		all = append(all, Account{OfficialAccount: grievance.OfficialAccount{Channel: grievance.Email, Name: m.name, Handle: m.address, ExternalID: m.address, OfficeID: d.OfficeByCode(m.code), CanSend: true, Acknowledge: true,
			Settings: map[string]string{"imap": "imap://" + s.Mail.IMAPAddr(), "smtp": "smtp://" + s.Mail.SMTPAddr(), "authserv": emailtest.AuthServID}, ConnectedAt: now}, Password: mailPassword})
	}
	return all
}

// Allow lets districts and departments answer by themselves, under their own name, from
// the accounts of the state cell: citizens write to the Chief Minister.
func Allow(ctx context.Context, tx *store.Tx, a grievance.OfficialAccount, cell int) error {
	if a.OfficeID != cell {
		return nil
	}
	for _, r := range []grievance.Role{grievance.DistrictNodal, grievance.DepartmentNodal} {
		if err := tx.SetAccountRight(ctx, grievance.AccountRight{AccountID: a.ID, Role: r, Level: grievance.PublishRight, SetAt: a.ConnectedAt}); err != nil {
			return err
		}
	}
	return nil
}
