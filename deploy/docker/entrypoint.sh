#!/bin/sh
# Addresses with a password come as files: NAME_FILE names the file whose first line becomes NAME.
set -eu
for name in TONGBAN_DATABASE_URL TONGBAN_DATABASE_OWNER_URL TONGBAN_NATS_URL; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  [ -r "$file" ] || { echo "${name}_FILE: cannot read $file" >&2; exit 1; }
  IFS= read -r value < "$file" || [ -n "$value" ]
  export "$name=$value"
  unset "${name}_FILE"
done
exec node --enable-source-maps --import /app/dist/apps/preload.js "/app/dist/apps/$APP/main.js"
