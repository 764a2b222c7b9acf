// Package localdb is the private PostgreSQL: a cluster of the program's own
// that demo, development and tests start by themselves, so that everybody runs
// on the engine that production runs on and nobody has to install a service.
//
// # What Start does
//
// [Start] takes a lock on the folder (one program per folder), finds PostgreSQL
// on the machine ([FindBinaries]; where there is none, embedded-postgres may
// fetch it), makes the cluster on first use, starts the postmaster, sets up the
// roles and the database, and returns a [Server] with three logins:
//
//   - [Server.AppDSN]: what the service runs as. Not an owner, not a superuser,
//     member of the group role brevstemme_app, which owns nothing.
//   - [Server.OwnerDSN]: owner of the database; runs the migrations.
//   - [Server.SuperDSN]: the cluster's superuser; for tests and repairs only.
//
// # The folder
//
//	DIR/                     given by the caller, made when missing
//	  postgres.lock          held (flock) by the program that uses the folder
//	  postgres/              owned by the account that PostgreSQL runs as
//	    data/                PostgreSQL's data folder
//	    credentials.json     random passwords, 0600
//	    server.log           PostgreSQL's messages
//	    s/                   the unix socket
//	    guests               a FIFO: who holds it open keeps the cluster alive
//
// PostgreSQL refuses to run as root. Started by root, it therefore runs as
// "postgres" or "nobody" (or whoever owns an existing data folder). That account
// must be able to reach the folder; where it is not (say, below /root), the
// cluster is placed in /var/lib/brevstemme instead and DIR/postgres.location
// says where. Connections go over a unix socket when its path fits in 107 bytes,
// else over a free loopback port, always with a password (SCRAM).
//
// # Nothing stays behind
//
// The postmaster is a child in a session of its own, so Ctrl-C reaches the
// program alone, which stops it by [Server.Stop]. A program that is killed can
// stop nothing: a watchdog, twenty lines of shell, reads from the FIFO "guests",
// which the program holds open for writing. When the last holder is gone, by
// whatever way, the read ends, and the watchdog stops the postmaster (and
// removes the folder of an ephemeral cluster). Should the watchdog be killed as
// well, the next Start finds the orphan by its process id and working folder,
// stops it, and starts afresh; PostgreSQL's own recovery does the rest.
//
// Ephemeral clusters live in /dev/shm where it exists and run without fsync;
// all others keep PostgreSQL's durable defaults. Test processes that run side by
// side share one ephemeral cluster: the first starts it, the others [Join] by
// opening the FIFO.
package localdb
