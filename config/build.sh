# shellcheck shell=bash
# Configure and build, the same way for config/run and tests/run. Sourced.

checkout=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# ccache, where it is installed, finds again what another checkout of the same sources compiled.
export CCACHE_BASEDIR=$checkout CCACHE_NOHASHDIR=1

# How many compilers at once: one a core, but a file that includes Asio takes up to 1 GiB.
build_jobs() {
  local cores mib
  cores=$(nproc)
  mib=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  local fit=$((mib / 1024))
  ((fit >= 1)) || fit=1
  echo $((cores < fit ? cores : fit))
}

# configure_build DIR PRESET [cmake -D flags...]: configures DIR as config/cmake/PRESET.cmake says.
# A directory that was made with make keeps make; one that was made for another checkout starts anew.
configure_build() {
  local dir=$1 preset=$2
  shift 2
  local cache=$dir/CMakeCache.txt
  local flags=(--log-level=WARNING -S "$checkout" -B "$dir" -C "$checkout/config/cmake/$preset.cmake" "$@")
  if [[ ! -f $cache ]]; then
    flags+=(-G Ninja)
  elif ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$checkout" "$cache"; then
    flags+=(--fresh -G Ninja)
  fi
  cmake "${flags[@]}"
}

# build_targets DIR TARGET...
build_targets() {
  local dir=$1
  shift
  cmake --build "$dir" -j "$(build_jobs)" --target "$@"
}
