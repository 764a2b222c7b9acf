#!/usr/bin/env bash
# Installs what is missing of: postgresql chromium poppler-utils coinor-cbc axe.
# Debian and Ubuntu: apt-get, with sudo when that needs no password. Elsewhere it
# names the command to run. It asks for nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

have() {
	case $1 in
	postgresql) ls /usr/lib/postgresql/*/bin/postgres /opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres >/dev/null 2>&1 || { command -v initdb && command -v postgres; } >/dev/null 2>&1 ;;
	chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
	poppler-utils) command -v pdftoppm && command -v pdftotext ;;
	coinor-cbc) command -v cbc ;;
	npm) command -v npm ;;
	esac >/dev/null 2>&1
}

missing=()
for p in "$@"; do
	case $p in
	axe) [ -f build/node_modules/axe-core/axe.min.js ] || have npm || missing+=(npm) ;;
	*) have "$p" || missing+=("$p") ;;
	esac
done

if [ ${#missing[@]} -gt 0 ]; then
	echo "installing: ${missing[*]}" >&2
	if ! command -v apt-get >/dev/null; then
		echo "Install these and run again: ${missing[*]} (macOS: brew install postgresql@17 chromium poppler cbc node)" >&2
		exit 1
	fi
	sudo=
	if [ "$(id -u)" != 0 ]; then
		sudo="sudo -n"
		$sudo true 2>/dev/null || { echo "Run once: sudo apt-get install -y ${missing[*]}" >&2; exit 1; }
	fi
	export DEBIAN_FRONTEND=noninteractive
	$sudo apt-get update -qq >&2
	$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

for p in "$@"; do
	if [ "$p" = axe ] && [ ! -f build/node_modules/axe-core/axe.min.js ]; then
		npm ci --prefix build --no-audit --no-fund --silent >&2
	fi
done
