# cmake -C config/cmake/fuzz.cmake -S . -B build-fuzz: libFuzzer programs from tests/fuzz, with clang.
set(CMAKE_C_COMPILER clang-16 CACHE STRING "C compiler" FORCE)
set(CMAKE_CXX_COMPILER clang++-16 CACHE STRING "C++ compiler" FORCE)
set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "Line numbers in reports" FORCE)
set(JOBCAST_SANITIZE "address,undefined" CACHE STRING "Sanitizers" FORCE)
set(JOBCAST_FUZZ ON CACHE BOOL "Build the fuzzers (clang only)" FORCE)
set(JOBCAST_TESTS ON CACHE BOOL "Build the tests" FORCE)
