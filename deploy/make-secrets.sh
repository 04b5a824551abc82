#!/usr/bin/env bash
# Makes the passwords, keys and certificates of deploy/compose.yaml that are missing:
#
#   deploy/make-secrets.sh [FOLDER] [HOST...]
#
# HOST is by what other machines know Kafka. The certificates are of an authority of its own, for
# a trial; where there is a real one, put its files in their place. ca.key is for keeping elsewhere.
set -euo pipefail
umask 077

folder=${1:-$(dirname "$0")/secrets}
shift || true
mkdir -p "$folder"
cd "$folder"

word() { [ -e "$1" ] || echo "${2:-}$(openssl rand -hex 24)" > "$1"; }

new_key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "$@" 2> /dev/null; }

certificate() { # NAME SUBJECT HOST...: makes NAME.pem and NAME.key
  local name=$1 subject=$2 hosts
  shift 2
  hosts=$(printf ',DNS:%s' "$@")
  [ -e "$name.key" ] && return
  new_key -subj "/CN=$subject" -keyout "$name.key" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -sha256 \
    -extfile <(echo "subjectAltName=${hosts#,}") -out "$name.pem" 2> /dev/null
  rm "$name.csr"
}

[ -e ca.key ] || new_key -x509 -days 3650 -sha256 -subj "/CN=SSSEN trial authority" \
  -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.pem
certificate postgres postgres postgres
certificate kafka broker kafka localhost "$@"
[ -e kafka-store.pem ] || cat kafka.key kafka.pem > kafka-store.pem

word postgres.password
word admin.kafka
for service in referral assessment survey reporting; do
  word "$service.pgpass" "postgres:5432:$service:$service:"
  word "$service.kafka"
done
