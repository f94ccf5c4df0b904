#!/bin/sh
# Creates the virtual environment that `make` works in: tools/venv.sh DIR
#
# Takes $PYTHON when it is set, else the first Python of 3.11 or newer among the usual names.
# Says what to install when there is none, or when it cannot make environments (Debian and
# Ubuntu ship that part separately). A half-made environment is thrown away, never reused.
set -eu

dir=$1
floor="3, 11"

fits() { "$1" -c "import sys; sys.exit(sys.version_info < ($floor))" 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "HeyJarvis needs Python 3.11 or newer; found: $(${PYTHON:-python3} --version 2>&1 || true)." >&2
    echo "Install one, or name it: make install PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$python ($version) cannot create virtual environments: its venv module is not installed." >&2
    echo "Debian, Ubuntu: sudo apt-get install python3-venv   (or python$version-venv)" >&2
    echo "Elsewhere: install the full Python package, or name another: make install PYTHON=/path/to/python" >&2
    exit 1
fi

"$python" -m venv --clear "$dir"
