// Ship makes the model that is embedded, from the shipped text.
package main

import (
	"context"
	"fmt"
	"os"

	"nivaran/internal/sorting"
)

func main() {
	if err := ship(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ship(name string) error {
	m, err := sorting.Shipped.Train(context.Background(), nil)
	if err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := m.WriteTo(f); err != nil {
		return err
	}
	return f.Close()
}
