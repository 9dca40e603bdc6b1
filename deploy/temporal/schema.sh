#!/bin/sh
# Brings both of Temporal's databases to the schema of the tool's version; repeating it changes nothing.
# SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD and SQL_PLUGIN say where and how.
set -eu

upgrade() {
  # The first step makes the table of versions, and fails where it is already there.
  temporal-sql-tool --database "$1" setup-schema --version 0.0 >/dev/null 2>&1 || true
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

upgrade "${TEMPORAL_DATABASE:-temporal}" temporal
upgrade "${TEMPORAL_VISIBILITY_DATABASE:-temporal_visibility}" visibility
