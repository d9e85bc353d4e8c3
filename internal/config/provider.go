package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// RoleMapping says what a value of the identity provider's role claim is here: a role, in
// the office with the code or, without one, in whatever office the officer holds it.
type RoleMapping struct{ Value, Role, Office string }

// RoleMappings reads OIDC_ROLES: VALUE = ROLE or VALUE = ROLE@OFFICE, with semicolons
// between them. A value may hold anything but a semicolon; the last = ends it.
func (c *Config) RoleMappings() ([]RoleMapping, error) {
	var all []RoleMapping
	for _, part := range strings.FieldsFunc(c.OIDCRoles, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		i := strings.LastIndex(part, "=")
		if i < 0 {
			return nil, fmt.Errorf("%q has no =", part)
		}
		m := RoleMapping{Value: strings.TrimSpace(part[:i])}
		role, office, at := strings.Cut(part[i+1:], "@")
		m.Role, m.Office = strings.TrimSpace(role), strings.TrimSpace(office)
		if m.Value == "" || m.Role == "" || at && m.Office == "" || strings.ContainsAny(m.Role+m.Office, " \t,") {
			return nil, fmt.Errorf("%q does not say which role, or which office", part)
		}
		all = append(all, m)
	}
	return all, nil
}

// SecondFactors lists what in an identity token shows that the provider has asked for a
// second factor: amr:VALUE or acr:VALUE.
func (c *Config) SecondFactors() []string { return strings.Fields(c.OIDCSecondFactor) }

func (c *Config) checkProvider(refuse func(name, format string, args ...any)) {
	mapped, err := c.RoleMappings()
	if err != nil {
		refuse("OIDC_ROLES", "%v; write for example dc-hisar = district_nodal@DA-hisar; cell = clerk", err)
	}
	if (len(mapped) > 0) != (c.OIDCRoleClaim != "") && err == nil {
		refuse("OIDC_ROLE_CLAIM", "a claim and NIVARAN_OIDC_ROLES, which maps its values, go together; set both or neither")
	}
	for _, f := range c.SecondFactors() {
		if kind, value, _ := strings.Cut(f, ":"); kind != "amr" && kind != "acr" || value == "" {
			refuse("OIDC_SECOND_FACTOR", "%q is neither amr:VALUE nor acr:VALUE; write for example amr:mfa amr:otp", f)
		}
	}
	if c.OIDCIssuer == "" {
		return
	}
	if u, err := url.Parse(c.OIDCIssuer); err != nil || u.Host == "" || u.RawQuery != "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		refuse("OIDC_ISSUER", "%q is no address of an identity provider; write it as the provider's own discovery document does, for example https://login.example", c.OIDCIssuer)
	} else if u.Scheme == "http" && !c.PrivateFetch {
		refuse("OIDC_ISSUER", "%q is not encrypted; write https:// (http:// is for trials with NIVARAN_PRIVATE_FETCH)", c.OIDCIssuer)
	}
	if c.OIDCClientID == "" {
		refuse("OIDC_CLIENT_ID", "the identity provider knows this program by it; register the program there with the address %s/sign-in/provider/return", strings.TrimRight(c.BaseURL, "/"))
	}
	if !slices.Contains(strings.Fields(c.OIDCScopes), "openid") {
		refuse("OIDC_SCOPES", "%q lacks openid; write for example openid email profile", c.OIDCScopes)
	}
}
