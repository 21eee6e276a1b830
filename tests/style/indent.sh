#!/bin/bash
# indent.sh [--fix] [ROOT]: GStreamer's format for every .c file (headers are free-form).
set -eu -o pipefail

if ! command -v indent > /dev/null; then
  echo "Debian package 'indent' is not installed"
  exit 77
fi
# Later versions write the pointers of parameters otherwise.
version=$(indent --version || true)
if [[ $version != *" 2.2.12" ]]; then
  echo "$version: the format here is that of 2.2.12"
  exit 77
fi

fix=no
if [ "${1-}" = --fix ]; then
  fix=yes
  shift
fi
root=${1-$(cd "$(dirname "$0")/../.." && pwd)}

options=(--braces-on-if-line --case-brace-indentation0 --case-indentation2
  --braces-after-struct-decl-line --line-length80 --no-tabs --cuddle-else
  --dont-line-up-parentheses --continuation-indentation4 --honour-newlines
  --tab-size8 --indent-level2 --leave-preprocessor-space)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A profile of the user's must not change the result.
export HOME=$scratch

status=0
while IFS= read -r -d '' file; do
  cp "$file" "$scratch/new.c"
  # GNU indent needs a second pass to settle.
  indent "${options[@]}" "$scratch/new.c"
  indent "${options[@]}" "$scratch/new.c"
  if [ "$fix" = yes ]; then
    cmp -s "$file" "$scratch/new.c" || cat "$scratch/new.c" > "$file"
  elif ! diff -u --label "$file" --label "$file, indented" "$file" "$scratch/new.c"; then
    status=1
  fi
done < <(find "$root/gst" "$root/ext" "$root/tests" "$root/docs" -name '*.c' -print0 | sort -z)

[ "$status" = 0 ] || echo "tests/style/indent.sh --fix puts this right"
exit "$status"
