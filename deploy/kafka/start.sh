#!/usr/bin/env bash
# Starts the broker of deploy/compose.yaml; the first time with an account for each password.
# A further account, of a consumer outside, is made by the administrator with kafka-configs.sh.
set -euo pipefail

bin=${KAFKA_BIN:-/opt/kafka/bin}
secrets=${SECRETS_DIR:-/run/secrets}
properties=${1:-/etc/sssen/server.properties}
data=$(sed -n 's/^log.dirs=//p' "$properties")

if [ ! -e "$data/meta.properties" ]; then
  accounts=()
  for file in "$secrets"/*.kafka; do
    name=$(basename "$file" .kafka)
    accounts+=(--add-scram "SCRAM-SHA-512=[name=$name,password=$(head -n 1 "$file")]")
  done
  "$bin/kafka-storage.sh" format --standalone --cluster-id "$("$bin/kafka-storage.sh" random-uuid)" \
    --config "$properties" "${accounts[@]}"
fi
# Consumers outside are told the name by which they know this machine.
advertised=$(sed -n "s/^advertised.listeners=//p" "$properties" |
  sed "s#OUTSIDE://[^,]*#OUTSIDE://${KAFKA_OUTSIDE:-localhost:9094}#")
exec "$bin/kafka-server-start.sh" "$properties" --override "advertised.listeners=$advertised"
