# shellcheck shell=sh
# Sourced by the scripts beside it: finds a Python, and keeps the virtual environment .venv as the lock files say.
#
#   prepare run    what a lane needs
#   prepare dev    the same and the tools for tests and checks
#
# What was set up is remembered in .venv/stamp-*; while nothing changed, prepare costs some hundredths of a second.
# MOSTRADOR_PYTHON names another interpreter than the first fitting one on the path.

ROOT=$(cd "$(dirname "$0")/.." && pwd -P)
VENV=$ROOT/.venv
EVDEV_OFF="Scanners over evdev are off: evdev needs a C compiler (apt install gcc python3-dev linux-libc-dev); everything else works."

# Settings of a surrounding session that would lead pip or Python elsewhere.
unset PYTHONHOME PYTHONPATH PIP_PREFIX PIP_TARGET PIP_USER 2>/dev/null || :

say() { printf '%s\n' "$*" >&2; }

stop() {
    say "$*"
    exit 1
}

find_python() {
    for candidate in ${MOSTRADOR_PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$candidate" -c 'import ensurepip, venv' 2>/dev/null ||
            stop "$candidate cannot make virtual environments: its venv module is missing (apt install python3-venv)."
        printf '%s\n' "$candidate"
        return
    done
    stop "Mostrador needs Python 3.11 or newer, and none is on the path (apt install python3 python3-venv)."
}

# The lock files of a level, in the order in which they are installed.
locks_of() {
    case $1 in
    run) printf '%s\n' run.txt build.txt ;;
    dev) printf '%s\n' dev.txt ;;
    esac
}

# One line that changes when the environment has to: place, Python, project, locks.
stamp_of() {
    (
        cd "$ROOT/requirements" || exit 1
        printf '%s\n' "$ROOT"
        "$VENV/bin/python" -I -S -c 'import sys; print(sys.implementation.cache_tag)' 2>/dev/null || :
        # shellcheck disable=SC2046  # the names of the locks hold no blanks
        cat ../pyproject.toml $(locks_of "$1")
    ) | sha256sum
}

is_stamped() { [ "$(cat "$VENV/stamp-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

run_pip() { "$VENV/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

# Makes an empty environment, unless there is one that works and was made for this place.
make_environment() {
    if [ -e "$VENV" ]; then
        [ -e "$VENV/pyvenv.cfg" ] || stop "$VENV is in the way and is no virtual environment; move it away and try again."
        place=$(cat "$VENV/place" 2>/dev/null || printf '%s' "$ROOT")
        [ "$place" = "$ROOT" ] && run_pip --version >/dev/null 2>&1 && return
        rm -rf "$VENV"
    fi
    python=$(find_python) || exit 1
    "$python" -m venv "$VENV" || stop "$python could not make a virtual environment in $VENV."
    printf '%s\n' "$ROOT" >"$VENV/place"
}

install_level() {
    make_environment
    say "Setting up .venv (once, about a minute)."
    log=$VENV/setup.log
    : >"$log"
    for lock in $(locks_of "$1"); do
        run_pip install --require-hashes --no-deps --prefer-binary -r "$ROOT/requirements/$lock" >>"$log" 2>&1 || {
            tail -n 5 "$log" >&2
            stop "Set-up stopped: the packages could not be installed (is there a network? all of it: $log)."
        }
    done
    # hatchling is there by now, so that nothing is fetched to install the project itself.
    run_pip install --no-deps --no-build-isolation --no-index -e "$ROOT" >>"$log" 2>&1 ||
        stop "Set-up stopped: Mostrador itself could not be installed (see $log)."
    for init in "$ROOT"/*/__init__.py; do
        "$VENV/bin/python" -m compileall -q "${init%/*}" >>"$log" 2>&1 || :
    done
    stamp_of "$1" >"$VENV/stamp-$1"
}

# What has to change before another try at evdev can end otherwise.
evdev_facts() {
    cat "$ROOT/requirements/evdev.txt"
    command -v gcc cc || :
    ls /usr/include/linux/input.h /usr/include/python3*/Python.h 2>/dev/null || :
}

# evdev comes as source only, so that it may fail where all the rest works.
install_evdev() {
    facts=$(evdev_facts | sha256sum)
    [ "$(cat "$VENV/stamp-evdev" 2>/dev/null)" = "$facts" ] && return
    run_pip install --require-hashes --no-deps --no-build-isolation \
        -r "$ROOT/requirements/evdev.txt" >"$VENV/evdev.log" 2>&1 || say "$EVDEV_OFF"
    printf '%s\n' "$facts" >"$VENV/stamp-evdev"
}

prepare() {
    (
        # Two scripts at once: the second waits, and then finds it done.
        if command -v flock >/dev/null; then flock 9; fi
        is_stamped "$1" || { [ "$1" = run ] && is_stamped dev; } || install_level "$1"
        [ "$(uname -s)" != Linux ] || install_evdev
    ) 9>"$ROOT/.venv.lock" || exit 1
}
