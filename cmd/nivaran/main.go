// Command nivaran hears citizens on X, Facebook and e-mail and watches each matter until
// it is settled. See nivaran --help.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"nivaran/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := app.Run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "nivaran:", err)
		os.Exit(1)
	}
}
