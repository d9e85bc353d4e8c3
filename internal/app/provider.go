package app

import (
	"strings"
	"time"

	"nivaran/internal/auth"
	"nivaran/internal/grievance"
)

// provider is the identity provider of the settings, which nobody has asked yet; nil
// where there is none. A mapping that gives nothing is said once at the start.
func (p *parts) provider() (*auth.Provider, error) {
	c := p.cfg
	if c.OIDCIssuer == "" {
		return nil, nil
	}
	mapped, err := c.RoleMappings()
	if err != nil {
		return nil, err
	}
	var roles []auth.RoleMapping
	for _, m := range mapped {
		role := grievance.Role(m.Role)
		if _, ok := p.office.Role(role); !ok {
			p.log.Warn("NIVARAN_OIDC_ROLES maps to a role that is not there: add the role, or correct the setting", "role", role)
		}
		if m.Office != "" && p.office.OfficeByCode(m.Office) == 0 {
			p.log.Warn("NIVARAN_OIDC_ROLES maps to an office that is not there: add the office, or correct the setting", "office", m.Office)
		}
		roles = append(roles, auth.RoleMapping{Value: m.Value, Role: role, Office: m.Office})
	}
	return auth.NewProvider(auth.ProviderOptions{
		Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret, Name: c.OIDCName, Scopes: strings.Fields(c.OIDCScopes),
		RoleClaim: c.OIDCRoleClaim, Roles: roles, Factors: c.SecondFactors(), PublicURL: strings.TrimRight(c.BaseURL, "/"), HTTP: client(c.Timeout, c.PrivateFetch), Now: time.Now,
	}), nil
}
