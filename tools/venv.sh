#!/bin/sh
# Creates the virtual environment that `make` works in: tools/venv.sh DIR
#
# Takes $PYTHON when it is set, else the first Python of 3.11 or newer among the usual names.
# Debian and Ubuntu ship the part that puts pip into an environment separately; without it the
# pip of the system or uv does, and only when there is neither a person has to install something.
# A half-made environment is thrown away, never reused.
set -eu

dir=$1
floor="3, 11"

fits() { "$1" -c "import sys; sys.exit(sys.version_info < ($floor))" 2>/dev/null; }
has() { "$python" -c "import $1" 2>/dev/null; }

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "HeyJarvis needs Python 3.11 or newer; found: $("${PYTHON:-python3}" --version 2>/dev/null || echo none)." >&2
    echo "Install one, or name it: make install PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if has "venv, ensurepip"; then
    "$python" -m venv --clear "$dir"
elif has "venv, pip"; then
    "$python" -m venv --clear --without-pip "$dir"
    "$python" -m pip --quiet --python "$dir/bin/python" install pip
elif command -v uv >/dev/null 2>&1; then
    uv --quiet venv --clear --seed --python "$python" "$dir"
else
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$python ($version) cannot make virtual environments: its venv package is not installed." >&2
    echo "Debian, Ubuntu: sudo apt-get install python3-venv   (or python$version-venv)" >&2
    echo "Without root: install uv, or name a complete Python: make install PYTHON=/path/to/python" >&2
    exit 1
fi
