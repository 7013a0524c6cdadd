#!/bin/sh
# Turns a fresh clone into a working checkout: Debian packages, then a virtual environment from the hash-pinned lock.
# Called by the Makefile before anything else; does nothing where all is in place.
#
#   --real-parts  also what tests talk to: PostgreSQL, a browser, a simulated TPM, a key store. Where this account may not
#                 install them, it goes on without, and those tests say why they are skipped.
#   VENV    where the environment goes (default .venv)
#   PYTHON  which Python makes it (default: the first of python3.11, python3, python3.12, python3.13 that serves)
set -eu
cd "$(dirname "$0")/.."
VENV=${VENV:-.venv}

# What PySide6, the tests' virtual screen and the window's fonts need on Debian 12 (measured in an empty chroot).
PACKAGES="python3 python3-venv ca-certificates libglib2.0-0 libegl1 libgl1 libfontconfig1 libxkbcommon0 libdbus-1-3
libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-xkb1 libxkbcommon-x11-0 libxcb-shape0 xvfb xauth fonts-noto-core"
REAL_PARTS="postgresql chromium chromium-driver swtpm tpm2-tools gnome-keyring dbus libsecret-tools"

say() { printf '%s\n' "$*" >&2; }

# install_debian_packages PACKAGES required|optional
install_debian_packages() {
    wanted=$1 need=$2
    command -v dpkg-query >/dev/null 2>&1 || {
        say "This is not Debian: install the equivalents of: $(echo $wanted)"
        return 0
    }
    missing=
    for package in $wanted; do
        case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)" in
            *" installed") ;;
            *)  # Debian 13 renamed some libraries for the 64-bit time change.
                case "$(dpkg-query -W -f '${Status}' "${package}t64" 2>/dev/null || true)" in
                    *" installed") ;;
                    *) missing="$missing $package" ;;
                esac ;;
        esac
    done
    [ -n "$missing" ] || return 0
    line="apt-get install -y --no-install-recommends$missing"
    if [ "$(id -u)" = 0 ]; then as=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as="sudo -n"
    elif [ "$need" = optional ]; then
        say "Not installed, so the tests that talk to them are skipped:$missing"
        return 0
    else
        say "Debian packages are missing, and this account may not install them. Nothing was changed. Run this once:"
        say "    sudo apt-get update && sudo $line"
        exit 1
    fi
    say "Installing Debian packages:$missing"
    # shellcheck disable=SC2086  # a list of words on purpose
    if $as env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
        $as env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
    then return 0; fi
    say "Debian's packages could not be installed:$missing"
    [ "$need" = optional ] || exit 1
    say "Going on without them: the tests that talk to them are skipped."
}

choose_python() {
    for candidate in ${PYTHON:-python3.11 python3 python3.12 python3.13}; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" - <<'CHECK' 2>/dev/null
import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
CHECK
        then echo "$candidate"; return 0; fi
    done
    say "No Python 3.11, 3.12 or 3.13 with venv was found. Nothing was changed. Install python3 and python3-venv."
    exit 1
}

install_debian_packages "$PACKAGES" required
if [ "${1:-}" = --real-parts ]; then install_debian_packages "$REAL_PARTS" optional; fi
stamp="$VENV/.locked-$(cat packaging/requirements.lock pyproject.toml | sha256sum | cut -c1-16)"
if [ ! -e "$stamp" ]; then
    python=$(choose_python)
    say "Making $VENV with $("$python" --version) from packaging/requirements.lock"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r packaging/requirements.lock
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    touch "$stamp"
fi
