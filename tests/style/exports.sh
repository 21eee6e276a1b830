#!/bin/bash
# exports.sh PLUGIN: it exports its two entry points and nothing else.
set -eu -o pipefail

command -v nm > /dev/null || { echo "Debian package 'binutils' is not installed"; exit 77; }

# Sanitizers add symbols of their own, with two leading underscores.
exported=$(nm -D --defined-only "$1" | awk '$3 !~ /^__(asan|odr_asan|tsan|ubsan|sanitizer)/ {print $3}' | sort)
expected=$(printf '%s\n' gst_plugin_ice_get_desc gst_plugin_ice_register)
if ! diff <(echo "$expected") <(echo "$exported"); then
  echo "the exports of $1 are not the two expected (lines with > are too many)"
  exit 1
fi
