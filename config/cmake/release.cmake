# cmake -C config/cmake/release.cmake -S . -B build: what config/run and tests/run build.
set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
set(JOBCAST_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread" FORCE)
