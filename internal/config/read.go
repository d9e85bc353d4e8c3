package config

import (
	"encoding"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"
)

const prefix = "NIVARAN_"

// Read takes all settings from getenv and checks them. Its error names every
// setting that cannot be used, with the remedy. A flag of the command line takes
// part by a getenv that answers for it first.
func Read(getenv func(string) string) (*Config, error) {
	var c Config
	var errs []error
	for _, s := range settings(&c) {
		text, err := s.text(getenv)
		if err == nil && text != "" {
			err = set(s.value, text)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	if len(errs) == 0 {
		errs = c.check()
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("settings that cannot be used:\n%w", err)
	}
	return &c, nil
}

// setting is one field of Config with what its tags say.
type setting struct {
	name     string // of the variable
	meaning  string
	fallback string
	secret   bool
	value    reflect.Value
}

func settings(c *Config) []setting {
	v := reflect.ValueOf(c).Elem()
	list := make([]setting, v.NumField())
	for i := range list {
		tag := v.Type().Field(i).Tag
		list[i] = setting{
			name:     prefix + tag.Get("env"),
			meaning:  tag.Get("help"),
			fallback: tag.Get("default"),
			secret:   tag.Get("secret") == "true",
			value:    v.Field(i),
		}
	}
	return list
}

// text is what the administrator gave, or else the default.
func (s *setting) text(getenv func(string) string) (string, error) {
	text := getenv(s.name)
	if s.secret {
		if file := getenv(s.name + "_FILE"); file != "" {
			if text != "" {
				return "", fmt.Errorf("%s_FILE is set too; keep one of them", s.name)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return "", fmt.Errorf("its file cannot be read (%w); put the secret there or unset %s_FILE", err, s.name)
			}
			text = strings.TrimSpace(string(data))
		}
	}
	if text == "" {
		return s.fallback, nil
	}
	return text, nil
}

func set(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number; write for example 3", text)
		}
		*p = n
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false; write one of the two", text)
		}
		*p = b
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no length of time; write for example 90s, 5m or 24h", text)
		}
		*p = d
	case encoding.TextUnmarshaler:
		if err := p.UnmarshalText([]byte(text)); err != nil {
			return fmt.Errorf("%q is not known; write one of the words that `nivaran config` lists", text)
		}
	default:
		return fmt.Errorf("a setting cannot be of type %s", v.Type())
	}
	return nil
}
