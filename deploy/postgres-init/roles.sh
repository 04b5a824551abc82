#!/usr/bin/env bash
# A role and a database for each service: run once, by the image of PostgreSQL, when its data
# folder is empty. Each role owns its own database, and can do nothing with another's.
set -euo pipefail

secrets=${SECRETS_DIR:-/run/secrets}
psql=(psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres)

for service in referral assessment survey reporting; do
  # Through the environment, for a command line is for everybody to see.
  SERVICE=$service PASSWORD=$(cut -d: -f5 "$secrets/$service.pgpass") "${psql[@]}" <<'SQL'
\getenv service SERVICE
\getenv password PASSWORD
CREATE ROLE :"service" LOGIN PASSWORD :'password'
  NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

"${psql[@]}" --command="REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC"
