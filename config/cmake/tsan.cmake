# cmake -C config/cmake/tsan.cmake -S . -B build-tsan: tests under the thread sanitizer.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1" CACHE STRING "Line numbers in reports; -O1, or the tests take too long" FORCE)
set(JOBCAST_SANITIZE "thread" CACHE STRING "Sanitizers" FORCE)
set(JOBCAST_TESTS ON CACHE BOOL "Build the tests" FORCE)
