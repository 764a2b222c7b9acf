package localdb

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// setUp makes the roles and the database, or sets them right again. It is run at
// each start and changes nothing the second time.
func setUp(ctx context.Context, dsn string, c credentials) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("set up the private database: %w", err)
	}
	defer conn.Close(ctx)
	for _, statement := range roleStatements(c) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("set up the private database's roles: %w", err)
		}
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, Database).Scan(&exists); err != nil {
		return fmt.Errorf("set up the private database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+Database+` OWNER `+OwnerRole); err != nil {
		return fmt.Errorf("set up the private database: %w", err)
	}
	return nil
}

// roleStatements make the three roles. Names are constants and passwords are
// hex, so they may stand in the text; role statements take no parameters.
func roleStatements(c credentials) []string {
	var list []string
	for _, role := range []struct{ name, options string }{
		{GroupRole, "NOLOGIN"},
		{OwnerRole, "LOGIN PASSWORD '" + c.Owner + "'"},
		{ServiceRole, "LOGIN INHERIT PASSWORD '" + c.Service + "'"},
	} {
		list = append(list,
			`DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '`+role.name+`') THEN CREATE ROLE `+role.name+`; END IF; END $$`,
			`ALTER ROLE `+role.name+` WITH NOSUPERUSER NOCREATEDB NOCREATEROLE `+role.options)
	}
	return append(list, `GRANT `+GroupRole+` TO `+ServiceRole)
}
