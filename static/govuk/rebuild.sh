#!/bin/sh
# Builds govuk.css and govuk-frontend.min.js again from the published package. Needs npm; the site itself needs no Node.
# What comes out must equal checksums.txt (tests/test_static.py); after a deliberate change run: sha256sum govuk.css govuk-frontend.min.js > checksums.txt
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --no-audit --no-fund --silent govuk-frontend@5.14.0 sass@1.108.2
npx sass --no-source-map --style=compressed --quiet --quiet-deps --load-path node_modules/govuk-frontend/dist "$here/govuk.scss" "$here/govuk.css"
sed '/^\/\/# sourceMappingURL=/d' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > "$here/govuk-frontend.min.js"
cd "$here" && sha256sum -c checksums.txt
