package config

import (
	"net/url"
	"time"
)

// longestAssist is how long an officer can wait for a page.
const longestAssist = 50 * time.Second

func (c *Config) checkAssist(refuse func(name, format string, args ...any)) {
	if c.AssistURL == "" {
		return
	}
	u, err := url.Parse(c.AssistURL)
	switch {
	case err != nil || !address(c.AssistURL, "http", "https") || u.User != nil || u.RawQuery != "":
		refuse("ASSIST_URL", "it is no base address of a language model; write for example https://llm.example/v1, and the key into NIVARAN_ASSIST_KEY")
		return
	case c.AssistPrivateHost != "" && c.AssistPrivateHost != u.Hostname():
		refuse("ASSIST_PRIVATE_HOST", "%q is not the host of NIVARAN_ASSIST_URL; write %s, or unset it", c.AssistPrivateHost, u.Hostname())
	case u.Scheme == "http" && c.AssistPrivateHost == "" && !c.PrivateFetch:
		refuse("ASSIST_URL", "%q is not encrypted; write https://, or name the host in NIVARAN_ASSIST_PRIVATE_HOST if it is your own machine", c.AssistURL)
	}
	if c.AssistModel == "" {
		refuse("ASSIST_MODEL", "the language model needs a name; write it as its service does")
	}
	if c.AssistTimeout <= 0 || c.AssistTimeout > longestAssist {
		refuse("ASSIST_TIMEOUT", "%s cannot be waited for; write a length of time up to %s", c.AssistTimeout, longestAssist)
	}
	if c.AssistDaily < 1 {
		refuse("ASSIST_DAILY", "%d lets nobody ask; write 1 or more, or unset NIVARAN_ASSIST_URL", c.AssistDaily)
	}
}
