# cmake -C config/cmake/asan.cmake -S . -B build-asan: tests under the address and undefined-behaviour sanitizers.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "Line numbers in reports; -O1, or the tests take too long" FORCE)
set(JOBCAST_SANITIZE "address,undefined" CACHE STRING "Sanitizers" FORCE)
set(JOBCAST_TESTS ON CACHE BOOL "Build the tests" FORCE)
