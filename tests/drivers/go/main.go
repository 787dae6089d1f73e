// Command probe connects with Go's clients; lines in and out as ../probe.py has them.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/lib/pq"
)

const question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"

func withPgx(dsn string) (tls bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return false, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, question).Scan(&tls)
	return tls, err
}

func withPq(dsn string) (tls bool, err error) {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return false, err
	}
	defer db.Close()
	err = db.QueryRow(question).Scan(&tls)
	return tls, err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		os.Clearenv()
		for _, variable := range fields[2:] {
			name, value, _ := strings.Cut(variable, "=")
			os.Setenv(name, value)
		}
		ask := withPgx
		if fields[0] == "pq" {
			ask = withPq
		}
		tls, err := ask(fields[1])
		switch {
		case err != nil:
			fmt.Println("error\t" + strings.NewReplacer("\n", " ", "\t", " ").Replace(err.Error()))
		case tls:
			fmt.Println("ok\tt")
		default:
			fmt.Println("ok\tf")
		}
	}
}
